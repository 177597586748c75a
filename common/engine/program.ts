import type { MatchPlan } from '../dsl/plan';
import { compileAggregate, compileCount } from './aggregates';
import { CautiousCompiler } from './cautious_compiler';
import type { Formula } from './formula';
import { FormulaCompiler } from './formula_compiler';
import { NO_SLOTS } from './slots';
import { TestCompiler } from './tests';
import { holds, maybe } from './truth';
import { UNKNOWN } from './unknown';
import type { MatchCompiler } from './value_compiler';
import { ValueCompiler } from './value_compiler';

/** Makes of a checked match what traces are judged by: two-valued, or with caution three-valued. */
export function compileMatch(match: MatchPlan, cautious: boolean): Formula {
  const parts: MatchCompiler = {
    holds(inner, slots) {
      const formula = formulas.convert(inner, false, slots);
      if (!cautious) return (frame) => holds(formula, frame);
      return (frame) => (holds(formula, frame) ? true : maybe(formula, frame) ? UNKNOWN : false);
    },
    count: (plan, slots) => compileCount(plan, slots, tests),
    aggregate: (plan, slots) => compileAggregate(plan, slots, tests, values),
  };
  const values: ValueCompiler = cautious ? new CautiousCompiler(parts) : new ValueCompiler(parts);
  const tests = new TestCompiler(values, cautious);
  const formulas = new FormulaCompiler(tests, values);
  return formulas.convert(match, false, NO_SLOTS);
}
