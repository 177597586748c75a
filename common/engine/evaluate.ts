import type { RulePlan } from '../dsl/plan';
import type { TraceView } from '../trace/trace';
import { Budget, TooCostly } from './budget';
import type { CompiledRule, EvaluateOptions } from './compiled_rule';
import type { Condition } from './traits';
import { lacks } from './needs';
import { explainFormula } from './explain';
import type { Formula } from './formula';
import { Frame } from './frame';
import type { Verdict } from './judgement';
import { compileMatch } from './program';
import { holds, maybe } from './truth';
import type { Kept } from './verdict';
import { lossyVerdict, SATISFIED, tooCostly, verdictOf } from './verdict';
import { explainTruth } from './witness';

const NO_KEYS: ReadonlySet<string> = new Set();

/**
 * What a rule is judged by; made when a trace first needs it, for most rules of a large set never see one.
 * @param load checks the rule's text again: what it means takes far more room than its text
 */
export function createEvaluator(
  load: () => RulePlan,
  needs: readonly Condition[],
): Pick<CompiledRule, 'evaluate' | 'explain'> {
  let known: RulePlan | undefined;
  let plain: Formula | undefined;
  let cautious: Formula | undefined;
  const plan = (): RulePlan => (known ??= load());
  const formulas: Formulas = {
    plain: () => (plain ??= compileMatch(plan().match, false)),
    cautious: () => (cautious ??= compileMatch(plan().match, true)),
  };
  return {
    evaluate: (trace, options = {}) => evaluate(plan(), needs, formulas, trace, options),
    explain(trace, options = {}) {
      const verdict = evaluate(plan(), needs, formulas, trace, options);
      const frame = (careful: boolean): Frame => frameOf(trace, options, new Budget(), careful);
      const tree = explainFormula(
        { formula: formulas.plain(), frame: frame(false) },
        needsCaution(trace, options) ? { formula: formulas.cautious(), frame: frame(true) } : undefined,
      );
      return { verdict, tree };
    },
  };
}

interface Formulas {
  plain(): Formula;
  cautious(): Formula;
}

function evaluate(
  plan: RulePlan,
  needs: readonly Condition[],
  formulas: Formulas,
  trace: TraceView,
  options: EvaluateOptions,
): Verdict {
  const { evidence = 'mentioned' } = options;
  const kept: Kept = evidence === 'mentioned' ? plan.attributes : evidence === 'all' ? 'all' : NO_KEYS;
  const { lossy } = trace.flags;
  const lost = lossy.length === 0 ? lossy : lossy.filter((name) => (plan.features as ReadonlySet<string>).has(name));
  try {
    const budget = new Budget();
    if (isDoubtful(trace)) return evaluateDoubtful(lost, formulas, trace, options, budget, kept);
    const formula = formulas.plain();
    const frame = frameOf(trace, options, budget, false);
    if (lost.length > 0)
      return lossyVerdict(lost, holds(formula, frame) ? explainTruth(formula, frame) : [], trace, kept);
    if (!holds(formula, frame)) return SATISFIED;
    if (!needsCaution(trace, options)) return verdictOf('violated', explainTruth(formula, frame), trace, kept);
    const careful = frameOf(trace, options, budget, true);
    const certain = holds(formulas.cautious(), careful);
    const facts = certain ? explainTruth(formulas.cautious(), careful) : explainTruth(formula, frame);
    return verdictOf(certain ? 'violated' : 'inconclusive', facts, trace, kept);
  } catch (error) {
    // What a trace lacks settles it at any cost: so a rule that an index leaves out is satisfied here as well.
    if (error instanceof TooCostly)
      return lacks(trace, needs) && lossy.length === 0 ? SATISFIED : tooCostly(trace, kept);
    throw error;
  }
}

/** Of spans that were read back something was not kept. */
const isDoubtful = ({ spans, flags }: TraceView): boolean =>
  flags.lossy.length > 0 && spans.some(({ doubts }) => doubts !== undefined);

/**
 * As of a trace that was received whole, where that can be told: what is in doubt is unknown, both for what speaks for the
 * rule and for what speaks against it; that spans are missing speaks for nothing, as everywhere.
 */
function evaluateDoubtful(
  lost: readonly string[],
  formulas: Formulas,
  trace: TraceView,
  options: EvaluateOptions,
  budget: Budget,
  kept: Kept,
): Verdict {
  const formula = formulas.cautious();
  const whole = { ...trace, flags: { ...trace.flags, orphans: 0, truncated: false, split: false, dropped: 0 } };
  if (!maybe(formula, frameOf(whole, { ...options, clockSkewUs: 0 }, budget, true))) return SATISFIED;
  // APM does not say what SDKs have dropped: what is missing may have been
  const dropped = trace.source === 'es_apm' ? Math.max(1, trace.flags.dropped) : trace.flags.dropped;
  const careful = frameOf({ ...trace, flags: { ...trace.flags, dropped } }, options, budget, true);
  if (holds(formula, careful)) return verdictOf('violated', explainTruth(formula, careful), trace, kept);
  const plain = frameOf(trace, options, budget, false);
  const facts = holds(formulas.plain(), plain) ? explainTruth(formulas.plain(), plain) : [];
  return lossyVerdict(lost.length > 0 ? lost : trace.flags.lossy, facts, trace, kept);
}

const frameOf = (trace: TraceView, options: EvaluateOptions, budget: Budget, cautious: boolean): Frame =>
  new Frame(trace, budget, cautious, cautious ? (options.clockSkewUs ?? 0) : 0, options.columns);

/** Whether anything is known to be missing, or clocks are not trusted. */
function needsCaution(trace: TraceView, { clockSkewUs = 0 }: EvaluateOptions): boolean {
  const { flags } = trace;
  if (isDoubtful(trace)) return true;
  return flags.orphans > 0 || flags.truncated || flags.split || flags.dropped > 0 || clockSkewUs > 0;
}
