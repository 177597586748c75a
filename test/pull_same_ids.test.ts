import fc from 'fast-check';
import { compile } from '../common/engine';
import type { PullState } from '../common/api/stored_traces';
import { KINDS, type SpanView, STATUSES } from '../common/trace/span';
import type { TraceView } from '../common/trace/trace';
import type { Attributes, Value } from '../common/trace/value';
import { createIndices, store, type StoredIndices } from '../server/traces/test_support/stored_indices';
import { ruleTexts } from './language/arbitrary_rules';
import { call, eventually } from './support/api';
import { type OwnElasticsearch, startOwnElasticsearch } from './support/elasticsearch';
import { type Host, startHost } from './support/host';
import { realTraces } from './support/real_traces';

const STREAMS = ['traces-apm.betrace-default', 'logs-betrace.evidence-default'];
const MINUTES_AGO = 10;
const TRACES = 120;
const RULES = 12;
const MOST_OF_A_RULE = 40;

interface Listed {
  readonly id: string;
  readonly source: string;
  readonly message: string;
  readonly ruleId: string;
  readonly traceIds: readonly string[];
  readonly spanReferences: readonly object[];
}

let elasticsearch: OwnElasticsearch;
let indices: StoredIndices;
let host: Host;
const start = (): Promise<Host> =>
  startHost({
    ...elasticsearch.environment,
    BETRACE_SETTLE_MS: '500',
    BETRACE_TRACES_INDICES: [indices.otel, indices.apm, indices.logs].join(),
    BETRACE_PULL_INTERVAL_MS: '300',
    BETRACE_PULL_DELAY_MS: '1000',
    BETRACE_PULL_LATE_MS: '1000',
  });
beforeAll(async () => {
  elasticsearch = await startOwnElasticsearch();
  indices = await createIndices(elasticsearch.client, 'same');
  host = await start();
});
afterAll(async () => {
  await host?.stop();
  await elasticsearch?.remove();
});

const at = (path: string): string => `${host.url}/api/v1${path}`;
const violations = async (): Promise<Listed[]> =>
  (await call<{ violations?: Listed[] }>('GET', at('/violations?limit=1000'))).body.violations ?? [];
const told = (all: readonly Listed[]): string[] =>
  all
    .map(({ id, ruleId, traceIds, message, spanReferences }) =>
      JSON.stringify([id, ruleId, traceIds, message, spanReferences]),
    )
    .sort();

/** Violated by some of the traces, by few enough that one page lists all. */
function chosenRules(traces: readonly TraceView[]): { readonly dsl: string; readonly violated: number }[] {
  const found = new Map<string, number>();
  for (const dsl of fc.sample(ruleTexts, 2_000)) {
    const compiled = compile(dsl);
    if (!('rule' in compiled)) continue;
    const violated = traces.filter((trace) => compiled.rule.evaluate(trace).kind === 'violated').length;
    if (violated > 0 && violated <= MOST_OF_A_RULE) found.set(dsl, violated);
    if (found.size === RULES) break;
  }
  return [...found].map(([dsl, violated]) => ({ dsl, violated }));
}

async function forgetViolations(): Promise<void> {
  const { client } = elasticsearch;
  const { hits } = await client.search({ index: STREAMS, size: 10_000, _source: false });
  const operations = hits.hits.map(({ _index, _id }) => ({ delete: { _index, _id: _id! } }));
  expect((await client.bulk({ operations, refresh: true })).errors).toBe(false);
}

async function pull(): Promise<void> {
  const since = new Date(Date.now() - 2 * MINUTES_AGO * 60_000).toISOString();
  expect((await call('PUT', at('/stored_traces/pull'), { since })).status).toBe(200);
  const state = async (): Promise<PullState> => (await call<PullState>('GET', at('/stored_traces/pull'))).body;
  await eventually(state, ({ lastRun, lagMs }) => lastRun !== null && lagMs! < 3_000, { withinMs: 30_000 });
}

test('pull mode finds what the bridge finds in the same traces, under the same ids', async () => {
  const all = realTraces(TRACES, (Date.now() - MINUTES_AGO * 60_000) * 1_000);
  // beyond what JSON's readers keep exactly a stored number is in doubt, and the verdict may be, too
  const traces = all.filter(({ spans }) => !spans.some(hasBigNumber));
  const rules = chosenRules(traces);
  expect(rules).toHaveLength(RULES);
  const expected = rules.reduce((sum, { violated }) => sum + violated, 0);
  for (const [n, { dsl }] of rules.entries()) {
    expect((await call('POST', at('/rules'), { name: `Rule ${n}`, severity: 'LOW', dsl })).status).toBe(201);
  }
  const metrics = async (): Promise<string> => (await fetch(`${host.url}/metrics`)).text();
  await eventually(metrics, (text) => text.includes(`betrace_bridge_rules ${RULES}\n`), { withinMs: 10_000 });
  for (const { spans } of traces) {
    expect((await call('POST', `${host.url}/v1/traces`, otlpJson(spans))).status).toBe(200);
  }
  const byBridge = await eventually(violations, ({ length }) => length >= expected, { withinMs: 30_000 });
  expect(byBridge.length).toBeGreaterThanOrEqual(expected);
  expect(new Set(byBridge.map(({ source }) => source))).toEqual(new Set(['otlp']));

  const spans = traces.flatMap((trace) => trace.spans);
  await store(elasticsearch.client, indices, 'otel', spans);
  await pull();
  expect(await violations()).toEqual(byBridge);

  // a host remembers for a while what it has written
  await call('DELETE', at('/stored_traces/pull'));
  await host.stop();
  await forgetViolations();
  host = await start();
  expect(await violations()).toEqual([]);
  await pull();
  const byPull = await eventually(violations, ({ length }) => length === byBridge.length, { withinMs: 30_000 });
  expect(new Set(byPull.map(({ source }) => source))).toEqual(new Set(['es_otel']));
  expect(told(byPull)).toEqual(told(byBridge));
});

const hasBigNumber = ({ attributes }: SpanView): boolean =>
  [...attributes.values()].some((value) => typeof value === 'bigint');

/** As an exporter sends them (OTLP/JSON), each span with a resource of its own. */
const otlpJson = (spans: readonly SpanView[]): object => ({
  resourceSpans: spans.map((span) => ({
    resource: { attributes: listOf(span.resource) },
    scopeSpans: [{ scope: span.scope, spans: [otlpSpan(span)] }],
  })),
});

const otlpSpan = (span: SpanView): object => ({
  traceId: span.traceId,
  spanId: span.spanId,
  ...(span.parentSpanId === null ? {} : { parentSpanId: span.parentSpanId }),
  name: span.name,
  kind: KINDS.indexOf(span.kind),
  startTimeUnixNano: `${span.startUs}000`,
  endTimeUnixNano: `${span.endUs}000`,
  status: { code: STATUSES.indexOf(span.status), message: span.statusMessage },
  attributes: listOf(span.attributes),
  events: span.events.map(({ name, timeUs, attributes }) => ({
    ...{ name, timeUnixNano: `${timeUs}000`, attributes: listOf(attributes) },
  })),
  links: span.links.map(({ traceId, spanId, attributes }) => ({ traceId, spanId, attributes: listOf(attributes) })),
  droppedAttributesCount: span.dropped.attributes,
  droppedEventsCount: span.dropped.events,
  droppedLinksCount: span.dropped.links,
});

const listOf = (attributes: Attributes): object[] =>
  [...attributes].map(([key, value]) => ({ key, value: anyValue(value) }));

function anyValue(value: Value): object {
  if (value === null) return {};
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: value } : { doubleValue: value };
  if (typeof value === 'bigint') return { intValue: value.toString() };
  if (Array.isArray(value)) return { arrayValue: { values: (value as readonly Value[]).map(anyValue) } };
  return { kvlistValue: { values: listOf(value as Attributes) } };
}
