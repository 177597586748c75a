import type { BinaryOperator } from '../dsl/ast';
import type { Predicate, ValuePlan } from '../dsl/plan';

/**
 * What more attributes on a span can do to a predicate: nothing (`fixed`), only make it true (`growing`), only make it
 * false (`shrinking`), or either. Decides what dropped attributes can touch.
 */
export type Trend = 'fixed' | 'growing' | 'shrinking' | 'either';

const OPPOSITE: Readonly<Record<Trend, Trend>> = {
  fixed: 'fixed',
  growing: 'shrinking',
  shrinking: 'growing',
  either: 'either',
};

const NEGATED: ReadonlySet<BinaryOperator> = new Set<BinaryOperator>(['!==', '!=']);
const ORDER: ReadonlySet<BinaryOperator> = new Set<BinaryOperator>(['<', '<=', '>', '>=']);
const EQUALITY: ReadonlySet<BinaryOperator> = new Set<BinaryOperator>(['===', '==', '!==', '!=']);

/** Methods that give undefined for an undefined first argument, or false. */
const SEARCHES: ReadonlySet<string> = new Set(['startsWith', 'endsWith', 'includes', 'indexOf']);

export const trendOf = ({ value }: Predicate): Trend => new TrendFinder().truth(value);

class TrendFinder {
  private readonly known = new Map<Predicate, Trend>();

  /** Of the truth of an expression. */
  truth(plan: ValuePlan): Trend {
    switch (plan.type) {
      case 'attribute':
      case 'hasKey':
        return plan.type === 'hasKey' && plan.of === 'resource' ? 'fixed' : 'growing';
      case 'not':
        return OPPOSITE[this.truth(plan.operand)];
      case 'logical':
        return plan.operator === '??' ? this.value(plan) : join(plan.operands.map((operand) => this.truth(operand)));
      case 'conditional':
        return this.value(plan);
      case 'binary':
        return this.comparison(plan);
      case 'call': {
        const { predicate } = plan;
        const trend = this.known.get(predicate) ?? this.truth(predicate.value);
        this.known.set(predicate, trend);
        return trend;
      }
      default:
        return this.value(plan);
    }
  }

  /** Of a value: `growing` where it is undefined without the attribute and stays as it is with it. */
  private value(plan: ValuePlan): Trend {
    switch (plan.type) {
      case 'literal':
      case 'resource':
        return 'fixed';
      case 'field':
        return plan.field === 'timedOut' ? 'growing' : 'fixed';
      case 'attribute':
        return 'growing';
      case 'property':
        return this.value(plan.object);
      case 'index':
        return this.value(plan.index) === 'fixed' ? this.value(plan.object) : 'either';
      case 'method':
        return this.method(plan);
      default:
        return this.isFixed(plan) ? 'fixed' : 'either';
    }
  }

  private comparison(plan: ValuePlan & { type: 'binary' }): Trend {
    const [operator, another] = plan.operators;
    const [left, right] = plan.operands;
    if (operator === undefined || another !== undefined || !left || !right) return this.value(plan);
    const trends = [this.value(left), this.value(right)];
    if (trends.every((trend) => trend === 'fixed')) return 'fixed';
    if (trends.includes('either') || trends.includes('shrinking')) return 'either';
    if (ORDER.has(operator)) return 'growing';
    if (!EQUALITY.has(operator) || trends.every((trend) => trend === 'growing')) return 'either';
    const other = trends[0] === 'fixed' ? left : right;
    if (other.type !== 'literal') return 'either';
    const equal: Trend =
      other.value === undefined || (other.value === null && operator.length === 2) ? 'shrinking' : 'growing';
    return NEGATED.has(operator) ? OPPOSITE[equal] : equal;
  }

  private method({ name, object, args }: ValuePlan & { type: 'method' }): Trend {
    const [owner, first, ...rest] = [object, ...args].map((part) => this.value(part));
    const others = first === undefined ? rest : [first, ...rest];
    if (others.every((trend) => trend === 'fixed')) return owner ?? 'either';
    const listed =
      object.type === 'list' && object.items.some((item) => item.type !== 'literal' || item.value === undefined);
    const sought = SEARCHES.has(name) && first === 'growing' && rest.every((trend) => trend === 'fixed');
    return owner === 'fixed' && sought && !listed ? 'growing' : 'either';
  }

  private isFixed(plan: ValuePlan): boolean {
    switch (plan.type) {
      case 'list':
        return plan.items.every((item) => this.value(item) === 'fixed');
      case 'builtin':
        return plan.args.every((arg) => this.value(arg) === 'fixed');
      case 'logical':
      case 'binary':
        return plan.operands.every((operand) => this.value(operand) === 'fixed');
      case 'not':
      case 'negative':
      case 'typeof':
        return this.value(plan.operand) === 'fixed';
      case 'conditional':
        return [plan.test, plan.consequent, plan.alternate].every((part) => this.value(part) === 'fixed');
      case 'call':
        return this.truth(plan) === 'fixed';
      case 'hasKey':
        return plan.of === 'resource';
      default:
        return false;
    }
  }
}

function join(trends: readonly Trend[]): Trend {
  const moving = new Set(trends.filter((trend) => trend !== 'fixed'));
  const [only] = moving;
  return only === undefined ? 'fixed' : moving.size === 1 ? only : 'either';
}
