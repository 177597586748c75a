import type { Rule } from '../common/rules/rule';
import { type Status, statusSchema } from '../common/api/status';
import type { Violation } from '../common/violations/violation';
import { call, eventually } from './support/api';
import { breakRule, sendSpans, uniqueSpan } from './support/broken_rule';
import { sharedElasticsearch } from './support/elasticsearch';
import { type Host, startHost } from './support/host';

const STREAM = 'traces-apm.betrace-default';
const SHARE = 3;

describe('how a host fares', () => {
  const { client } = sharedElasticsearch();
  let host: Host;
  beforeAll(async () => {
    host = await startHost({ BETRACE_SETTLE_MS: '200', BETRACE_MAX_VIOLATIONS_PER_RULE: String(SHARE) });
  });
  afterAll(() => host?.stop());

  const statusOf = async (): Promise<Status> => {
    const { status, body } = await call<Status>('GET', `${host.url}/api/v1/status`);
    expect(status).toBe(200);
    return statusSchema.strict().parse(body);
  };

  test('is told with all that an operator asks, and nothing that is nobody’s business', async () => {
    await breakRule(host);
    const status = await eventually(statusOf, ({ bridge }) => Number(bridge.counters?.['requests']) > 0);
    expect(status).toMatchObject({ ready: true, reasons: [], bridge: { state: 'running', accepting: true } });
    expect(status.indexer).toMatchObject({ trouble: null, deadLetters: { kept: 0, lost: 0, full: false, last: null } });
    expect(status.rules).toMatchObject({ revision: expect.any(Number) as number, rejected: [] });
    const { url, password } = sharedElasticsearch();
    for (const secret of [url, password, host.dataDir, '/tmp']) expect(JSON.stringify(status)).not.toContain(secret);
    const { body } = await call('GET', `${host.url}/api/v1/openapi.json`);
    expect(body['paths']).toHaveProperty(['/api/v1/status', 'get', 'responses', '200']);
  });

  test('a rule that matches too much has its share written, and it is said how many were not', async () => {
    const { span, dsl } = uniqueSpan();
    const draft = { name: `Often ${span}`, dsl, severity: 'LOW' };
    const { body: rule } = await call<Rule>('POST', `${host.url}/api/v1/rules`, draft);
    const shadow = uniqueSpan();
    const quiet = { name: 'Shadow', dsl: dsl.replace(span, shadow.span), severity: 'LOW', mode: 'shadow' };
    const { body: inShadow } = await call<Rule>('POST', `${host.url}/api/v1/rules`, quiet);
    // not across the end of a minute, at which a new share begins
    const left = 60_000 - (Date.now() % 60_000);
    if (left < 8_000) await new Promise((resolve) => setTimeout(resolve, left));
    await sendSpans(host, shadow.span, 2);
    await sendSpans(host, span, 20);
    const { rules } = await eventually(
      statusOf,
      ({ rules: { notWritten } }) =>
        [rule.id, inShadow.id].every((id) => notWritten.some(({ ruleId }) => ruleId === id)) &&
        notWritten.find(({ ruleId }) => ruleId === rule.id)!.suppressed === 20 - SHARE,
    );
    expect(rules.notWritten).toEqual(
      expect.arrayContaining([
        { ruleId: rule.id, shadow: 0, suppressed: 17, suppressedLastMinute: 17 },
        { ruleId: inShadow.id, shadow: 2, suppressed: 0, suppressedLastMinute: 0 },
      ]),
    );
    const metrics = await (await fetch(`${host.url}/metrics`)).text();
    expect(metrics).toMatch(/betrace_judgements_total\{.*outcome="suppressed".*\} 17/);
    expect(metrics).toMatch(/^betrace_dead_letters 0$/m);
    const unacknowledged = await eventually(statusOf, ({ bridge }) => bridge.gauges?.['unacknowledged'] === 0);
    expect(unacknowledged.bridge.counters?.['verdictsRejected']).toBe(0);

    // what is under way at the end is told, too
    expect(await host.stop()).toBe(0);
    await client.indices.refresh({ index: STREAM });
    const query = { term: { 'betrace.violation.rule_id': rule.id } };
    const { hits } = (await client.search<{ processor?: object }>({ index: STREAM, query, size: 100 })).hits;
    expect(hits).toHaveLength(SHARE + 1);
    const [told] = hits.filter(({ _source }) => _source?.processor === undefined);
    host = await startHost();
    const listed = await call<{ total: number }>('GET', `${host.url}/api/v1/violations?ruleId=${rule.id}`);
    expect(listed.body.total).toBe(SHARE);
    const path = `${host.url}/api/v1/violations/${told!._id!.slice(0, 32)}`;
    const { body: suppression } = await call<Violation>('GET', path);
    expect(suppression).toMatchObject({ verdict: 'suppressed', suppressed: { count: 17 }, ruleId: rule.id });
    expect((await call('GET', `${path}/verify`)).body).toMatchObject({ status: 'valid', evidence: 'intact' });
  });
});
