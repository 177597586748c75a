import fc from 'fast-check';
import { ruleExampleSchema } from '../../common/api/rule_examples';
import { compile } from '../../common/engine';
import { exampleOf } from '../../common/rules/example_of';
import { traceOf } from '../../common/rules/examples';
import { createSpan, type SpanView } from '../../common/trace/span';
import type { Attributes, Value } from '../../common/trace/value';
import { ruleTexts } from './arbitrary_rules';
import { longTraces, spanLists, traceFrom } from './arbitrary_traces';

const NAMED = /\b(startTime|endTime|time|traceId|spanId|parentSpanId)\b/;
const NONE = { attributes: 0, events: 0, links: 0 };

/** As JSON has it. */
function plain(value: Value): Value {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return (value as readonly Value[]).map(plain);
  return typeof value === 'object' && value !== null ? plainAll(value as Attributes) : value;
}

const plainAll = (attributes: Attributes): Attributes =>
  new Map([...attributes].filter(([key]) => key !== '__proto__').map(([key, value]) => [key, plain(value)]));

/** A trace of which nothing is missing, and that JSON can tell. */
function complete(spans: readonly SpanView[]): SpanView[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  return spans.map((span) =>
    createSpan({
      ...span,
      parentSpanId: span.parentSpanId !== null && ids.has(span.parentSpanId) ? span.parentSpanId : null,
      attributes: plainAll(span.attributes),
      resource: plainAll(span.resource),
      events: span.events.map((event) => ({ ...event, attributes: plainAll(event.attributes) })),
      links: span.links.map((link) => ({ ...link, attributes: plainAll(link.attributes) })),
      dropped: NONE,
    }),
  );
}

const kinds = new Map<string, number>();

test('a rule says of an example what it says of the trace that it was made of', () => {
  const lists = fc.oneof(
    spanLists,
    longTraces.map(({ spans }) => [...spans]),
  );
  fc.assert(
    fc.property(ruleTexts, lists, (text, spans) => {
      fc.pre(!NAMED.test(text));
      const compiled = compile(text);
      if (!('rule' in compiled)) return;
      const trace = traceFrom(complete(spans));
      const example = ruleExampleSchema.parse(JSON.parse(JSON.stringify(exampleOf(trace.spans, true))));
      const before = compiled.rule.evaluate(trace);
      const after = compiled.rule.evaluate(traceOf(example));
      kinds.set(before.kind, (kinds.get(before.kind) ?? 0) + 1);
      const said = ({ kind, witnesses }: typeof before) => ({ kind, names: witnesses.map(({ name }) => name) });
      expect(said(after)).toEqual(said(before));
    }),
    { numRuns: 400 },
  );
  expect(kinds.get('violated')).toBeGreaterThan(20);
  expect(kinds.get('satisfied')).toBeGreaterThan(20);
});
