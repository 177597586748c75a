import { resolve } from 'node:path';
import { isOrigin } from '../bridge/cors';
import type { CorsSettings, IngestSettings, QuotaSettings, TlsFiles, TokenSettings } from '../bridge/ingest_settings';
import { TOKEN_ALGORITHMS } from '../bridge/token_keys';
import { ConfigError } from './config_error';

export const INGEST_SETTINGS = [
  'BETRACE_MAX_BODY_BYTES',
  'BETRACE_MAX_SPANS_PER_REQUEST',
  'BETRACE_QUOTA_SPANS_PER_SECOND',
  'BETRACE_QUOTA_BYTES_PER_SECOND',
  'BETRACE_QUOTA_BURST_SECONDS',
  'BETRACE_CORS_ORIGINS',
  'BETRACE_CORS_MAX_AGE_SECONDS',
  'BETRACE_TLS_CERT_FILE',
  'BETRACE_TLS_KEY_FILE',
  'BETRACE_TLS_CLIENT_CA_FILE',
  'BETRACE_JWT_KEY_FILE',
  'BETRACE_JWT_ALGORITHMS',
  'BETRACE_JWT_ISSUER',
  'BETRACE_JWT_AUDIENCE',
  'BETRACE_JWT_CLOCK_TOLERANCE_SECONDS',
  'BETRACE_JWT_SPACES_CLAIM',
] as const;

type Setting = (typeof INGEST_SETTINGS)[number];

/** Reads settings by name; what can't be used throws ConfigError. */
interface Reader {
  text(name: Setting): string | undefined;
  list(name: Setting): string[];
  integer(name: Setting, fallback: number, min: number, max: number): number;
}

const MAX_RATE = 1_000_000_000_000;

/**
 * What senders of spans are asked for, by the environment.
 * @param offLoopback whether others than this machine can reach the host, so that it needs credentials
 * @throws ConfigError
 */
export function readIngest(reader: Reader, offLoopback: boolean): IngestSettings {
  const quota = readQuota(reader);
  const tls = readTls(reader);
  const tokens = readTokens(reader);
  const cors = readCors(reader, offLoopback || tokens !== undefined);
  return {
    maxSpans: reader.integer('BETRACE_MAX_SPANS_PER_REQUEST', 100_000, 1, 10_000_000),
    ...(quota && { quota }),
    ...(tls && { tls }),
    ...(tokens && { tokens }),
    ...(cors && { cors }),
  };
}

function readQuota({ integer }: Reader): QuotaSettings | undefined {
  const spansPerSecond = integer('BETRACE_QUOTA_SPANS_PER_SECOND', 0, 0, MAX_RATE);
  const bytesPerSecond = integer('BETRACE_QUOTA_BYTES_PER_SECOND', 0, 0, MAX_RATE);
  const burstSeconds = integer('BETRACE_QUOTA_BURST_SECONDS', 10, 1, 3_600);
  return spansPerSecond + bytesPerSecond === 0 ? undefined : { spansPerSecond, bytesPerSecond, burstSeconds };
}

function readCors({ list, integer }: Reader, needsCredentials: boolean): CorsSettings | undefined {
  const origins = list('BETRACE_CORS_ORIGINS');
  const maxAgeSeconds = integer('BETRACE_CORS_MAX_AGE_SECONDS', 7_200, 0, 86_400);
  if (origins.length === 0) return undefined;
  if (origins.includes('*') && needsCredentials) {
    throw new ConfigError('BETRACE_CORS_ORIGINS can be * only where senders need no credentials; name the origins.');
  }
  if (origins.includes('*') && origins.length > 1) {
    throw new ConfigError('BETRACE_CORS_ORIGINS is * or a list of origins, not both.');
  }
  const wrong = origins.find((origin) => origin !== '*' && !isOrigin(origin));
  if (wrong === undefined) return { origins, maxAgeSeconds };
  throw new ConfigError(`BETRACE_CORS_ORIGINS has "${wrong}", which is no origin such as https://shop.example.`);
}

function readTls({ text }: Reader): TlsFiles | undefined {
  const cert = text('BETRACE_TLS_CERT_FILE');
  const key = text('BETRACE_TLS_KEY_FILE');
  const clientCa = text('BETRACE_TLS_CLIENT_CA_FILE');
  if (!cert !== !key) throw new ConfigError('BETRACE_TLS_CERT_FILE and BETRACE_TLS_KEY_FILE go together.');
  if (!cert || !key) {
    if (clientCa) throw new ConfigError('BETRACE_TLS_CLIENT_CA_FILE needs BETRACE_TLS_CERT_FILE and _KEY_FILE.');
    return undefined;
  }
  return { certFile: resolve(cert), keyFile: resolve(key), ...(clientCa && { clientCaFile: resolve(clientCa) }) };
}

function readTokens({ text, list, integer }: Reader): TokenSettings | undefined {
  const file = text('BETRACE_JWT_KEY_FILE');
  const algorithms = list('BETRACE_JWT_ALGORITHMS');
  const wrong = algorithms.find((name) => !TOKEN_ALGORITHMS.includes(name));
  if (wrong !== undefined) {
    throw new ConfigError(`BETRACE_JWT_ALGORITHMS has "${wrong}"; there are: ${TOKEN_ALGORITHMS.join(', ')}.`);
  }
  const audiences = list('BETRACE_JWT_AUDIENCE');
  const settings = {
    algorithms,
    issuers: list('BETRACE_JWT_ISSUER'),
    audiences: audiences.length > 0 ? audiences : ['betrace'],
    clockToleranceSeconds: integer('BETRACE_JWT_CLOCK_TOLERANCE_SECONDS', 30, 0, 600),
    spacesClaim: text('BETRACE_JWT_SPACES_CLAIM') ?? 'betrace.spaces',
  };
  return file === undefined ? undefined : { keys: { file: resolve(file) }, ...settings };
}
