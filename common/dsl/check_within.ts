import type { Expression } from './ast';
import { millisecondsToDuration, parseDuration } from './duration';
import { printExpression } from './print';
import { quote } from './problems';
import type { Scope } from './scope';
import type { MatchResult, StepResult } from './step_result';
import { INVALID } from './step_result';
import { canHaveWitness } from './witnesses';

/** Checks `M.within(d)`; right after `followedBy` and `precededBy` it bounds the gap. */
export function checkWithin(
  argument: Expression,
  { plan, chain, counted }: MatchResult,
  { context }: Scope,
): StepResult {
  const limitUs = durationOf(argument);
  if (limitUs === undefined) {
    context.report('BT_INVALID_DURATION', argument, { found: quote(printExpression(argument)) });
    return INVALID;
  }
  const text =
    argument.type === 'literal' && typeof argument.value === 'string' ? argument.value.trim() : `${limitUs / 1000} ms`;
  if (plan.type === 'follows' && plan.limitUs === undefined) {
    return { kind: 'match', plan: { ...plan, limitUs, text }, chain };
  }
  if (!canHaveWitness(plan)) context.warn('BT_UNBOUND_ABSENCE', argument);
  return {
    kind: 'match',
    plan: { type: 'within', operand: plan, limitUs, text },
    chain,
    ...(counted && counted.windowUs === undefined
      ? { counted: { predicate: counted.predicate, windowUs: limitUs } }
      : {}),
  };
}

function durationOf(node: Expression): number | undefined {
  if (node.type !== 'literal') return undefined;
  if (typeof node.value === 'string') return parseDuration(node.value);
  return typeof node.value === 'number' ? millisecondsToDuration(node.value) : undefined;
}
