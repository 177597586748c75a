import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig, SETTINGS } from './config';

const base = { ELASTICSEARCH_URL: 'http://localhost:9200' };

test('the defaults are the documented ones', () => {
  expect(readConfig(base)).toMatchObject({
    host: '127.0.0.1',
    port: 8080,
    settleMs: 5_000,
    maxTraceMs: 60_000,
    maxViolationsPerRule: 600,
  });
});

test('every setting is documented, and nothing else is', () => {
  const text = readFileSync(join(__dirname, '../../docs/reference/settings.md'), 'utf8');
  const rows = text.split('\n').filter((line) => line.startsWith('| `'));
  const documented = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map((match) => match[1]),
  );
  expect(documented.sort()).toEqual([...SETTINGS].sort());
});

test.each([
  [{ BETRACE_SETLE_MS: '1' }, 'BETRACE_SETLE_MS is not a setting'],
  [{ BETRACE_HTTP_PORT: '80a' }, 'BETRACE_HTTP_PORT must be a whole number'],
  [{ BETRACE_HTTP_PORT: '65536' }, 'BETRACE_HTTP_PORT must be a whole number'],
  [{ BETRACE_MAX_VIOLATIONS_PER_RULE: '0' }, 'BETRACE_MAX_VIOLATIONS_PER_RULE must be'],
  [{ BETRACE_SETTLE_MS: '-1' }, 'BETRACE_SETTLE_MS must be'],
  [{ BETRACE_SETTLE_MS: '9000', BETRACE_MAX_TRACE_MS: '8000' }, 'at least BETRACE_SETTLE_MS'],
  [{ BETRACE_LOG_LEVEL: 'loud' }, 'BETRACE_LOG_LEVEL must be one of'],
  [{ BETRACE_MAX_BODY_BYTES: '1' }, 'BETRACE_MAX_BODY_BYTES must be'],
  [{ BETRACE_MAX_SPANS_PER_REQUEST: '0' }, 'BETRACE_MAX_SPANS_PER_REQUEST must be'],
  [{ BETRACE_RETENTION_VIOLATIONS: '30' }, 'must be a number of d, h, m or s'],
  [{ BETRACE_RETENTION_EVIDENCE: '0d' }, 'BETRACE_RETENTION_EVIDENCE must be'],
  [{ BETRACE_QUOTA_SPANS_PER_SECOND: '1.5' }, 'BETRACE_QUOTA_SPANS_PER_SECOND must be'],
  [{ BETRACE_CORS_ORIGINS: 'https://a.example/' }, 'no origin such as'],
  [{ BETRACE_CORS_ORIGINS: '*,https://a.example' }, 'not both'],
  [{ BETRACE_CORS_ORIGINS: '*', BETRACE_HOST: '0.0.0.0' }, 'only where senders need no credentials'],
  [{ BETRACE_CORS_ORIGINS: '*', BETRACE_JWT_KEY_FILE: 'a' }, 'only where senders need no credentials'],
  [{ BETRACE_TLS_CERT_FILE: 'a' }, 'go together'],
  [{ BETRACE_TLS_KEY_FILE: 'a' }, 'go together'],
  [{ BETRACE_TLS_CLIENT_CA_FILE: 'a' }, 'BETRACE_TLS_CLIENT_CA_FILE needs'],
  [{ BETRACE_JWT_ALGORITHMS: 'RS256,none' }, 'BETRACE_JWT_ALGORITHMS has "none"'],
  [{ BETRACE_RUM_SERVER_URL: 'apm' }, 'BETRACE_RUM_SERVER_URL must be an http or https URL'],
  [{ BETRACE_RUM_SAMPLE_RATE: '1' }, 'BETRACE_RUM_SAMPLE_RATE is for BETRACE_RUM_SERVER_URL'],
  [{ ELASTICSEARCH_URL: 'localhost:9200' }, 'http or https URL'],
  [{ ELASTICSEARCH_URL: '' }, 'ELASTICSEARCH_URL is not set'],
  [{ ELASTICSEARCH_URL: 'http://me:secret@localhost' }, 'must not hold credentials'],
  [{ ELASTICSEARCH_USERNAME: 'me' }, 'go together'],
  [{ ELASTICSEARCH_USERNAME: 'me', ELASTICSEARCH_PASSWORD: 'x', ELASTICSEARCH_API_KEY: 'y' }, 'not both'],
])('%j is refused: %s', (settings, message) => {
  const read = (): unknown => readConfig({ ...base, ...settings });
  expect(read).toThrow(message);
  expect(read).not.toThrow(/secret/);
});

test('nothing is asked of senders, and nobody bounded, unless it is set', () => {
  const { ingest, maxBodyBytes } = readConfig(base);
  expect([ingest, maxBodyBytes]).toEqual([{ maxSpans: 100_000 }, 64 * 1024 * 1024]);
});

test('what senders are asked for', () => {
  const { ingest } = readConfig({
    ...base,
    BETRACE_QUOTA_BYTES_PER_SECOND: '1000',
    BETRACE_CORS_ORIGINS: 'https://a.example, http://localhost:3000',
    BETRACE_TLS_CERT_FILE: '/etc/tls.crt',
    BETRACE_TLS_KEY_FILE: '/etc/tls.key',
    BETRACE_JWT_KEY_FILE: '/etc/keys',
    BETRACE_JWT_ISSUER: 'https://issuer.example',
  });
  expect(ingest).toEqual({
    maxSpans: 100_000,
    quota: { spansPerSecond: 0, bytesPerSecond: 1_000, burstSeconds: 10 },
    cors: { origins: ['https://a.example', 'http://localhost:3000'], maxAgeSeconds: 7_200 },
    tls: { certFile: '/etc/tls.crt', keyFile: '/etc/tls.key' },
    tokens: {
      keys: { file: '/etc/keys' },
      algorithms: [],
      issuers: ['https://issuer.example'],
      audiences: ['betrace'],
      clockToleranceSeconds: 30,
      spacesClaim: 'betrace.spaces',
    },
  });
});
