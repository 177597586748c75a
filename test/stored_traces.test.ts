import fc from 'fast-check';
import { type CompiledRule, compile, type Verdict } from '../common/engine';
import { canonicalSpan } from '../common/trace/canonical';
import type { TraceView } from '../common/trace/trace';
import { createIndices, store, type StoredIndices } from '../server/traces/test_support/stored_indices';
import { TraceReader, type TraceQuery } from '../server/traces/trace_reader';
import { ruleTexts } from './language/arbitrary_rules';
import { sharedElasticsearch, uniqueName } from './support/elasticsearch';
import { realTraces } from './support/real_traces';

const { client } = sharedElasticsearch();
const START_US = Date.UTC(2026, 2, 1, 12) * 1000 + 345_678;
const FROM = new Date('2026-03-01T11:00:00Z');
const TO = new Date('2026-03-01T13:00:00Z');

let indices: StoredIndices;
beforeEach(async () => {
  indices = await createIndices(client, uniqueName('stored'));
});
afterEach(() => indices.remove());

const traces = (count: number): TraceView[] => realTraces(count, START_US);

const compiled = (dsl: string): CompiledRule | undefined => {
  const result = compile(dsl);
  return 'rule' in result ? result.rule : undefined;
};

const reader = (): TraceReader =>
  new TraceReader({ client, patterns: [indices.otel, indices.apm], eventPatterns: [indices.logs] });

async function readAll(query: Partial<TraceQuery> = {}): Promise<TraceView[]> {
  const signal = new AbortController().signal;
  const reading = await reader().open({ from: FROM, to: TO, needs: [], events: true, ...query }, signal);
  const found: TraceView[] = [];
  try {
    for await (const trace of reading!.traces(['default'])) found.push(trace);
  } finally {
    await reading?.close();
  }
  return found;
}

async function stored(layout: Parameters<typeof store>[2], sent: TraceView[]): Promise<TraceView[]> {
  const spans = sent.flatMap((trace) => trace.spans);
  await store(client, indices, layout, spans);
  return sent;
}

const byId = (all: readonly TraceView[]): Map<string, TraceView> => new Map(all.map((trace) => [trace.traceId, trace]));

/** Big integers come back as far as JSON's readers keep them; the trace says so. */
const rounded = (form: string): string => form.replace(/\{"i":"?9007199254740993"?\}/g, '9007199254740992');

test('spans of the OTel layout are read back as they were sent, with their events', async () => {
  const sent = await stored('otel', traces(150));
  const found = byId(await readAll());
  expect(found.size).toBe(sent.length);
  for (const trace of sent) {
    const back = found.get(trace.traceId)!;
    expect(back.spans.map(canonicalSpan)).toEqual(trace.spans.map((span) => rounded(canonicalSpan(span))));
    expect({ ...back.flags, lossy: [] }).toEqual(trace.flags);
    expect(back.source).toBe('es_otel');
  }
});

describe.each(['otel', 'apm'] as const)('candidates in the layout %s', (layout) => {
  test('no trace that violates a rule is left out', async () => {
    const sent = await stored(layout, traces(200));
    let [narrowed, violated] = [0, 0];
    for (const dsl of fc.sample(ruleTexts, 250)) {
      const rule = compiled(dsl);
      if (!rule || rule.needs.length === 0) continue;
      const expected = sent.filter((trace) => rule.evaluate(trace).kind !== 'satisfied').map(({ traceId }) => traceId);
      const reading = await reader().open(
        { from: FROM, to: TO, needs: rule.needs, events: false },
        new AbortController().signal,
      );
      const ids = new Set<string>();
      for await (const some of reading!.candidates()) for (const id of some) ids.add(id);
      await reading!.close();
      const missing = expected.filter((id) => !ids.has(id));
      if (missing.length > 0) throw new Error(`${dsl}\n${JSON.stringify(rule.needs)}\nleaves out ${missing.join()}`);
      violated += expected.length;
      if (ids.size < sent.length) narrowed += 1;
    }
    expect(narrowed).toBeGreaterThan(layout === 'otel' ? 50 : 20);
    expect(violated).toBeGreaterThan(500);
  });
});

describe('rules on what was read back say', () => {
  const rules = (): { dsl: string; rule: CompiledRule }[] =>
    fc.sample(ruleTexts, 300).flatMap((dsl) => {
      const rule = compiled(dsl);
      return rule ? [{ dsl, rule }] : [];
    });
  const told = ({ kind, message, absences, witnesses }: Verdict): unknown => ({
    ...{ kind, message, absences },
    witnesses: witnesses.map(({ attributes, ...witness }) => witness),
  });

  test('of the OTel layout the same as of what was received', async () => {
    const sent = await stored('otel', traces(150));
    const found = byId(await readAll());
    let exact = 0;
    for (const { dsl, rule } of rules()) {
      for (const trace of sent) {
        const back = found.get(trace.traceId)!;
        const verdict = rule.evaluate(back);
        if (verdict.kind === 'inconclusive' && back.flags.lossy.length > 0) continue;
        exact += 1;
        const expected = rule.evaluate(trace);
        if (expected.kind !== verdict.kind) throw new Error(`${dsl}\n${expected.kind}, and read back ${verdict.kind}`);
        // where something is in doubt, another span may be the first that is certain
        if (back.flags.lossy.length === 0) expect(told(verdict)).toEqual(told(expected));
      }
    }
    expect(exact).toBeGreaterThan(20_000);
  });

  test('of the APM layout the same as of what was received, or that it can not be told', async () => {
    const sent = await stored('apm', traces(150));
    const found = byId(await readAll());
    expect(found.size).toBe(sent.length);
    const certain = { violated: 0, satisfied: 0 };
    for (const { dsl, rule } of rules()) {
      for (const trace of sent) {
        const { kind } = rule.evaluate(found.get(trace.traceId)!);
        if (kind === 'inconclusive') continue;
        certain[kind] += 1;
        const expected = rule.evaluate(trace).kind;
        if (expected !== kind)
          throw new Error(`${dsl}\n${expected}, and read back ${kind}\n${trace.spans.map(canonicalSpan).join('\n')}`);
      }
    }
    expect(certain.violated).toBeGreaterThan(500);
    expect(certain.satisfied).toBeGreaterThan(500);
  });
});
