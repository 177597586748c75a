import type { MatchPlan } from './plan';

/** Whether some way of being true has a span. */
export function canHaveWitness(plan: MatchPlan, negated = false): boolean {
  switch (plan.type) {
    case 'has':
    case 'bound':
      return !negated;
    case 'not':
      return canHaveWitness(plan.operand, !negated);
    case 'within':
      return !negated && canHaveWitness(plan.operand);
    case 'follows':
      return !negated && (canHaveWitness(plan.first) || canHaveWitness(plan.then));
    case 'requires':
      return negated
        ? canHaveWitness(plan.left, true) || plan.required.some((required) => canHaveWitness(required))
        : canHaveWitness(plan.left) || plan.required.some((required) => canHaveWitness(required, true));
    case 'groups':
      return plan.quantifier === 'some' && !negated && canHaveWitness(plan.body);
    case 'and':
    case 'or':
      return plan.operands.some((operand) => canHaveWitness(operand, negated));
    default:
      return false;
  }
}

/** Whether every way of being true has a span. */
export function alwaysHasWitness(plan: MatchPlan, negated = false): boolean {
  switch (plan.type) {
    case 'has':
    case 'bound':
      return !negated;
    case 'not':
      return alwaysHasWitness(plan.operand, !negated);
    case 'within':
      return !negated && alwaysHasWitness(plan.operand);
    case 'follows':
      return !negated && (alwaysHasWitness(plan.first) || alwaysHasWitness(plan.then));
    case 'requires':
      return !negated && alwaysHasWitness(plan.left);
    case 'groups':
      return plan.quantifier === 'some' && !negated && alwaysHasWitness(plan.body);
    case 'and':
    case 'or':
      return (plan.type === 'and') !== negated
        ? plan.operands.some((operand) => alwaysHasWitness(operand, negated))
        : plan.operands.every((operand) => alwaysHasWitness(operand, negated));
    default:
      return false;
  }
}

/** Whether a rule asks for anything that a trace has to have; one that does not is tried on every trace. */
export function hasPositivePart(plan: MatchPlan, negated = false): boolean {
  switch (plan.type) {
    case 'condition':
      return true;
    case 'guard':
      return !negated;
    case 'not':
      return hasPositivePart(plan.operand, !negated);
    case 'groups':
      return !negated;
    case 'and':
    case 'or':
      return plan.operands.some((operand) => hasPositivePart(operand, negated));
    default:
      return canHaveWitness(plan, negated);
  }
}
