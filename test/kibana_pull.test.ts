import { randomBytes } from 'node:crypto';
import type { PullState } from '../common/api/stored_traces';
import { fieldsOf, sketchSpan, type SpanSketch } from '../common/engine/test_support/traces';
import { createSpan, type SpanView } from '../common/trace/span';
import { installAssets } from '../ingest/installer';
import { freePort } from '../scripts/lib/ports.mjs';
import { createIndices, store, type StoredIndices } from '../server/traces/test_support/stored_indices';
import { SILENT } from '../server/violations/test_support/fixtures';
import { type Answer, call, eventually } from './support/api';
import { sharedElasticsearch, uniqueName } from './support/elasticsearch';
import { SIGNING_KEY, whenItTakesSpans } from './support/kibana/bridge';
import { buildZips, type FakeKibana, install, startFakeKibana } from './support/kibana/start';

const { client, url, username, password } = sharedElasticsearch();
const ANALYST = uniqueName('analyst');
const NOBODY = uniqueName('nobody');
const PASSWORD = randomBytes(12).toString('hex');
const RULE = { name: 'Charge', severity: 'HIGH', dsl: "trace.has(s => s.name === 'payment.charge')" };

let plugin: string;
let indices: StoredIndices;
beforeAll(async () => {
  const [zip] = (await buildZips(['8.12.2'])).values();
  plugin = install(zip!);
  await installAssets(client, SILENT);
  indices = await createIndices(client, uniqueName('kibana'));
  const readable = [indices.otel, indices.apm, indices.logs];
  await client.security.putRole({ name: ANALYST, indices: [{ names: readable, privileges: ['read'] }] });
  await client.security.putUser({ username: ANALYST, password: PASSWORD, roles: [ANALYST] });
  await client.security.putUser({ username: NOBODY, password: PASSWORD, roles: [] });
});
afterAll(async () => {
  await client.security.deleteUser({ username: ANALYST });
  await client.security.deleteUser({ username: NOBODY });
  await client.security.deleteRole({ name: ANALYST });
  await indices?.remove();
});

const as = (user: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${user}:${PASSWORD}`).toString('base64')}`,
});

function trace(sketches: readonly SpanSketch[]): SpanView[] {
  const traceId = randomBytes(16).toString('hex');
  const baseUs = (Date.now() - 60_000) * 1000;
  return sketches.map((sketch, at) => {
    const startUs = baseUs + at * 1000;
    const fields = fieldsOf(sketchSpan(at + 1, { ...sketch, startUs, endUs: startUs + 500 }));
    return createSpan({ ...fields, traceId });
  });
}

describe.each(['9', '8'] as const)('in a Kibana of line %s', (line) => {
  const space = uniqueName('pull');
  let kibana: FakeKibana;
  const ask = <T>(method: string, path: string, body?: unknown, user = ANALYST): Promise<Answer<T>> =>
    call<T>(method, `${kibana.url}/s/${space}/api/betrace${path}`, body, as(user));

  beforeAll(async () => {
    const port = await freePort();
    kibana = await startFakeKibana({
      plugin,
      line,
      canEncrypt: true,
      elasticsearch: { url, auth: { username, password } },
      config: {
        bridge: { port, routing: 'trace_id' },
        signing: { key: SIGNING_KEY },
        traces: { indices: [indices.otel, indices.apm, indices.logs] },
        pull: { intervalMs: 1_000, delayMs: 500, lateMs: 2_000 },
      },
    });
    await whenItTakesSpans(kibana);
  });
  // each has saved objects of its own, and all one Elasticsearch
  afterAll(() => kibana?.stop());

  test('a preview reads as the user who asks', async () => {
    const at = Date.now();
    const body = {
      ...{ dsl: RULE.dsl, matches: 1 },
      from: new Date(at - 3_600_000).toISOString(),
      to: new Date(at).toISOString(),
    };
    await store(client, indices, 'otel', trace([{ name: 'payment.charge' }]));
    const answer = (user: string): Promise<Response> =>
      fetch(`${kibana.url}/s/${space}/api/betrace/preview`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...as(user) },
        body: JSON.stringify(body),
      });
    const allowed = await answer(ANALYST);
    expect(allowed.status).toBe(200);
    const lines = (await allowed.text()).trimEnd().split('\n');
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ kind: 'done', complete: true });
    expect((JSON.parse(lines.at(-1)!) as { violated: number }).violated).toBeGreaterThan(0);
    const refused = await answer(NOBODY);
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([403, 'BT_TRACES_FORBIDDEN']);
  });

  test('pull mode reads under a key made for who switched it on, which ends with it', async () => {
    await ask('POST', '/rules', RULE);
    const refused = await ask<{ code: string }>('PUT', '/stored_traces/pull', {}, NOBODY);
    expect([refused.status, refused.body.code]).toEqual([403, 'BT_TRACES_FORBIDDEN']);

    const since = new Date(Date.now() - 600_000).toISOString();
    const { status, body } = await ask<PullState>('PUT', '/stored_traces/pull', { since });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      enabled: true,
      startedBy: ANALYST,
      key: { name: expect.stringContaining(space) as string },
    });
    const ofKey = async (): Promise<boolean> =>
      (await client.security.getApiKey({ id: body.key!.id })).api_keys[0]!.invalidated;
    expect(await ofKey()).toBe(false);
    const stored = JSON.stringify(await (await fetch(`${kibana.url}/fake/stored`)).json());
    expect(stored).toContain(body.key!.id);

    const spans = trace([{ name: 'payment.charge' }]);
    await store(client, indices, 'otel', spans);
    await eventually(
      () => ask<{ violations: { traceIds: string[] }[] }>('GET', '/violations?limit=100'),
      ({ body: found }) => found.violations?.some(({ traceIds }) => traceIds[0] === spans[0]!.traceId) ?? false,
      { withinMs: 20_000 },
    );
    const now = await eventually(
      () => ask<PullState>('GET', '/stored_traces/pull'),
      ({ body: state }) => state.lastRun !== null,
    );
    expect(now.body.lastRun?.error).toBeNull();

    expect((await ask<PullState>('DELETE', '/stored_traces/pull')).body).toMatchObject({
      enabled: false,
      key: null,
      notInvalidated: [],
    });
    expect(await ofKey()).toBe(true);
    const left = JSON.stringify(await (await fetch(`${kibana.url}/fake/stored`)).json());
    expect(left).not.toContain(body.key!.id);
  });
});
