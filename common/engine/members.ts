import type { CountPlan, AggregatePlan, Lambda, MatchPlan, ValuePlan } from '../dsl/plan';
import { isClosed } from './tests';

/** So many spans of a group that satisfy a predicate. */
export interface Member {
  readonly predicate: Lambda;
  readonly atLeast: number;
}

/** Spans that a group must have for a match about it to be true; from its positive parts only. */
export function membersOf(plan: MatchPlan): readonly Member[] {
  switch (plan.type) {
    case 'has':
      return plan.predicate.parameters.length === 1 ? single(plan.predicate, 1) : [];
    case 'guard':
      return single(plan.predicate, 1);
    case 'condition':
      return ofCondition(plan.value);
    case 'and':
      return plan.operands.flatMap(membersOf);
    case 'within':
      return membersOf(plan.operand);
    case 'follows':
      return [...membersOf(plan.first), ...membersOf(plan.then)];
    case 'requires':
      return membersOf(plan.left);
    default:
      return [];
  }
}

/** Only what asks of nothing around it is the same inside the group and outside. */
const single = (predicate: Lambda, atLeast: number): readonly Member[] =>
  isClosed(predicate) ? [{ predicate, atLeast }] : [];

function ofCondition(plan: ValuePlan): readonly Member[] {
  if (plan.type === 'logical' && plan.operator === '&&') return plan.operands.flatMap(ofCondition);
  if (plan.type === 'holds') return membersOf(plan.match);
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
  return fewest > 0 ? counted(number, fewest) : [];
}

function counted(plan: CountPlan | AggregatePlan | ValuePlan, fewest: number): readonly Member[] {
  if (plan.type === 'count') return single(plan.predicate, fewest);
  return plan.type === 'aggregate' && plan.name === 'distinct' && plan.predicate ? single(plan.predicate, fewest) : [];
}
