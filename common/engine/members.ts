import type { Lambda, MatchPlan, ScopeVariable, ValuePlan } from '../dsl/plan';
import { isClosed } from './tests';

/** So many spans of a group that satisfy a predicate. */
export interface Member {
  readonly predicate: Lambda;
  readonly atLeast: number;
}

/** Spans that a group must have for a match about it to be true; from the positive parts that look in it only. */
export function membersOf(plan: MatchPlan, group: ScopeVariable): readonly Member[] {
  switch (plan.type) {
    case 'has':
    case 'guard':
      return single(plan, group, 1);
    case 'condition':
      return ofCondition(plan.value, group);
    case 'and':
      return plan.operands.flatMap((operand) => membersOf(operand, group));
    case 'within':
      return membersOf(plan.operand, group);
    case 'follows':
      return [...membersOf(plan.first, group), ...membersOf(plan.then, group)];
    case 'requires':
      return membersOf(plan.left, group);
    default:
      return [];
  }
}

/** Only what asks of nothing around it is the same inside the group and outside. */
function single(
  { predicate, scope }: { readonly predicate?: Lambda; readonly scope: ScopeVariable },
  group: ScopeVariable,
  atLeast: number,
): readonly Member[] {
  const fits = scope === group && predicate?.parameters.length === 1 && isClosed(predicate);
  return fits ? [{ predicate, atLeast }] : [];
}

function ofCondition(plan: ValuePlan, group: ScopeVariable): readonly Member[] {
  if (plan.type === 'logical' && plan.operator === '&&')
    return plan.operands.flatMap((part) => ofCondition(part, group));
  if (plan.type === 'holds') return membersOf(plan.match, group);
  if (plan.type !== 'binary' || plan.operators.length !== 1) return [];
  const [left, right] = plan.operands;
  const [operator] = plan.operators;
  const isMirrored = left?.type === 'literal';
  const [number, bound] = isMirrored ? [right, left] : [left, right];
  const value = bound?.type === 'literal' ? bound.value : undefined;
  if (typeof value !== 'number' || !number) return [];
  const isAbove = operator === (isMirrored ? '<' : '>');
  const isAtLeast = operator === (isMirrored ? '<=' : '>=') || operator === '===' || operator === '==';
  const fewest = isAbove ? Math.floor(value) + 1 : isAtLeast ? Math.ceil(value) : 0;
  const counts = number.type === 'count' || (number.type === 'aggregate' && number.name === 'distinct');
  return counts && fewest > 0 ? single(number, group, fewest) : [];
}
