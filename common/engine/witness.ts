import { fixBranches } from './branches';
import type { Fact } from './fact';
import type { Formula } from './formula';
import type { Frame } from './frame';
import { factsOf } from './search';
import { describe, holds, search } from './truth';

/**
 * What makes a formula that holds true: of alternatives the left-most, of spans the least by (startTime, spanId), in the
 * order of the rule's text.
 */
export function explainTruth(formula: Formula, frame: Frame): readonly Fact[] {
  switch (formula.type) {
    case 'present':
      return [{ type: 'match', span: formula.test.first(frame)!, text: formula.test.text }];
    case 'absent':
      return [{ type: 'absence', text: formula.test.text, window: null, limit: '' }];
    case 'and':
      return formula.operands.flatMap((operand) => explainTruth(operand, frame));
    case 'or':
      return explainTruth(
        formula.operands.find((operand) => holds(operand, frame))!,
        frame,
      );
    case 'guard':
    case 'condition':
    case 'outside':
    case 'every': {
      const fact = describe(formula, frame);
      return fact ? [fact] : [];
    }
    default: {
      const fixed = fixBranches(formula, (part) => search(part, frame) !== undefined);
      const found = search(fixed, frame);
      return found ? factsOf(found) : [];
    }
  }
}
