import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@elastic/elasticsearch';
import { call, eventually } from './support/api';
import { type OwnElasticsearch, startOwnElasticsearch } from './support/elasticsearch';
import { type Host, startHost } from './support/host';
import { startTelemetry } from './support/telemetry';

const STREAM = 'traces-apm.betrace-default';
const OUTAGE_MS = 20_000;
const BOOM = { name: 'request', children: [{ name: 'boom' }] };

/** How many documents the stream holds for each of the rule's traces, over all backing indices. */
async function violationsByTrace(client: Client, ruleId: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  if (!(await client.indices.exists({ index: STREAM }))) return counts;
  await client.indices.refresh({ index: STREAM });
  const hits = client.helpers.scrollDocuments<{ trace: { id: string } }>({
    index: STREAM,
    size: 1_000,
    query: { term: { 'labels.betrace_rule_id': ruleId } },
  });
  for await (const { trace } of hits) counts.set(trace.id, (counts.get(trace.id) ?? 0) + 1);
  return counts;
}

/** Sends a breaking trace every 50 ms until stopped; gives the ids of all that were exported. */
function traffic(url: string): { stop(): Promise<string[]> } {
  const telemetry = startTelemetry(url, 'busy');
  const ids: string[] = [];
  let running = true;
  const loop = (async () => {
    while (running) {
      ids.push(await telemetry.send(BOOM));
      if (ids.length % 20 === 0) await telemetry.flush();
      await sleep(50);
    }
  })();
  return {
    async stop() {
      running = false;
      await loop;
      await telemetry.flush();
      telemetry.stop();
      return ids;
    },
  };
}

describe('with an Elasticsearch of its own', () => {
  let elasticsearch: OwnElasticsearch;
  let host: Host;
  let ruleId: string;

  beforeAll(async () => {
    elasticsearch = await startOwnElasticsearch();
    host = await startHost({
      ...elasticsearch.environment,
      BETRACE_SETTLE_MS: '500',
      BETRACE_MAX_VIOLATIONS_PER_RULE: '1000000',
    });
    const rule = { name: 'boom', dsl: "trace.has(span => span.name === 'boom')", severity: 'high' };
    ruleId = (await call<{ id: string }>('POST', `${host.url}/api/v1/rules`, rule)).body.id;
  });
  afterAll(async () => {
    await host?.stop();
    await elasticsearch?.remove();
  });

  const expectEachOnce = async (ids: readonly string[]): Promise<void> => {
    const found = await eventually(
      () => violationsByTrace(elasticsearch.client, ruleId),
      (counts) => ids.every((id) => counts.has(id)),
      { withinMs: 30_000, everyMs: 500 },
    );
    expect(ids.filter((id) => found.get(id) !== 1)).toEqual([]);
  };

  test('stopped for 20 seconds during traffic: no violation is missing and none is twice', async () => {
    const load = traffic(`${host.url}/v1/traces`);
    await eventually(
      () => violationsByTrace(elasticsearch.client, ruleId),
      (counts) => counts.size > 10,
    );
    await elasticsearch.stop();
    await eventually(
      () => fetch(`${host.url}/readyz`).then(({ status }) => status),
      (status) => status === 503,
    );
    expect((await fetch(`${host.url}/healthz`)).status).toBe(200);
    const refused = await call<{ code: string }>('GET', `${host.url}/api/v1/violations`);
    expect([refused.status, refused.body.code]).toEqual([503, 'BT_STORE_UNAVAILABLE']);
    await sleep(OUTAGE_MS);
    await elasticsearch.start();
    await eventually(
      () => fetch(`${host.url}/readyz`).then(({ status }) => status),
      (status) => status === 200,
      { withinMs: 30_000 },
    );
    await sleep(2_000);
    const ids = await load.stop();
    expect(ids.length).toBeGreaterThan(200);
    await expectEachOnce(ids);
  });

  test('over rollovers of the stream during traffic: the same', async () => {
    const load = traffic(`${host.url}/v1/traces`);
    for (let i = 0; i < 4; i += 1) {
      await sleep(700);
      await elasticsearch.client.indices.rollover({ alias: STREAM });
    }
    await sleep(1_000);
    await expectEachOnce(await load.stop());
  });

  test('the host restarted: rules and violations are still there, and verify', async () => {
    const before = await call<{ violations: { id: string }[]; total: number }>('GET', `${host.url}/api/v1/violations`);
    await host.stop();
    host = await startHost({
      ...elasticsearch.environment,
      BETRACE_SETTLE_MS: '500',
      BETRACE_DATA_DIR: host.dataDir,
    });
    const rules = await call<{ rules: { id: string }[]; total: number }>('GET', `${host.url}/api/v1/rules`);
    expect(rules.body.rules.map(({ id }) => id)).toEqual([ruleId]);
    const after = await call<{ violations: { id: string }[]; total: number }>('GET', `${host.url}/api/v1/violations`);
    expect(after.body).toEqual(before.body);
    const verified = await call('GET', `${host.url}/api/v1/violations/${after.body.violations[0]?.id}/verify`);
    expect(verified.body).toMatchObject({ status: 'valid', evidence: 'intact' });
  });

  test('stopped while traces are open: they are judged and written before the host ends', async () => {
    const telemetry = startTelemetry(`${host.url}/v1/traces`, 'hasty');
    const id = await telemetry.send(BOOM);
    await telemetry.flush();
    const from = performance.now();
    const code = await host.stop();
    expect(code).toBe(0);
    expect(performance.now() - from).toBeLessThan(15_000);
    await expectEachOnce([id]);
    telemetry.stop();
  });

  test('another host with a key of its own refuses to sign, and says so', async () => {
    const stranger = await startHost(
      { ...elasticsearch.environment, BETRACE_SIGNING_KEY: undefined },
      { ready: false },
    );
    const { body } = await eventually(
      () => call<{ ready: boolean; reasons: { code: string }[] }>('GET', `${stranger.url}/readyz`),
      (answer) => answer.body.reasons.some(({ code }) => code === 'BT_SIGNING_KEY_UNKNOWN'),
      { withinMs: 20_000 },
    );
    expect(body.ready).toBe(false);
    await stranger.stop();
  });
});
