import type { Budget } from './budget';
import type { Formula } from './formula';
import type { SpanSets } from './span_sets';
import { swapped } from './span_sets';
import type { Environment } from './windows';
import { feasibleWindows } from './windows';

/** Formulas asked about the spans of one trace. */
export class Truth implements Environment {
  constructor(
    readonly sets: SpanSets,
    readonly budget: Budget,
  ) {}

  /** Whether a formula certainly holds, given what is certain and what is possible. */
  holds(formula: Formula): boolean {
    const { sets } = this;
    switch (formula.type) {
      case 'present':
        return sets.first(formula.test) !== undefined;
      case 'absent':
        return !sets.incomplete && sets.possible(formula.test).length === 0;
      case 'guard':
        return this.holds({ type: formula.negated ? 'absent' : 'present', test: formula.test });
      case 'count':
        return this.countHolds(formula);
      case 'constant':
        return formula.value;
      case 'and':
        return formula.operands.every((operand) => this.holds(operand));
      case 'or':
        return formula.operands.some((operand) => this.holds(operand));
      case 'within':
        return feasibleWindows(formula, this, 1).length > 0;
      case 'outside':
        return !sets.incomplete && !new Truth(swapped(sets), this.budget).holds(formula.within);
    }
  }

  private countHolds({ test, operator, bound }: Formula & { type: 'count' }): boolean {
    const least = this.sets.certain(test).length;
    const most = this.sets.possible(test).length;
    switch (operator) {
      case '>':
        return least > bound;
      case '>=':
        return least >= bound;
      case '<':
        return !this.sets.incomplete && most < bound;
      case '<=':
        return !this.sets.incomplete && most <= bound;
      case '===':
      case '==':
        return !this.sets.incomplete && least === most && least === bound;
      case '!==':
      case '!=':
        return !this.sets.incomplete && least === most && least !== bound;
    }
  }
}
