import type { SpanView } from '../trace/span';
import { serviceOf } from '../trace/span';
import type { TraceView } from '../trace/trace';
import type { Value } from '../trace/value';
import type { Fact } from './fact';
import type { Absence, Verdict, WitnessSpan } from './judgement';
import { messageOf, uncertainMessageOf } from './message';

export const SATISFIED: Verdict = { kind: 'satisfied', witnesses: [], absences: [], message: '' };

/** The verdict that facts amount to, with the witness spans' evidence: only attributes that the rule mentions. */
export function verdictOf(
  kind: 'violated' | 'inconclusive',
  facts: readonly Fact[],
  trace: TraceView,
  attributes: ReadonlySet<string>,
): Verdict {
  const message = kind === 'violated' ? messageOf(facts) : uncertainMessageOf(facts, trace.flags);
  return { kind, witnesses: witnessesOf(facts, trace, attributes), absences: facts.flatMap(absenceOf), message };
}

/** The verdict where deciding would take too long. */
export function tooCostly(trace: TraceView, attributes: ReadonlySet<string>): Verdict {
  const message = `BT_TOO_COSTLY: ${trace.spans.length} spans have too many combinations for this rule`;
  return { kind: 'inconclusive', witnesses: witnessesOf([], trace, attributes), absences: [], message };
}

function witnessesOf(facts: readonly Fact[], trace: TraceView, attributes: ReadonlySet<string>): WitnessSpan[] {
  const spans = new Set(
    facts.flatMap((fact) => (fact.type === 'match' ? [fact.span] : fact.type === 'count' ? fact.spans : [])),
  );
  if (spans.size > 0) return [...spans].map((span) => toWitness(span, 'match', attributes));
  const root = trace.spans.find(({ parentSpanId }) => parentSpanId === null) ?? trace.spans[0];
  return root ? [toWitness(root, 'trace', attributes)] : [];
}

function toWitness(span: SpanView, role: string, keys: ReadonlySet<string>): WitnessSpan {
  const { traceId, spanId, parentSpanId, name, kind, status, statusMessage, startUs, endUs } = span;
  const attributes = new Map<string, Value>();
  for (const key of keys) {
    const value = span.attribute(key);
    if (value !== undefined) attributes.set(key, value);
  }
  const environment = span.resource.get('deployment.environment.name') ?? span.resource.get('deployment.environment');
  return {
    ...{ traceId, spanId, parentSpanId, name, kind, status, statusMessage, startUs, endUs, role, attributes },
    service: serviceOf(span),
    environment: typeof environment === 'string' ? environment : undefined,
  };
}

function absenceOf(fact: Fact): Absence[] {
  if (fact.type === 'absence') return [{ looked_for: fact.text, window: fact.window }];
  return fact.type === 'guard' && fact.negated ? [{ looked_for: fact.text, window: null }] : [];
}
