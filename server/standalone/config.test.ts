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
