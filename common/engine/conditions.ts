import type { Lambda, MatchPlan, ValuePlan } from '../dsl/plan';

/** Something that a trace must have for a rule to be true of it: a span with that name, or with that attribute. */
export type Condition =
  | { readonly type: 'name' | 'name_prefix' | 'service'; readonly value: string }
  | { readonly type: 'status'; readonly value: string }
  | { readonly type: 'attribute'; readonly key: string }
  | { readonly type: 'attribute_value'; readonly key: string; readonly value: string | boolean };

/** Necessary conditions of a match, all of them needed; from its positive parts only. */
export function conditionsOf(plan: MatchPlan, negated = false): Condition[] {
  switch (plan.type) {
    case 'has':
    case 'guard':
    case 'bound':
      return negated ? [] : ofLambda(plan.predicate);
    case 'condition':
      return negated ? [] : ofCondition(plan.value);
    case 'not':
      return conditionsOf(plan.operand, !negated);
    case 'and':
    case 'or': {
      const parts = plan.operands.map((operand) => conditionsOf(operand, negated));
      return (plan.type === 'and') === negated ? common(parts) : unique(parts.flat());
    }
    case 'within':
      return negated ? [] : conditionsOf(plan.operand);
    case 'follows':
      return negated ? [] : unique([plan.first, plan.then].flatMap((part) => conditionsOf(part)));
    case 'requires':
      return negated ? [] : conditionsOf(plan.left);
    case 'groups':
      if (negated || plan.quantifier === 'every') return [];
      return unique([...(plan.kind === 'under' ? ofLambda(plan.by) : []), ...conditionsOf(plan.body)]);
  }
}

const ofLambda = (lambda: Lambda): Condition[] => ofValue(lambda.value);

/** Of comparisons outside arrow functions: a count above something needs one to count. */
function ofCondition(plan: ValuePlan): Condition[] {
  if (plan.type === 'holds') return conditionsOf(plan.match);
  if (plan.type === 'logical' && plan.operator !== '??') {
    const parts = plan.operands.map(ofCondition);
    return plan.operator === '&&' ? unique(parts.flat()) : common(parts);
  }
  if (plan.type !== 'binary' || plan.operators.length !== 1) return [];
  const [left, right] = plan.operands;
  const [operator] = plan.operators;
  if (left?.type === 'count' && right?.type === 'literal' && typeof right.value === 'number') {
    const { value } = right;
    const positive =
      (operator === '>' && value >= 0) || ((operator === '>=' || operator === '===' || operator === '==') && value > 0);
    return positive ? ofLambda(left.predicate) : [];
  }
  if (right?.type === 'count' && left?.type === 'literal' && typeof left.value === 'number') {
    return operator === '<' && left.value >= 0 ? ofLambda(right.predicate) : [];
  }
  return [];
}

/** Conditions for an expression to be truthy. Any span will do: those that relations lead to are in the trace as well. */
function ofValue(plan: ValuePlan): Condition[] {
  switch (plan.type) {
    case 'attribute':
      return [{ type: 'attribute', key: plan.key }];
    case 'hasKey':
      return plan.owner === 'attributes' ? [{ type: 'attribute', key: plan.key }] : [];
    case 'logical': {
      if (plan.operator === '??') return [];
      const parts = plan.operands.map((operand) => ofValue(operand));
      return plan.operator === '&&' ? unique(parts.flat()) : common(parts);
    }
    case 'binary':
      return ofComparison(plan);
    case 'method':
      return ofMethod(plan);
    case 'matches':
      return plan.subject.type === 'attribute' ? [{ type: 'attribute', key: plan.subject.key }] : [];
    case 'call':
      return ofValue(plan.lambda.value);
    case 'field':
      return plan.field === 'timedOut' ? [{ type: 'status', value: 'ERROR' }] : [];
    case 'holds':
      return conditionsOf(plan.match);
    case 'collection':
      return plan.name === 'some' &&
        plan.object.type === 'relation' &&
        !['events', 'links'].includes(plan.object.relation)
        ? ofLambda(plan.each)
        : [];
    default:
      return [];
  }
}

function ofComparison({ operators, operands }: ValuePlan & { type: 'binary' }): Condition[] {
  const [left, right] = operands;
  if (operators.length !== 1 || !left || !right) return [];
  const [literal, other] = left.type === 'literal' ? [left, right] : [right, left];
  const isEqual = operators[0] === '===' || operators[0] === '==';
  const isOrder = ['<', '<=', '>', '>='].includes(operators[0]!);
  if (literal.type !== 'literal' || literal.value == null || !(isEqual || isOrder)) return [];
  const { value } = literal;
  if (other.type === 'attribute') {
    if (isEqual && (typeof value === 'string' || typeof value === 'boolean')) {
      return [{ type: 'attribute_value', key: other.key, value }];
    }
    return [{ type: 'attribute', key: other.key }];
  }
  if (other.type !== 'field' || !isEqual || typeof value !== 'string') return [];
  switch (other.field) {
    case 'name':
    case 'service':
    case 'status':
      return [{ type: other.field, value }];
    default:
      return [];
  }
}

function ofMethod({ object, name, args }: ValuePlan & { type: 'method' }): Condition[] {
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

function unique(conditions: readonly Condition[]): Condition[] {
  return [...new Map(conditions.map((condition) => [keyOf(condition), condition])).values()];
}

const keyOf = (condition: Condition): string => JSON.stringify(condition);
