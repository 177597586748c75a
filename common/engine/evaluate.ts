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
import { holds } from './truth';
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
      return lacks(trace, needs) && lost.length === 0 ? SATISFIED : tooCostly(trace, kept);
    throw error;
  }
}

const frameOf = (trace: TraceView, options: EvaluateOptions, budget: Budget, cautious: boolean): Frame =>
  new Frame(trace, budget, cautious, cautious ? (options.clockSkewUs ?? 0) : 0, options.columns);

/** Whether anything is known to be missing, or clocks are not trusted. */
function needsCaution({ flags }: TraceView, { clockSkewUs = 0 }: EvaluateOptions): boolean {
  return flags.orphans > 0 || flags.truncated || flags.split || flags.dropped > 0 || clockSkewUs > 0;
}
