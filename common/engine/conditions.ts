import type { ValuePlan } from '../dsl/plan';
import type { Formula } from './formula';

/** Something that a trace must have for a rule to be true of it: a span with that name, or with that attribute. */
export type Condition =
  | { readonly type: 'name' | 'name_prefix'; readonly value: string }
  | { readonly type: 'attribute'; readonly key: string };

/** Necessary conditions of a formula, all of them needed; from its positive parts only. */
export function conditionsOf(formula: Formula): Condition[] {
  switch (formula.type) {
    case 'present':
      return conditionsOfValue(formula.test.value);
    case 'guard':
      return formula.negated ? [] : conditionsOfValue(formula.test.value);
    case 'count': {
      const { operator, bound, test } = formula;
      const positive = (operator === '>' && bound >= 0) || ((operator === '>=' || operator === '===') && bound > 0);
      return positive ? conditionsOfValue(test.value) : [];
    }
    case 'and':
      return formula.operands.flatMap(conditionsOf);
    case 'or':
      return common(formula.operands.map(conditionsOf));
    case 'within':
      return conditionsOf(formula.body);
    default:
      return [];
  }
}

/** Conditions for an expression to be truthy of some span. */
function conditionsOfValue(plan: ValuePlan): Condition[] {
  switch (plan.type) {
    case 'attribute':
      return [{ type: 'attribute', key: plan.key }];
    case 'hasKey':
      return plan.of === 'attributes' ? [{ type: 'attribute', key: plan.key }] : [];
    case 'logical':
      if (plan.operator === '??') return [];
      return plan.operator === '&&'
        ? plan.operands.flatMap(conditionsOfValue)
        : common(plan.operands.map(conditionsOfValue));
    case 'binary':
      return conditionsOfComparison(plan);
    case 'method':
      return conditionsOfMethod(plan);
    case 'call':
      return conditionsOfValue(plan.predicate.value);
    default:
      return [];
  }
}

function conditionsOfComparison({ operators, operands }: ValuePlan & { type: 'binary' }): Condition[] {
  const [left, right] = operands;
  if (operators.length !== 1 || !left || !right) return [];
  const [literal, other] = left.type === 'literal' ? [left, right] : [right, left];
  const isEqual = operators[0] === '===' || operators[0] === '==';
  const isOrder = ['<', '<=', '>', '>='].includes(operators[0]!);
  if (literal.type !== 'literal' || literal.value == null || !(isEqual || isOrder)) return [];
  if (other.type === 'attribute') return [{ type: 'attribute', key: other.key }];
  const isName = isEqual && other.type === 'field' && other.field === 'name' && typeof literal.value === 'string';
  return isName ? [{ type: 'name', value: String(literal.value) }] : [];
}

function conditionsOfMethod({ object, name, args }: ValuePlan & { type: 'method' }): Condition[] {
  if (object.type === 'attribute') return [{ type: 'attribute', key: object.key }];
  const [prefix] = args;
  const isPrefix = object.type === 'field' && object.field === 'name' && name === 'startsWith' && args.length === 1;
  if (!isPrefix || prefix?.type !== 'literal' || typeof prefix.value !== 'string') return [];
  return [{ type: 'name_prefix', value: prefix.value }];
}

/** Conditions that every one of the alternatives has. */
function common([first, ...rest]: readonly Condition[][]): Condition[] {
  const keyed = rest.map((conditions) => new Set(conditions.map(keyOf)));
  return (first ?? []).filter((condition) => keyed.every((keys) => keys.has(keyOf(condition))));
}

const keyOf = (condition: Condition): string =>
  `${condition.type} ${condition.type === 'attribute' ? condition.key : condition.value}`;
