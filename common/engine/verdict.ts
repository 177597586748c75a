import type { SpanView } from '../trace/span';
import { serviceOf } from '../trace/span';
import type { TraceView } from '../trace/trace';
import type { Attributes, Value } from '../trace/value';
import type { Fact } from './fact';
import { spansOfFact } from './fact';
import { TraceGraph } from './graph';
import type { Absence, Verdict, WitnessSpan } from './judgement';
import { lossyMessageOf, messageOf, uncertainMessageOf } from './message';

export const SATISFIED: Verdict = { kind: 'satisfied', witnesses: [], absences: [], message: '' };

/** Attributes of witnesses that a verdict keeps: those under these keys, or all that there are. */
export type Kept = ReadonlySet<string> | 'all';

/** The verdict that facts amount to, with the witness spans' evidence. */
export function verdictOf(
  kind: 'violated' | 'inconclusive',
  facts: readonly Fact[],
  trace: TraceView,
  kept: Kept,
): Verdict {
  const message = kind === 'violated' ? messageOf(facts) : uncertainMessageOf(facts, trace.flags);
  return { kind, witnesses: witnessesOf(facts, trace, kept), absences: facts.flatMap(absenceOf), message };
}

/** The verdict where deciding would take too long. */
export function tooCostly(trace: TraceView, kept: Kept): Verdict {
  const message = `BT_TOO_COSTLY: ${trace.spans.length} spans have too many combinations for this rule`;
  return { kind: 'inconclusive', witnesses: witnessesOf([], trace, kept), absences: [], message };
}

/** The verdict where the trace was read from a source that does not keep what the rule looks at. */
export function lossyVerdict(lost: readonly string[], facts: readonly Fact[], trace: TraceView, kept: Kept): Verdict {
  const message = lossyMessageOf(facts, lost);
  return {
    kind: 'inconclusive',
    witnesses: witnessesOf(facts, trace, kept),
    absences: facts.flatMap(absenceOf),
    message,
  };
}

/** Where a trace begins, as a witness of what holds of the whole of it; none of an empty one. */
export const traceWitness = (trace: TraceView): WitnessSpan[] => witnessesOf([], trace, new Set());

function witnessesOf(facts: readonly Fact[], trace: TraceView, kept: Kept): WitnessSpan[] {
  const spans = new Set(facts.flatMap(spansOfFact));
  if (spans.size > 0) return [...spans].map((span) => toWitness(span, 'match', kept));
  const root = TraceGraph.of(trace).root() ?? trace.spans[0];
  return root ? [toWitness(root, 'trace', kept)] : [];
}

function toWitness(span: SpanView, role: string, kept: Kept): WitnessSpan {
  const { traceId, spanId, parentSpanId, name, kind, status, statusMessage, startUs, endUs } = span;
  const attributes = attributesOf(span, kept);
  const environment = span.resource.get('deployment.environment.name') ?? span.resource.get('deployment.environment');
  return {
    ...{ traceId, spanId, parentSpanId, name, kind, status, statusMessage, startUs, endUs, role, attributes },
    service: serviceOf(span),
    environment: typeof environment === 'string' ? environment : undefined,
  };
}

function attributesOf(span: SpanView, kept: Kept): Attributes {
  if (kept === 'all') return new Map([...span.resource, ...span.attributes]);
  const attributes = new Map<string, Value>();
  for (const key of kept) {
    const value = span.attribute(key);
    if (value !== undefined) attributes.set(key, value);
  }
  return attributes;
}

function absenceOf(fact: Fact): Absence[] {
  if (fact.type === 'absence') return [{ looked_for: fact.text, window: fact.window }];
  return fact.type === 'guard' && fact.negated ? [{ looked_for: fact.text, window: null }] : [];
}
