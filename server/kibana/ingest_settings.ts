import type { IngestSettings, TlsFiles, TokenKeySource } from '../bridge/ingest_settings';
import { isOrigin } from '../bridge/cors';
import { TOKEN_ALGORITHMS } from '../bridge/token_keys';
import type { KibanaConfig } from './config';

type BridgeConfig = KibanaConfig['bridge'];

/** What senders of spans are asked for, by kibana.yml. */
export function ingestSettings({ maxSpansPerRequest, quota, cors, tls, auth }: BridgeConfig): IngestSettings {
  const { keyFile, secret, algorithms, issuer, audience, clockToleranceSeconds, spacesClaim } = auth.jwt;
  const keys: TokenKeySource | undefined = keyFile ? { file: keyFile } : secret ? { secret } : undefined;
  return {
    maxSpans: maxSpansPerRequest,
    ...(quota.spansPerSecond + quota.bytesPerSecond > 0 && { quota }),
    ...(cors.origins.length > 0 && { cors }),
    ...(tls.certFile && tls.keyFile && { tls: { ...tls, certFile: tls.certFile, keyFile: tls.keyFile } }),
    ...(keys && {
      tokens: { keys, algorithms, issuers: issuer, audiences: audience, clockToleranceSeconds, spacesClaim },
    }),
  };
}

/** What is checked together; written out, for the type of the settings is made of what checks them. */
interface Checked {
  readonly cors: { readonly origins: readonly string[] };
  readonly tls: Partial<Readonly<Record<keyof TlsFiles, string | undefined>>>;
  readonly auth: {
    readonly jwt: {
      readonly keyFile?: string | undefined;
      readonly secret?: string | undefined;
      readonly algorithms: readonly string[];
    };
  };
}

/** What is wrong with settings that are each right: one sentence, for Kibana's own message. */
export function ingestProblem({ cors, tls, auth }: Checked): string | undefined {
  const { keyFile, secret, algorithms } = auth.jwt;
  if (keyFile && secret) return 'give auth.jwt.keyFile or auth.jwt.secret, not both';
  const unknown = algorithms.find((name) => !TOKEN_ALGORITHMS.includes(name));
  if (unknown) return `auth.jwt.algorithms has "${unknown}"; there are: ${TOKEN_ALGORITHMS.join(', ')}`;
  if (!tls.certFile !== !tls.keyFile) return 'tls.certFile and tls.keyFile go together';
  if (tls.clientCaFile && !tls.certFile) return 'tls.clientCaFile needs tls.certFile and tls.keyFile';
  if (cors.origins.includes('*')) {
    if (keyFile || secret) return 'cors.origins can be * only where senders need no credentials';
    return cors.origins.length > 1 ? 'cors.origins is * or a list of origins, not both' : undefined;
  }
  const wrong = cors.origins.find((origin) => !isOrigin(origin));
  return wrong === undefined
    ? undefined
    : `cors.origins has "${wrong}", which is no origin such as https://shop.example`;
}
