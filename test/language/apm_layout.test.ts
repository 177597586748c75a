import fc from 'fast-check';
import { compile } from '../../common/engine';
import { fieldsOf } from '../../common/engine/test_support/traces';
import { canonicalSpan } from '../../common/trace/canonical';
import { joinTrace } from '../../common/trace/join';
import { createSpan, type SpanView } from '../../common/trace/span';
import type { TraceView } from '../../common/trace/trace';
import type { Value } from '../../common/trace/value';
import { viewOf } from '../../server/traces/assemble';
import { readSpan } from '../../server/traces/mapping';
import { apmDocument } from '../../server/traces/test_support/apm_documents';
import { ruleTexts } from './arbitrary_rules';
import { spanLists, TRACE_ID } from './arbitrary_traces';

const START_US = Date.UTC(2026, 2, 1, 12) * 1000;

/** An index has one type for a key: maps are under another. */
const storable = (attributes: ReadonlyMap<string, Value>): Map<string, Value> =>
  new Map([...attributes].map(([key, value]) => [value instanceof Map ? `${key}_map` : key, value]));

const received = (spans: readonly SpanView[]): TraceView =>
  joinTrace({
    ...{ traceId: TRACE_ID, spaces: [], source: 'otlp', truncated: false, split: false, lossy: [] },
    spans: spans.map((span) => {
      const { startUs, endUs, attributes, resource, ...fields } = fieldsOf(span);
      return createSpan({
        ...fields,
        startUs: START_US + startUs,
        endUs: START_US + Math.max(startUs, endUs),
        attributes: storable(attributes),
        resource: storable(resource),
      });
    }),
  });

function readBack({ traceId, spans }: TraceView): TraceView {
  const stored = spans.map((span) => {
    const document = JSON.stringify(apmDocument(span), (_key, value: unknown) =>
      typeof value === 'bigint' ? Number(value) : value,
    );
    return readSpan(JSON.parse(document) as Record<string, unknown>)!;
  });
  return viewOf({ traceId, truncated: false, byFilter: false, spans: stored }, [], new Map());
}

test('of what APM has kept of a trace a rule says what it says of the trace, or that it can not be told', () => {
  fc.assert(
    fc.property(ruleTexts, fc.array(spanLists, { minLength: 5, maxLength: 5 }), (dsl, lists) => {
      const result = compile(dsl);
      if (!('rule' in result)) return;
      for (const list of lists.filter((spans) => spans.length > 0)) {
        const trace = received(list);
        const { kind } = result.rule.evaluate(readBack(trace));
        const expected = result.rule.evaluate(trace).kind;
        if (kind === 'inconclusive' || kind === expected) continue;
        throw new Error(`${dsl}\n${expected}, and read back ${kind}\n${trace.spans.map(canonicalSpan).join('\n')}`);
      }
    }),
    { numRuns: 500 },
  );
});
