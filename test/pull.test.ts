import { randomBytes } from 'node:crypto';
import type { PullState } from '../common/api/stored_traces';
import { fieldsOf, sketchSpan, type SpanSketch } from '../common/engine/test_support/traces';
import { createSpan, type SpanView } from '../common/trace/span';
import { createIndices, store, type StoredIndices } from '../server/traces/test_support/stored_indices';
import { call, eventually } from './support/api';
import { sharedElasticsearch, uniqueName } from './support/elasticsearch';
import { type Host, startHost } from './support/host';

const { client } = sharedElasticsearch();
const MINUTE_MS = 60_000;
const RULE = {
  name: 'Payment without a fraud check',
  severity: 'HIGH',
  dsl: `trace.has(p => p.name === 'payment.charge' && p.attributes['payment.amount'] > 1000)
    .and(trace.missing(s => s.name === 'fraud.check'))`,
};

/** A trace that began so many minutes ago. */
function trace(
  minutesAgo: number,
  sketches: readonly SpanSketch[],
  traceId = randomBytes(16).toString('hex'),
): SpanView[] {
  const baseUs = Math.round(Date.now() - minutesAgo * MINUTE_MS) * 1000;
  return sketches.map((sketch, at) => {
    const startUs = baseUs + at * 1000;
    const fields = fieldsOf(sketchSpan(at + 1, { ...sketch, startUs, endUs: startUs + 500 }));
    return createSpan({ ...fields, traceId });
  });
}

const ROOT: SpanSketch = { name: 'POST /checkout', service: 'shop' };
const CHARGE: SpanSketch = {
  name: 'payment.charge',
  service: 'payment',
  parentSpanId: '0000000000000001',
  attributes: { 'payment.amount': 5000 },
};
const FRAUD: SpanSketch = { name: 'fraud.check', service: 'fraud', parentSpanId: '0000000000000001' };

interface Listed {
  readonly id: string;
  readonly traceIds: string[];
  readonly source: string;
}

let indices: StoredIndices;
let space: string;
let host: Host;
const environment = (): Record<string, string> => ({
  BETRACE_TRACES_INDICES: [indices.otel, indices.apm, indices.logs].join(),
  BETRACE_PULL_INTERVAL_MS: '300',
  BETRACE_PULL_DELAY_MS: '1000',
  BETRACE_PULL_LATE_MS: '4000',
});
beforeEach(async () => {
  indices = await createIndices(client, uniqueName('pull'));
  space = uniqueName('space');
  host = await startHost(environment());
});
afterEach(async () => {
  await host?.stop();
  await indices?.remove();
});

const at = (path: string): string => `${host.url}/s/${space}/api/v1${path}`;
/** None yet where the stream is only just being made (503). */
const violations = async (): Promise<Listed[]> =>
  (await call<{ violations?: Listed[] }>('GET', at('/violations?limit=1000'))).body.violations ?? [];
const state = async (): Promise<PullState> => (await call<PullState>('GET', at('/stored_traces/pull'))).body;
const start = async (body: object): Promise<PullState> => {
  const { status, body: answer } = await call<PullState>('PUT', at('/stored_traces/pull'), body);
  if (status !== 200) throw new Error(JSON.stringify(answer));
  return answer;
};
const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * MINUTE_MS).toISOString();
/** It has looked at all that lies more than a few seconds back, the second time, too. */
const caughtUp = (): Promise<PullState> =>
  eventually(state, ({ watermark, lastRun, lagMs }) => watermark !== null && lastRun !== null && lagMs! < 3_000, {
    withinMs: 20_000,
  });

test('it finds what happened while it was off, once, and what comes later; off it finds nothing', async () => {
  await call('POST', at('/rules'), RULE);
  const before = Array.from({ length: 12 }, (_, n) => trace(5 + n * 4, [ROOT, CHARGE]));
  const good = Array.from({ length: 12 }, (_, n) => trace(5 + n * 4, [ROOT, CHARGE, FRAUD]));
  const tooOld = trace(90, [ROOT, CHARGE]);
  await store(client, indices, 'otel', [...before, ...good, tooOld].flat());
  expect(await state()).toMatchObject({ enabled: false, watermark: null });

  expect(await start({ since: minutesAgo(60), kql: 'service.name: shop' })).toMatchObject({
    enabled: true,
    startedBy: 'local',
    key: null,
  });
  await eventually(violations, (found) => found.length === before.length, { withinMs: 20_000 });
  await caughtUp();
  const found = await violations();
  expect(found.map(({ traceIds }) => traceIds[0]).sort()).toEqual(before.map(([span]) => span!.traceId).sort());
  expect(new Set(found.map(({ source }) => source))).toEqual(new Set(['es_otel']));

  // stopped, and started again: it goes on where it was, and over the same range again it writes nothing
  const mark = (await state()).watermark!;
  await host.stop();
  const later = trace(0.05, [ROOT, CHARGE]);
  await store(client, indices, 'otel', later);
  host = await startHost(environment());
  expect(Date.parse((await state()).watermark!)).toBeGreaterThanOrEqual(Date.parse(mark));
  await eventually(violations, (all) => all.length === before.length + 1, { withinMs: 20_000 });
  await start({ since: minutesAgo(60), kql: 'service.name: shop' });
  await eventually(state, ({ lastRun, lagMs }) => lastRun !== null && lagMs! < 3_000, { withinMs: 20_000 });
  expect(await violations()).toHaveLength(before.length + 1);

  const off = await call<PullState>('DELETE', at('/stored_traces/pull'));
  expect(off.body).toMatchObject({ enabled: false, key: null });
  await store(client, indices, 'otel', trace(0.05, [ROOT, CHARGE]));
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(await violations()).toHaveLength(before.length + 1);
});

test('a span that comes late takes a violation back', async () => {
  await call('POST', at('/rules'), RULE);
  const traceId = randomBytes(16).toString('hex');
  await start({ since: minutesAgo(1) });
  const [root, charge, fraud] = trace(0.01, [ROOT, CHARGE, FRAUD], traceId);
  await store(client, indices, 'otel', [root!, charge!]);
  await eventually(violations, (found) => found.length === 1, { withinMs: 10_000 });
  await store(client, indices, 'otel', [fraud!]);
  await eventually(violations, (found) => found.length === 0, { withinMs: 15_000 });
});

test('who may not read traces can not switch it on, and a filter that is none is refused', async () => {
  const { status, body } = await call<{ code: string }>('PUT', at('/stored_traces/pull'), { kql: 'nonsense (' });
  expect([status, body.code]).toEqual([400, 'BT_INVALID_KQL']);
  const old = await call<{ code: string }>('PUT', at('/stored_traces/pull'), { since: minutesAgo(60 * 24 * 8) });
  expect([old.status, old.body.code]).toEqual([400, 'BT_INVALID_REQUEST']);
});
