import type { Expression } from './ast';
import { millisecondsToDuration, parseDuration } from './duration';
import type { MatchPlan } from './plan';
import { printExpression } from './print';
import { quote } from './problems';
import type { MatchScope, StepResult } from './step_result';
import { INVALID, match } from './step_result';

/** Checks `M.within(d)`. */
export function checkWithin(
  argument: Expression,
  owner: StepResult & { kind: 'match' },
  scope: MatchScope,
): StepResult {
  const limitUs = durationOf(argument);
  if (limitUs === undefined) {
    scope.context.report('BT_INVALID_DURATION', argument, { found: quote(printExpression(argument)) });
    return INVALID;
  }
  const { plan, guards } = owner;
  if (!hasWitness(plan, false)) scope.context.warn('BT_UNBOUND_ABSENCE', argument);
  const text =
    argument.type === 'literal' && typeof argument.value === 'string' ? argument.value.trim() : `${limitUs / 1000} ms`;
  return match({ type: 'within', operand: plan, limitUs, text }, guards);
}

function durationOf(node: Expression): number | undefined {
  if (node.type !== 'literal') return undefined;
  if (typeof node.value === 'string') return parseDuration(node.value);
  return typeof node.value === 'number' ? millisecondsToDuration(node.value) : undefined;
}

/** Whether some way of being true has a span to count from. */
function hasWitness(plan: MatchPlan, negated: boolean): boolean {
  switch (plan.type) {
    case 'has':
      return !negated;
    case 'not':
      return hasWitness(plan.operand, !negated);
    case 'within':
      return !negated && hasWitness(plan.operand, false);
    case 'and':
    case 'or':
      return plan.operands.some((operand) => hasWitness(operand, negated));
    default:
      return false;
  }
}
