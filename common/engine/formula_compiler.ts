import type { Comparison, FollowsPlan, MatchPlan, ValuePlan } from '../dsl/plan';
import type { Formula, Screen } from './formula';
import { compileGroups } from './groups';
import { membersOf } from './members';
import type { Slots } from './slots';
import { bindScope } from './slots';
import type { TestCompiler } from './tests';
import type { ValueCompiler } from './value_compiler';

const MIRRORED: Readonly<Record<Comparison, Comparison>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '===': '===',
  '!==': '!==',
  '==': '===',
  '!=': '!==',
};

/** Brings matches into the form that they are decided in. */
export class FormulaCompiler {
  private order = 0;
  private scopes = 1;

  constructor(
    private readonly tests: TestCompiler,
    private readonly values: ValueCompiler,
  ) {}

  convert(plan: MatchPlan, negated: boolean, slots: Slots): Formula {
    const order = this.order++;
    switch (plan.type) {
      case 'has': {
        if (plan.predicate.parameters.length === 2) {
          return { type: negated ? 'noPair' : 'pair', order, test: this.tests.pair(plan.predicate, plan.scope, slots) };
        }
        return {
          type: negated ? 'absent' : 'present',
          order,
          test: this.tests.single(plan.predicate, plan.scope, slots),
        };
      }
      case 'bound':
        return { type: negated ? 'unbound' : 'bound', order, test: this.tests.pair(plan.predicate, plan.scope, slots) };
      case 'guard':
        return { type: 'guard', order, test: this.tests.single(plan.predicate, plan.scope, slots), negated };
      case 'condition':
        return this.condition(plan, negated, order, slots);
      case 'not':
        return this.convert(plan.operand, !negated, slots);
      case 'and':
      case 'or': {
        const type = (plan.type === 'and') === negated ? 'or' : 'and';
        const operands = plan.operands.map((operand) => this.convert(operand, negated, slots));
        const flat = operands.flatMap((operand) => (operand.type === type ? operand.operands : [operand]));
        return { type, order, operands: flat };
      }
      case 'within': {
        const { limitUs, text } = plan;
        const body = this.convert(plan.operand, false, slots);
        return this.whole({ type: 'within', order, body, limitUs, text, end: this.order++ }, negated, text);
      }
      case 'follows':
        return this.whole(this.follows(plan, undefined, order, slots), negated, plan.text ?? '');
      case 'requires':
        return this.requires(plan, negated, order, slots);
      case 'groups': {
        const slot = this.scopes++;
        const groups = compileGroups(plan, slot, slots, this.tests, this.values);
        const body = this.convert(plan.body, negated, bindScope(slots, plan.group, slot));
        const type = (plan.quantifier === 'some') === negated ? 'every' : 'some';
        const screens = type === 'some' && !negated ? this.screens(plan, slots) : [];
        return { type, order, groups, body, by: `${plan.kind} ${plan.by.text}`, screens };
      }
    }
  }

  /** `not` of what has to be true of spans together is that there are no such spans. */
  private whole(formula: Formula, negated: boolean, text: string): Formula {
    return negated ? { type: 'outside', order: formula.order, inner: formula, text } : formula;
  }

  private follows(plan: FollowsPlan, open: 'first' | 'then' | undefined, order: number, slots: Slots): Formula {
    const part = (side: 'first' | 'then'): Formula => {
      const inner = plan[side];
      if (inner.type !== 'follows') return this.convert(inner, false, slots);
      return this.follows(inner, side === 'first' ? 'then' : 'first', this.order++, slots);
    };
    const { flipped, limitUs, text = '' } = plan;
    const [then, first] = flipped
      ? [part('then'), part('first')]
      : ((): [Formula, Formula] => {
          const early = part('first');
          return [part('then'), early];
        })();
    return { type: 'follows', order, first, then, flipped, limitUs, text, end: this.order++, open };
  }

  /** A and not all of the others; bound ones see the span that A was found with. */
  private requires(plan: MatchPlan & { type: 'requires' }, negated: boolean, order: number, slots: Slots): Formula {
    const { left, required } = plan;
    const isBound = required.some(({ type }) => type === 'bound');
    const all: MatchPlan = { type: 'and', operands: required };
    if (!isBound) {
      return this.convert({ type: 'and', operands: [left, { type: 'not', operand: all }] }, negated, slots);
    }
    const found = this.convert(left, false, slots);
    const right = this.convert(all, true, slots);
    return this.whole({ type: 'linked', order, left: found, right }, negated, '');
  }

  private screens(plan: MatchPlan & { type: 'groups' }, slots: Slots): Screen[] {
    return membersOf(plan.body, plan.group).map(({ predicate, atLeast }) => ({
      test: this.tests.single(predicate, plan.from, slots),
      atLeast,
    }));
  }

  private condition(plan: MatchPlan & { type: 'condition' }, negated: boolean, order: number, slots: Slots): Formula {
    const value: ValuePlan = negated ? { type: 'not', operand: plan.value } : plan.value;
    const condition = {
      type: 'condition' as const,
      order,
      truth: this.values.truth(value, slots),
      // Of `true` and the like there is nothing to tell.
      text: plan.value.type === 'literal' ? '' : negated ? `!(${plan.text})` : plan.text,
    };
    const counted = negated ? undefined : this.counted(plan.value, slots);
    return counted ? { ...condition, counted } : condition;
  }

  /** `count(P) > 3`, either way round: what a report can name spans for. */
  private counted(value: ValuePlan, slots: Slots): (Formula & { type: 'condition' })['counted'] {
    if (value.type !== 'binary' || value.operators.length !== 1) return undefined;
    const [left, right] = value.operands;
    const [count, bound] = left?.type === 'count' ? [left, right] : [right, left];
    const operator = value.operators[0] as Comparison;
    const number = bound && numberOf(bound);
    if (count?.type !== 'count' || number === undefined || !Object.hasOwn(MIRRORED, operator)) return undefined;
    return {
      test: this.tests.single(count.predicate, count.scope, slots),
      windowUs: count.windowUs,
      operator:
        count === left
          ? operator.length === 2 && /^[!=]/.test(operator)
            ? MIRRORED[operator]
            : operator
          : MIRRORED[operator],
      bound: number,
    };
  }
}

function numberOf(plan: ValuePlan): number | undefined {
  if (plan.type === 'negative') {
    const value = numberOf(plan.operand);
    return value === undefined ? undefined : -value;
  }
  const value = plan.type === 'literal' ? plan.value : undefined;
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
}
