import type { Fact } from './fact';
import type { Formula } from './formula';
import type { Truth } from './truth';
import { solveWithin } from './solve_within';

/** A violation report names at most this many spans of a count. */
const MOST_COUNTED = 100;

/**
 * What makes a formula that holds true: of alternatives the left-most, of spans the least by (startTime, spanId), in the
 * order of the rule's text.
 */
export function explainTruth(formula: Formula, truth: Truth): readonly Fact[] {
  const { sets } = truth;
  switch (formula.type) {
    case 'present':
      return [{ type: 'match', span: sets.first(formula.test)!, text: formula.test.text }];
    case 'absent':
      return [{ type: 'absence', text: formula.test.text, window: null, limit: '' }];
    case 'and':
      return formula.operands.flatMap((operand) => explainTruth(operand, truth));
    case 'or':
      return explainTruth(
        formula.operands.find((operand) => truth.holds(operand))!,
        truth,
      );
    case 'within':
      return solveWithin(formula, truth, (part) => explainTruth(part, truth));
    case 'guard':
      return [{ type: 'guard', text: formula.test.text, negated: formula.negated }];
    case 'count':
      return [explainCount(formula, truth)];
    case 'outside':
      return [{ type: 'outside', limit: formula.within.text }];
    case 'constant':
      return [];
  }
}

function explainCount({ test, operator, bound }: Formula & { type: 'count' }, { sets }: Truth): Fact {
  const spans = sets.certain(test);
  const enough =
    operator === '>' ? Math.floor(bound) + 1 : operator === '>=' ? Math.ceil(bound) : operator === '===' ? bound : 0;
  const named = spans.slice(0, Math.min(Math.max(enough, 0), MOST_COUNTED));
  return { type: 'count', text: test.text, total: spans.length, operator, bound, spans: named };
}
