import type { Client } from '@elastic/elasticsearch';
import type { Rule } from '../common/rules/rule';
import { call, eventually } from './support/api';
import { sharedElasticsearch } from './support/elasticsearch';
import { type Host, startHost } from './support/host';
import { BREAKS_THE_FAMILY, startTelemetry } from './support/telemetry';

interface Violations {
  violations: {
    id: string;
    ruleId: string;
    severity: string;
    message: string;
    traceIds: string[];
    signature: string;
  }[];
  total: number;
}

/** The request of the README, byte for byte. */
const TIMEOUT_RULE =
  '{"name": "Detect payment timeout cascade", "dsl": "trace.where(span => span.name.startsWith(\\"payment\\")).has(span => span.status === \\"TIMEOUT\\")", "severity": "critical"}';

const FAMILY = {
  'failed and successful login': `trace.has(span => span.name === 'auth.login' && span.status === 'ERROR')
  .and(trace.has(span => span.name === 'auth.login' && span.status === 'OK'))
  .within('5 seconds')`,
  'PII without audit': `trace.has(span => span.attributes['data.contains_pii'] === true)
  .and(trace.missing(span => span.name === 'audit.log'))`,
  'slow payment query': `trace.where(span => span.name.startsWith('payment'))
  .has(span =>
    span.name.includes('db.query') &&
    span.duration > 1000
  )`,
};

describe('spans of a real SDK', () => {
  let host: Host;
  let client: Client;

  beforeAll(async () => {
    ({ client } = sharedElasticsearch());
    host = await startHost({ BETRACE_SETTLE_MS: '1000' });
  });
  afterAll(() => host?.stop());

  const violationsOf = async (rule: Pick<Rule, 'id'>): Promise<Violations> =>
    (await call<Violations>('GET', `${host.url}/api/v1/violations?ruleId=${rule.id}`)).body;

  test.each(['protobuf', 'json'] as const)(
    'that break a rule, by %s, give exactly one violation, and those that keep it none',
    async (form) => {
      const created = await call<Rule>('POST', `${host.url}/api/v1/rules`, TIMEOUT_RULE);
      expect(created.status).toBe(201);
      expect(created.body).toMatchObject({ severity: 'CRITICAL', mode: 'on', revision: 1 });

      const telemetry = startTelemetry(`${host.url}/v1/traces`, 'payment-api', { form });
      const kept = await telemetry.send({ name: 'payment.checkout', children: [{ name: 'payment.charge' }] });
      const broken = await telemetry.send({
        name: 'payment.checkout',
        children: [
          { name: 'payment.charge', status: 'ERROR', message: 'deadline exceeded' },
          { name: 'payment.notify', status: 'ERROR', message: 'refused' },
        ],
      });
      await telemetry.flush();

      const { violations } = await eventually(
        () => violationsOf(created.body),
        ({ total }) => total > 0,
      );
      expect(violations).toHaveLength(1);
      expect(violations[0]).toMatchObject({ ruleId: created.body.id, severity: 'CRITICAL', traceIds: [broken] });
      expect(violations[0]?.message).toContain('payment.charge');

      await new Promise((resolve) => setTimeout(resolve, 3_000));
      expect((await violationsOf(created.body)).total).toBe(1);
      await client.indices.refresh({ index: 'traces-apm.betrace-*' });
      const stored = await client.count({
        index: 'traces-apm.betrace-*',
        query: { bool: { filter: [{ term: { 'labels.betrace_rule_id': created.body.id } }] } },
      });
      expect(stored.count).toBe(1);
      const innocent = await client.count({ index: 'traces-apm.betrace-*', query: { term: { 'trace.id': kept } } });
      expect(innocent.count).toBe(0);

      telemetry.stop();
      await call('DELETE', `${host.url}/api/v1/rules/${created.body.id}`);
    },
  );

  test.each(Object.entries(FAMILY))('the rule "%s" works as written', async (name, dsl) => {
    const { body: rule, status } = await call<Rule>('POST', `${host.url}/api/v1/rules`, {
      name,
      dsl,
      severity: 'High',
    });
    expect(status).toBe(201);
    expect(rule.dsl).toBe(dsl);
    const telemetry = startTelemetry(`${host.url}/v1/traces`, 'shop');
    const kept = await telemetry.send({
      name: 'request',
      children: [
        { name: 'auth.login', status: 'ERROR', message: 'wrong password' },
        { name: 'user.read', attributes: { 'data.contains_pii': true } },
        { name: 'audit.log' },
      ],
    });
    const broken = await telemetry.send(BREAKS_THE_FAMILY);
    await telemetry.flush();
    const { violations } = await eventually(
      () => violationsOf(rule),
      ({ total }) => total > 0,
    );
    expect(violations.map(({ traceIds }) => traceIds)).toEqual([[broken]]);
    expect(violations.map(({ traceIds }) => traceIds)).not.toContainEqual([kept]);
    telemetry.stop();
    await call('DELETE', `${host.url}/api/v1/rules/${rule.id}`);
  });

  test('a rule applies within two seconds of being saved, off again as soon, and counts alone in shadow', async () => {
    const draft = { name: 'any', dsl: "trace.has(span => span.name === 'ping')", severity: 'low', mode: 'shadow' };
    const { body: rule } = await call<Rule>('POST', `${host.url}/api/v1/rules`, draft);
    const telemetry = startTelemetry(`${host.url}/v1/traces`, 'pinger');
    const ping = async (): Promise<string> => {
      const id = await telemetry.send({ name: 'ping' });
      await telemetry.flush();
      return id;
    };
    const settled = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 4_000));

    await ping();
    await settled();
    expect((await violationsOf(rule)).total).toBe(0);

    const { body: on } = await call<Rule>('PUT', `${host.url}/api/v1/rules/${rule.id}`, { mode: 'on', ifRevision: 1 });
    const seen = await ping();
    const { violations } = await eventually(
      () => violationsOf(rule),
      ({ total }) => total > 0,
    );
    expect(violations.map(({ traceIds }) => traceIds)).toEqual([[seen]]);

    await call('PUT', `${host.url}/api/v1/rules/${rule.id}`, { mode: 'off', ifRevision: on.revision });
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await ping();
    await settled();
    expect((await violationsOf(rule)).total).toBe(1);
    telemetry.stop();
  });
});
