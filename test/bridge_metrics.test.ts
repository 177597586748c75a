import { randomBytes } from 'node:crypto';
import type { Client } from '@elastic/elasticsearch';
import jwt from 'jsonwebtoken';
import type { Log } from '../common/log';
import type { Rule } from '../common/rules/rule';
import { metricsStream, violationsStream } from '../common/violations/namespace';
import { installAssets } from '../ingest/installer';
import { metricsView } from '../ingest/kibana/data_view';
import { PANELS } from '../ingest/kibana/panels';
import { buildWorker } from '../server/bridge/test_support/build_worker';
import { createClient } from '../server/elasticsearch/client';
import { bridgeSettings } from '../server/host/bridge_settings';
import { type Pipeline, startPipeline } from '../server/host/pipeline';
import { NEEDED, PROJECTION, roleDescriptor, WRITER } from '../server/kibana/setup/privileges';
import { readerRole } from '../server/kibana/setup/reader_role';
import { hex, recordingLog, SILENT, testRing } from '../server/violations/test_support/fixtures';
import { ElasticsearchViolationStore } from '../server/violations/store';
import { call, eventually } from './support/api';
import { type OwnElasticsearch, startOwnElasticsearch, uniqueName } from './support/elasticsearch';
import { type FaultProxy, startFaultProxy } from './support/fault_proxy';
import { removeFolder, temporaryFolder } from './support/temporary';

/** Kibana's package is not on npm, and nothing is checked by it here. */
jest.mock('@kbn/config-schema', () => ({ schema: new Proxy({}, { get: () => () => 'a type' }) }), { virtual: true });

const SECRET = randomBytes(32).toString('hex');
const INTERVAL_MS = 400;
const HOUR_MS = 3_600_000;

interface Sums {
  readonly [measure: string]: number;
}

let elasticsearch: OwnElasticsearch;
let client: Client;
let proxy: FaultProxy;
let proxied: Client;
let worker: Awaited<ReturnType<typeof buildWorker>>;
const running: Pipeline[] = [];
const clients: Client[] = [];

beforeAll(async () => {
  elasticsearch = await startOwnElasticsearch();
  ({ client } = elasticsearch);
  proxy = await startFaultProxy(elasticsearch.url);
  proxied = createClient({ ...elasticsearch, url: proxy.url });
  clients.push(proxied);
  worker = await buildWorker();
  await installAssets(client, SILENT);
});
afterEach(() => proxy.faults(() => undefined));
afterAll(async () => {
  await Promise.all(running.map((pipeline) => pipeline.stop({ drainMs: 0, flushMs: 0 })));
  await Promise.all(clients.map((each) => each.close()));
  await proxy?.close();
  await worker?.remove();
  await elasticsearch?.remove();
});

const ruleOf = (space: string): Rule => ({
  id: `payment-${space}`,
  space,
  name: 'Payment without audit',
  description: '',
  dsl: `trace.has(span => span.name === 'payment').and(trace.missing(span => span.name === 'audit'))`,
  version: '0123456789abcdef',
  revision: 1,
  mode: 'on',
  severity: 'LOW',
  tags: [],
  updatedAt: new Date().toISOString(),
  updatedBy: 'test',
});

interface Given {
  readonly spaces: readonly string[];
  readonly into?: Client;
  readonly violationsInto?: Client;
  readonly intervalMs?: number;
  readonly maxViolationsPerRule?: number;
  readonly log?: Log;
}

async function start(given: Given): Promise<Pipeline> {
  const { spaces, into = client, violationsInto = client, intervalMs = INTERVAL_MS, log = SILENT } = given;
  const dataDir = temporaryFolder();
  const bounds = { settleMs: 100, rootSettleMs: 100, maxTraceMs: 5_000, lateMs: 0, maxBodyBytes: 1_000_000 };
  const tokens = { algorithms: [], issuers: [], audiences: ['betrace'], clockToleranceSeconds: 0 };
  const pipeline = await startPipeline({
    workerFile: worker.workerFile,
    settings: bridgeSettings(
      { ...bounds, evidence: 'none' },
      { host: '127.0.0.1', port: 0 },
      { tokens: { ...tokens, keys: { secret: SECRET }, spacesClaim: 'betrace.spaces' } },
    ),
    store: new ElasticsearchViolationStore(violationsInto, log),
    ring: testRing(),
    log,
    metricsInto: { client: () => into, intervalMs },
    dataDir,
    maxViolationsPerRule: given.maxViolationsPerRule ?? 600,
    version: '1.2.3',
  });
  running.push(pipeline);
  const rules = (async function* () {
    yield await Promise.resolve({ revision: 1, rules: spaces.map(ruleOf) });
  })();
  await pipeline.follow(rules, () => undefined);
  await eventually(
    () => Promise.resolve(pipeline.rules()),
    (applied) => applied?.revision === 1,
  );
  return {
    ...pipeline,
    stop: async (limits) => {
      await pipeline.stop(limits);
      removeFolder(dataDir);
    },
  };
}

const stop = (pipeline: Pipeline): Promise<void> => pipeline.stop({ drainMs: 5_000, flushMs: 5_000 });

/** A trace with a payment and no audit; one whose parent was never received can't say that there was none. */
async function send(pipeline: Pipeline, space: string, { isOrphan = false } = {}): Promise<string> {
  const now = String(BigInt(Date.now()) * 1_000_000n);
  const traceId = hex(16);
  const parent = isOrphan ? { parentSpanId: hex(8) } : {};
  const times = { startTimeUnixNano: now, endTimeUnixNano: now };
  const span = { traceId, spanId: hex(8), ...parent, name: 'payment', ...times };
  const token = jwt.sign({ 'betrace.spaces': [space] }, SECRET, { audience: 'betrace', expiresIn: 60 });
  const { status } = await call(
    'POST',
    `${pipeline.bridge.address()}/v1/traces`,
    { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] },
    { authorization: `Bearer ${token}` },
  );
  expect(status).toBe(200);
  return traceId;
}

/** What a panel of the dashboard adds up, over all time. */
async function panelSums(name: string, space: string): Promise<Sums> {
  const { measures } = PANELS.find((panel) => panel.name === name)!;
  const aggs = Object.fromEntries(measures.map(({ label, sourceField }) => [label, { sum: { field: sourceField! } }]));
  const index = metricsView(space).attributes['title'] as string;
  await client.indices.refresh({ index, ignore_unavailable: true });
  const { aggregations } = await client.search({ index, ignore_unavailable: true, size: 0, aggs });
  return Object.fromEntries(
    Object.entries(aggregations ?? {}).map(([label, agg]) => [label, (agg as { value: number }).value]),
  );
}
const sumsAre = (space: string, inconclusive: number, violated: number): Promise<Sums> =>
  eventually(
    () => panelSums('inconclusive', space),
    (sums) => sums['Inconclusive'] === inconclusive && sums['Violated'] === violated,
  );

interface MetricSource {
  readonly event: { readonly kind: string };
  readonly data_stream: object;
  readonly betrace: {
    readonly scope: string;
    readonly space_id?: string;
    readonly interval_ms: number;
    readonly bridge?: Readonly<Record<string, number>>;
  };
}

async function documentsOf(space: string): Promise<MetricSource[]> {
  const index = metricsStream(space);
  await client.indices.refresh({ index, ignore_unavailable: true });
  const answer = await client.search<MetricSource>({ index, ignore_unavailable: true, size: 1_000 });
  return answer.hits.hits.map(({ _source }) => _source!);
}

const violationsIn = async (space: string): Promise<number> => {
  const index = violationsStream(space);
  await client.indices.refresh({ index, ignore_unavailable: true });
  return (await client.count({ index, ignore_unavailable: true })).count;
};

test('an inconclusive verdict is in the panel’s sums within the interval, once, and in a stream of our mappings', async () => {
  const space = uniqueName('share');
  const pipeline = await start({ spaces: [space] });
  for (const isOrphan of [true, true, false]) await send(pipeline, space, { isOrphan });
  await sumsAre(space, 2, 1);
  await new Promise((resolve) => setTimeout(resolve, 3 * INTERVAL_MS));
  await sumsAre(space, 2, 1);
  const documents = await documentsOf(space);
  for (const { event, betrace } of documents) {
    expect([event.kind, betrace.scope, betrace.space_id]).toEqual(['metric', 'verdicts', space]);
    expect(betrace.interval_ms).toBeGreaterThan(INTERVAL_MS / 2);
  }
  const [{ mappings }] = Object.values(await client.indices.getMapping({ index: metricsStream(space) })) as [
    { mappings: { dynamic?: unknown; _meta?: object } },
  ];
  expect([mappings.dynamic, mappings._meta]).toEqual(['false', expect.objectContaining({ managed_by: 'betrace' })]);
  await stop(pipeline);
});

test('how the bridge fares is in the stream of the space default, of all spaces together', async () => {
  const bridgeSums = async (): Promise<Sums> => {
    const all = (await documentsOf('default')).flatMap(({ betrace }) => (betrace.bridge ? [betrace.bridge] : []));
    const names = ['requests', 'requests_refused', 'spans_received', 'traces_judged'];
    return Object.fromEntries(names.map((name) => [name, all.reduce((sum, bridge) => sum + bridge[name]!, 0)]));
  };
  const before = await bridgeSums();
  const pipeline = await start({ spaces: ['default'], intervalMs: HOUR_MS });
  for (const space of ['default', 'elsewhere', 'elsewhere']) await send(pipeline, space);
  const refused = await call('POST', `${pipeline.bridge.address()}/v1/traces`, '{', {
    authorization: `Bearer ${jwt.sign({ 'betrace.spaces': ['default'] }, SECRET, { audience: 'betrace', expiresIn: 60 })}`,
  });
  expect(refused.status).toBe(400);
  const health = await panelSums('bridge', 'default');
  await stop(pipeline); // long before the interval is over
  const after = await bridgeSums();
  const more = Object.fromEntries(Object.entries(after).map(([name, sum]) => [name, sum - (before[name] ?? 0)]));
  expect(more).toEqual({ requests: 4, requests_refused: 1, spans_received: 3, traces_judged: 3 });
  const healthAfter = await panelSums('bridge', 'default');
  expect(healthAfter['Requests refused']! - (health['Requests refused'] ?? 0)).toBe(1);
  expect(await documentsOf('elsewhere')).toEqual([]); // no rule there
});

test('what a rule has too much of is counted as not written', async () => {
  const space = uniqueName('brake');
  const pipeline = await start({ spaces: [space], maxViolationsPerRule: 1 });
  for (let time = 0; time < 3; time += 1) await send(pipeline, space);
  // a minute of the clock that ends in between lets one more through
  const sums = await eventually(
    async () => ({ ...(await panelSums('bridge', space)), ...(await panelSums('inconclusive', space)) }) as Sums,
    ({ Violated }) => Violated === 3,
  );
  expect([1, 2]).toContain(sums['Violations not written']);
  await stop(pipeline);
});

test('while Elasticsearch is away verdicts are counted on, and afterwards each is there once', async () => {
  const space = uniqueName('away');
  const pipeline = await start({ spaces: [space], into: proxied });
  await send(pipeline, space, { isOrphan: true });
  await sumsAre(space, 1, 0);
  for (const fault of ['reset', 'reset_after', { status: 503 }] as const) {
    proxy.faults(() => fault);
    const from = proxy.bulks.length;
    const began = performance.now();
    await send(pipeline, space, { isOrphan: true });
    await send(pipeline, space);
    await new Promise((resolve) => setTimeout(resolve, 4 * INTERVAL_MS));
    const tries = proxy.bulks.length - from;
    expect(tries).toBeLessThanOrEqual(1 + (performance.now() - began) / INTERVAL_MS);
  }
  expect(await violationsIn(space)).toBe(3);
  proxy.faults(() => undefined);
  await sumsAre(space, 4, 3);
  await new Promise((resolve) => setTimeout(resolve, 2 * INTERVAL_MS));
  await sumsAre(space, 4, 3);
  await stop(pipeline);
});

test('an Elasticsearch that does not answer for metrics keeps neither violations nor the end waiting', async () => {
  const space = uniqueName('hang');
  const pipeline = await start({ spaces: [space], into: proxied });
  proxy.faults(() => 'hang');
  await send(pipeline, space);
  await eventually(
    () => violationsIn(space),
    (count) => count === 1,
  );
  await new Promise((resolve) => setTimeout(resolve, 2 * INTERVAL_MS));
  const from = performance.now();
  await pipeline.stop({ drainMs: 2_000, flushMs: 1_000 });
  expect(performance.now() - from).toBeLessThan(3_500);
});

async function keyWith(indices: Parameters<typeof roleDescriptor>[0]): Promise<Client> {
  const role_descriptors = roleDescriptor(indices);
  const { encoded } = await client.security.createApiKey({ name: uniqueName('key'), role_descriptors });
  const made = createClient({ url: elasticsearch.url, apiKey: encoded });
  clients.push(made);
  return made;
}

test('a key of before there were metrics writes violations, and of metrics says once that it may not', async () => {
  const space = uniqueName('before');
  const log = recordingLog();
  const key = await keyWith([...NEEDED, ...PROJECTION]);
  const pipeline = await start({ spaces: [space], into: key, violationsInto: key, log });
  await send(pipeline, space);
  await eventually(
    () => violationsIn(space),
    (count) => count === 1,
  );
  await new Promise((resolve) => setTimeout(resolve, 4 * INTERVAL_MS));
  await stop(pipeline);
  expect(await documentsOf(space)).toEqual([]);
  expect(log.lines.filter((line) => line.includes('Metrics of the bridge are not written'))).toHaveLength(1);
});

test('the key that set-up makes writes metrics, and reads or changes none', async () => {
  const space = uniqueName('after');
  const key = await keyWith([...WRITER, ...PROJECTION]);
  const pipeline = await start({ spaces: [space], into: key, violationsInto: key });
  await send(pipeline, space, { isOrphan: true });
  await sumsAre(space, 1, 0);
  await stop(pipeline);
  const index = metricsStream(space);
  await expect(key.search({ index })).rejects.toMatchObject({ statusCode: 403 });
  await expect(key.indices.putMapping({ index, properties: {} })).rejects.toMatchObject({ statusCode: 403 });
});

test('readers of a space find its metrics, and none of another space or of the bridge', async () => {
  const [ours, theirs] = [uniqueName('ours'), uniqueName('theirs')];
  const pipeline = await start({ spaces: [ours, theirs], intervalMs: HOUR_MS });
  await send(pipeline, ours, { isOrphan: true });
  await send(pipeline, theirs, { isOrphan: true });
  await send(pipeline, theirs);
  // judged before it has settled a trace is not known to be whole
  await eventually(
    () => violationsIn(theirs),
    (count) => count === 1,
  );
  await stop(pipeline);
  await sumsAre(ours, 1, 0);
  await sumsAre(theirs, 1, 1);
  for (const source of await documentsOf(ours)) expect(JSON.stringify(source)).not.toContain(theirs);

  const { elasticsearch: role } = readerRole(ours) as { elasticsearch: { indices: never } };
  const name = uniqueName('reader');
  await client.security.putRole({ name, indices: role.indices });
  const password = randomBytes(12).toString('hex');
  await client.security.putUser({ username: name, password, roles: [name] });
  const reader = createClient({ url: elasticsearch.url, username: name, password });
  clients.push(reader);
  const found = async (index: string): Promise<string[]> => {
    const { hits } = await reader.search<MetricSource>({ index, size: 1_000 });
    return hits.hits.map(({ _source }) => _source!.betrace.space_id ?? 'bridge');
  };
  expect(await found(metricsStream(ours))).toEqual([ours]);
  expect(await found('metrics-betrace.bridge-*')).toEqual([ours]);
  for (const index of [metricsStream(theirs), metricsStream('default')]) {
    await expect(reader.search({ index })).rejects.toMatchObject({ statusCode: 403 });
  }
});
