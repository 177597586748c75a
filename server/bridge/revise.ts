import { compile, type Judgement, traceWitness } from '../../common/engine';
import type { ActiveRule } from '../../common/rules/rule';
import type { TraceView } from '../../common/trace/trace';
import type { Finding } from '../../common/violations/finding';
import type { RuleRef } from './journal/records';
import type { ClosedTrace } from './trace_buffer';

export interface Revised {
  readonly findings: readonly Finding[];
  /** The violations that the store will have of the trace once it has the findings. */
  readonly violated: readonly RuleRef[];
  /** Those, and the ones that it may still have until then. */
  readonly possibly: readonly RuleRef[];
}

/** A trace, and what is known to have been found when it was judged before; undefined where it was not. */
export type RevisedTrace = Pick<ClosedTrace, 'trace' | 'lateSpans' | 'unsure'> & {
  readonly earlier: Pick<NonNullable<ClosedTrace['earlier']>, 'violated'> | undefined;
};

const isSame = (a: RuleRef, b: RuleRef): boolean => a.id === b.id && a.space === b.space && a.version === b.version;

const refOf = ({ space, id, version }: RuleRef): RuleRef => ({ space, id, version });

/**
 * What follows from a judgement for the store, given what was found when the trace was judged before: what holds is found
 * (again), and what held and doesn't is retracted. A violation by a rule that nobody knows any more stands.
 * @param ruleOf rules by their versions, also former ones
 */
export function revise(
  { trace, earlier, lateSpans, unsure }: RevisedTrace,
  judgements: readonly Judgement[],
  waitedMs: number,
  ruleOf: (ref: RuleRef) => ActiveRule | undefined,
): Revised {
  const violated = judgements
    .filter(({ verdict, rule }) => verdict === 'violated' && rule.mode === 'on')
    .map(({ rule }) => refOf(rule));
  if (earlier === undefined) return { findings: judgements, violated, possibly: violated };
  const findings: Finding[] = judgements.map((judgement) => ({ ...judgement, lateSpans }));
  const possibly = [...violated];
  for (const ref of earlier.violated) {
    if (violated.some((other) => isSame(ref, other))) continue;
    possibly.push(ref);
    const rule = ruleOf(ref);
    if (rule === undefined || stillHolds(rule, trace, judgements)) violated.push(ref);
    else findings.push({ ...retraction(rule, trace, lateSpans, waitedMs), ...(unsure ? { isUnsure: true } : {}) });
  }
  return { findings, violated, possibly };
}

/** Of a rule that is judged by no more, or was not just now. */
function stillHolds(rule: ActiveRule, trace: TraceView, judgements: readonly Judgement[]): boolean {
  if (judgements.some((judgement) => isSame(judgement.rule, rule) && judgement.verdict === 'inconclusive'))
    return false;
  const compiled = compile(rule.dsl);
  return 'rule' in compiled && compiled.rule.evaluate(trace).kind === 'violated';
}

function retraction(
  { dsl: _dsl, ...rule }: ActiveRule,
  trace: TraceView,
  lateSpans: number,
  waitedMs: number,
): Finding {
  const { orphans, truncated, split, dropped } = trace.flags;
  return {
    rule,
    traceId: trace.traceId,
    source: trace.source,
    verdict: 'retracted',
    witnesses: traceWitness(trace),
    absences: [],
    message: `"${rule.name}" no longer holds: spans came after the trace had been judged.`,
    completeness: {
      orphans,
      truncated,
      split,
      dropped,
      root_seen: trace.spans.some(({ parentSpanId }) => parentSpanId === null),
    },
    waitedMs,
    lateSpans,
  };
}
