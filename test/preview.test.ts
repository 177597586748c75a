import { randomBytes } from 'node:crypto';
import type { PreviewLine, PreviewMatch, PreviewRequest } from '../common/api/preview';
import { previewLineSchema } from '../common/api/preview';
import type { KnownAttributes } from '../common/api/stored_traces';
import { fieldsOf, sketchSpan, type SpanSketch } from '../common/engine/test_support/traces';
import { createSpan, type SpanView } from '../common/trace/span';
import { createIndices, store, type StoredIndices } from '../server/traces/test_support/stored_indices';
import { call, eventually } from './support/api';
import { sharedElasticsearch, uniqueName } from './support/elasticsearch';
import { type FaultProxy, startFaultProxy } from './support/fault_proxy';
import { type Host, startHost } from './support/host';

const { client, url: elasticsearchUrl } = sharedElasticsearch();
const DAY_US = Date.UTC(2026, 2, 1) * 1000;
const RANGE = { from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z' };
const PAYMENT = `trace.has(p => p.name === 'payment.charge' && p.attributes['payment.amount'] > 1000 &&
  trace.missing(f => f.name === 'fraud.check' && f.endTime <= p.startTime))`;

/** A trace of its own, so many minutes into the day. */
function trace(minute: number, sketches: readonly SpanSketch[]): SpanView[] {
  const traceId = randomBytes(16).toString('hex');
  return sketches.map((sketch, at) => {
    const startUs = DAY_US + minute * 60_000_000 + (sketch.startUs ?? at * 1000);
    const fields = fieldsOf(sketchSpan(at + 1, { ...sketch, startUs, endUs: startUs + 500 }));
    return createSpan({ ...fields, traceId });
  });
}

const payment = (amount: number): SpanSketch => ({
  name: 'payment.charge',
  service: 'payment',
  attributes: { 'payment.amount': amount, currency: 'EUR' },
});
const FRAUD: SpanSketch = { name: 'fraud.check', service: 'fraud' };
const ROOT: SpanSketch = { name: 'POST /checkout', service: 'shop', kind: 'SERVER' };

let indices: StoredIndices;
let host: Host;
beforeAll(async () => {
  const name = uniqueName('preview');
  indices = await createIndices(client, name);
  const spans = [
    ...Array.from({ length: 60 }, (_, at) => trace(at * 20, [ROOT, FRAUD, payment(5_000)])),
    ...Array.from({ length: 40 }, (_, at) => trace(at * 20, [ROOT, payment(900)])),
    ...Array.from({ length: 7 }, (_, at) => trace(600 + at, [ROOT, payment(1_500)])),
    ...Array.from({ length: 100 }, (_, at) => trace(at * 10, [ROOT])),
  ];
  await store(client, indices, 'otel', spans.flat());
  host = await startHost({ BETRACE_TRACES_INDICES: [indices.otel, indices.apm, indices.logs].join() });
});
afterAll(async () => {
  await host?.stop();
  await indices?.remove();
});

interface Refusal {
  readonly code: string;
  readonly problems: { code: string }[];
}

const ask = (request: Partial<PreviewRequest>, signal?: AbortSignal, at = host.url): Promise<Response> =>
  fetch(`${at}/api/v1/preview`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ dsl: PAYMENT, ...RANGE, ...request }),
    ...(signal ? { signal } : {}),
  });

async function preview(request: Partial<PreviewRequest> = {}): Promise<PreviewLine[]> {
  const answer = await ask(request);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toContain('application/x-ndjson');
  const lines = (await answer.text()).trimEnd().split('\n');
  return lines.map((line) => previewLineSchema.parse(JSON.parse(line)));
}

const doneOf = (lines: readonly PreviewLine[]): Extract<PreviewLine, { kind: 'done' }> => {
  const last = lines.at(-1);
  if (last?.kind !== 'done') throw new Error(JSON.stringify(last));
  return last;
};
const matchesOf = (lines: readonly PreviewLine[]): PreviewMatch[] =>
  lines.flatMap((line) => (line.kind === 'match' ? [line.match] : []));

test('it tells how many of how many traces the rule catches, when, the first with their explanation', async () => {
  const lines = await preview({ matches: 3 });
  const done = doneOf(lines);
  expect(done).toMatchObject({ violated: 7, inconclusive: 0, complete: true, perDay: 7 });
  expect(done.traces.value).toBe(207);
  expect(done.candidates.value).toBe(107);
  const { overTime } = done;
  const at = (Date.parse(RANGE.from) + 600 * 60_000 - Date.parse(overTime.from)) / overTime.intervalMs;
  expect(overTime.violated.reduce((sum, count) => sum + count)).toBe(7);
  expect(overTime.violated[Math.floor(at)]).toBe(7);
  const matches = matchesOf(lines);
  expect(matches).toHaveLength(3);
  expect(matches[0]).toMatchObject({
    verdict: 'violated',
    source: 'es_otel',
    rootName: 'POST /checkout',
    service: 'shop',
    spans: 2,
    witnesses: [{ name: 'payment.charge', service: 'payment', role: 'match' }],
    explanation: { type: 'present', result: 'true', matches: 1 },
  });
  expect(matches[0]!.message).toContain('payment.charge');
});

test('it tells how often each attribute occurs that the rule mentions, and which were never seen', async () => {
  const dsl = "trace.has(s => s.attributes['payment.amount'] > 1 && s.attributes['payment.amonut'] > 1)";
  const [first] = await preview({ dsl });
  expect(first).toEqual({
    kind: 'attributes',
    attributes: [
      { key: 'payment.amonut', spans: 0, exact: true },
      { key: 'payment.amount', spans: 107, exact: true },
    ],
  });
});

test('a filter in KQL chooses traces by any of their spans', async () => {
  const byOther = doneOf(await preview({ kql: 'service.name: "shop" and not name: pay*' }));
  expect(byOther.violated).toBe(7);
  const filtered = doneOf(
    await preview({ kql: 'attributes.payment.amount >= 1500 and attributes.payment.amount < 2000' }),
  );
  expect(filtered).toMatchObject({ violated: 7, judged: 7 });
  expect(filtered.traces.value).toBe(7);
  expect(doneOf(await preview({ kql: 'name: nothing' }))).toMatchObject({ violated: 0, judged: 0 });
});

test('a rule that any trace may violate is tried on all of them', async () => {
  const done = doneOf(await preview({ dsl: "trace.missing(s => s.name === 'fraud.check')" }));
  expect(done).toMatchObject({ violated: 147, judged: 207, complete: true });
});

test.each([
  [{ dsl: 'trace.has(s => s.nmae === 1)' }, 'BT_INVALID_RULE'],
  [{ kql: 'name: (' }, 'BT_INVALID_KQL'],
  [{ from: RANGE.to, to: RANGE.from }, 'BT_INVALID_REQUEST'],
])('what is wrong with the request is told before anything is streamed: %j', async (request, code) => {
  const answer = await ask(request);
  expect(answer.status).toBe(400);
  expect(((await answer.json()) as Refusal).code).toBe(code);
});

test('names and values of stored spans are there for the editor', async () => {
  const { status, body } = await call<KnownAttributes>(
    'GET',
    `${host.url}/api/v1/stored_traces/attributes?from=${RANGE.from}&to=${RANGE.to}`,
  );
  expect(status).toBe(200);
  expect(body.names.sort()).toEqual(['POST /checkout', 'fraud.check', 'payment.charge']);
  expect(body.services.sort()).toEqual(['fraud', 'payment', 'shop']);
  expect(body.attributes).toContainEqual({ key: 'currency', values: ['EUR'] });
  expect(body.attributes.find(({ key }) => key === 'payment.amount')?.values.sort()).toEqual([1500, 5000, 900]);
});

describe('while Elasticsearch takes its time', () => {
  let proxy: FaultProxy;
  let slow: Host;
  beforeAll(async () => {
    proxy = await startFaultProxy(elasticsearchUrl);
    slow = await startHost({
      ...sharedElasticsearch().environment,
      ELASTICSEARCH_URL: proxy.url,
      BETRACE_TRACES_INDICES: [indices.otel, indices.apm, indices.logs].join(),
    });
  });
  afterAll(async () => {
    await slow?.stop();
    await proxy?.close();
  });

  /** Shards of points in time that are kept for somebody; each of these has two. */
  const kept = async (): Promise<number> => {
    const { nodes } = await client.nodes.stats({ metric: 'indices', index_metric: 'search' });
    return Object.values(nodes).reduce((sum, { indices: of }) => sum + (of?.search?.open_contexts ?? 0), 0);
  };

  test('a third preview of one user is refused; who goes away makes room, and leaves nothing behind', async () => {
    const before = await kept();
    proxy.faults(
      () => undefined,
      () => 'hang',
    );
    const leaving = [new AbortController(), new AbortController()];
    const waiting = leaving.map(({ signal }) =>
      ask({}, signal, slow.url).then(
        () => 'answered',
        () => 'gone',
      ),
    );
    await eventually(kept, (now) => now === before + leaving.length * 2);
    const third = await ask({}, undefined, slow.url);
    expect([third.status, ((await third.json()) as Refusal).code]).toEqual([429, 'BT_TOO_MANY_PREVIEWS']);
    for (const each of leaving) each.abort();
    expect(await Promise.all(waiting)).toEqual(['gone', 'gone']);
    proxy.faults(() => undefined);
    await eventually(kept, (now) => now === before);
    const after = await ask({}, undefined, slow.url);
    expect(after.status).toBe(200);
    expect(await after.text()).toContain('"kind":"done"');
  });

  test('who goes away in the middle ends it', async () => {
    const before = await kept();
    const leaving = new AbortController();
    const survey = proxy.searches;
    proxy.faults(
      () => undefined,
      // the survey is answered, what is read after it is not
      (n) => (n > survey ? 'hang' : undefined),
    );
    const answer = await ask({}, leaving.signal, slow.url);
    const reader = answer.body!.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toContain('"kind":"attributes"');
    leaving.abort();
    await reader.read().catch(() => undefined);
    proxy.faults(() => undefined);
    await eventually(kept, (now) => now === before);
  });

  test('a failure on the way is the last line', async () => {
    const from = proxy.searches;
    proxy.faults(
      () => undefined,
      (n) => (n > from ? { status: 503 } : undefined),
    );
    const lines = (await (await ask({}, undefined, slow.url)).text()).trimEnd().split('\n');
    proxy.faults(() => undefined);
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ kind: 'error', code: 'BT_STORE_UNAVAILABLE' });
  });
});

describe('as somebody who may not read traces', () => {
  let restricted: Host;
  const username = uniqueName('user');
  beforeAll(async () => {
    const password = randomBytes(12).toString('hex');
    await client.security.putRole({
      name: username,
      cluster: ['monitor', 'manage_index_templates'],
      indices: [{ names: ['betrace-*', 'traces-apm.betrace-*', 'logs-betrace.evidence-*'], privileges: ['all'] }],
    });
    await client.security.putUser({ username, password, roles: [username] });
    restricted = await startHost({
      ELASTICSEARCH_URL: elasticsearchUrl,
      ELASTICSEARCH_USERNAME: username,
      ELASTICSEARCH_PASSWORD: password,
    });
  });
  afterAll(async () => {
    await restricted?.stop();
    await client.security.deleteUser({ username });
    await client.security.deleteRole({ name: username });
  });

  test('both are refused, and say why', async () => {
    const answer = await ask({}, undefined, restricted.url);
    expect([answer.status, ((await answer.json()) as Refusal).code]).toEqual([403, 'BT_TRACES_FORBIDDEN']);
    const known = await call<Refusal>('GET', `${restricted.url}/api/v1/stored_traces/attributes`);
    expect([known.status, known.body.code]).toEqual([403, 'BT_TRACES_FORBIDDEN']);
  });
});
