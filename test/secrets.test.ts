import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { call, eventually } from './support/api';
import { startOwnElasticsearch } from './support/elasticsearch';
import { printedKey, startHost } from './support/host';
import { startTelemetry } from './support/telemetry';

describe('secrets', () => {
  test('reach no output, no metric and no file of ours, at the most talkative level', async () => {
    const secret = (what: string): string => `${what}-${randomUUID()}`;
    const planted = {
      attribute: secret('attribute'),
      message: secret('status-message'),
      cookie: secret('cookie'),
      authorization: secret('authorization'),
      query: secret('query'),
      body: secret('body'),
      otlp: secret('otlp'),
    };
    const elasticsearch = await startOwnElasticsearch();
    const { password } = elasticsearch;
    const host = await startHost({
      ...elasticsearch.environment,
      BETRACE_LOG_LEVEL: 'debug',
      BETRACE_HOST: '0.0.0.0',
      BETRACE_SETTLE_MS: '500',
    });
    try {
      const admin = await printedKey(host);
      const headers = { authorization: `ApiKey ${admin}`, cookie: `session=${planted.cookie}` };
      const dsl = "trace.has(span => span.attributes['secret.one'] !== undefined)";
      const { body: rule, status } = await call<{ id: string }>(
        'POST',
        `${host.url}/api/v1/rules`,
        { name: 'leak', dsl, severity: 'low' },
        headers,
      );
      expect(status).toBe(201);
      const wrong = { authorization: `ApiKey ${planted.authorization}` };
      await call('GET', `${host.url}/api/v1/rules?q=${planted.query}`, undefined, headers);
      await call('GET', `${host.url}/api/v1/rules?nope=${planted.query}`, undefined, headers);
      await call('GET', `${host.url}/api/v1/rules`, undefined, wrong);
      await call('POST', `${host.url}/api/v1/rules`, `{"name": "${planted.body}", `, headers);
      await call('POST', `${host.url}/api/v1/rules`, { name: 'x', dsl: planted.body, severity: planted.body }, headers);
      await call('POST', `${host.url}/v1/traces`, `{"resourceSpans": "${planted.otlp}"}`, headers);
      const telemetry = startTelemetry(`${host.url}/v1/traces`, 'leaky', {
        environment: { OTEL_EXPORTER_OTLP_HEADERS: `authorization=ApiKey ${admin}` },
      });
      const attributes = { 'secret.one': planted.attribute };
      await telemetry.send({ name: 'work', attributes, status: 'ERROR', message: planted.message });
      await telemetry.flush();
      await eventually(
        async () =>
          (await call<{ total: number }>('GET', `${host.url}/api/v1/violations?ruleId=${rule.id}`, undefined, headers))
            .body,
        ({ total }) => total === 1,
      );
      const metrics = await (await fetch(`${host.url}/metrics`, { headers })).text();
      telemetry.stop();
      await call('DELETE', `${host.url}/api/v1/rules/${rule.id}`, undefined, headers);
      await host.stop();

      // the journal holds spans as they came, for its owner only (`journal.test.ts`), until they are settled
      const files = (await readdir(host.dataDir, { recursive: true, withFileTypes: true })).filter(
        (file) => file.isFile() && !file.name.endsWith('.journal'),
      );
      const texts = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'utf8')));
      const everything = [host.output(), metrics, ...texts].join('\n');
      const log = host.output().replace(admin, ''); // printed once, on purpose
      expect(host.output()).toContain('"log.level":"debug"');
      for (const [what, value] of Object.entries({ ...planted, password })) {
        expect([what, everything.includes(value)]).toEqual([what, false]);
      }
      expect(log).not.toContain(admin);
      const keys = JSON.parse(await readFile(join(host.dataDir, 'keys.json'), 'utf8').catch(() => '{}')) as object;
      for (const value of JSON.stringify(keys).match(/[A-Za-z0-9+/=_-]{40,}/g) ?? []) expect(log).not.toContain(value);
    } finally {
      await host.stop();
      await elasticsearch.remove();
    }
  });
});
