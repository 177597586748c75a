import type { CallLink, ChainNode, Expression, Link, PropertyLink } from './ast';
import { checkLambda, isPredicate, parameterCount, TWO_SPANS } from './check_arrow';
import { checkCount } from './check_builtin';
import { checkWithin } from './check_within';
import type { MatchPlan } from './plan';
import { quote } from './problems';
import type { Scope } from './scope';
import type { MatchResult, StepResult } from './step_result';
import { INVALID } from './step_result';
import { NUMBER } from './types';
import { alwaysHasWitness } from './witnesses';

/** Checks a step on a match. */
export function checkMatchStep(link: PropertyLink, call: CallLink, owner: MatchResult, scope: Scope): StepResult {
  const { name } = link;
  const { plan, chain } = owner;
  if (name === 'not') {
    if (!checkCount(name, call, 0, 0, scope)) return INVALID;
    return { kind: 'match', plan: { type: 'not', operand: plan }, chain };
  }
  if (name === 'count') return checkCounted(link, call, owner, scope);
  if (!checkCount(name, call, 1, 1, scope)) return INVALID;
  const argument = call.arguments[0]!;
  if (name === 'within') return checkWithin(argument, owner, scope);
  if (name === 'and' || name === 'or') {
    const operand = scope.context.checker.need(argument, scope, chain);
    return operand ? { kind: 'match', plan: { type: name, operands: [plan, operand] }, chain } : INVALID;
  }
  const other = needBound(argument, name, owner, scope);
  if (!other) return INVALID;
  return { kind: 'match', plan: relate(name, plan, other), chain };
}

function relate(name: string, plan: MatchPlan, other: MatchPlan): MatchPlan {
  switch (name) {
    case 'followedBy':
      return { type: 'follows', first: plan, then: other, flipped: false };
    case 'precededBy':
      return { type: 'follows', first: other, then: plan, flipped: true };
    default:
      return plan.type === 'requires'
        ? { ...plan, required: [...plan.required, other] }
        : { type: 'requires', left: plan, required: [other] };
  }
}

/** The argument of a step that may bind what the left side found last: `(a, b) => …`. */
function needBound(argument: Expression, name: string, owner: MatchResult, scope: Scope): MatchPlan | undefined {
  const { context } = scope;
  if (!isPredicate(argument, scope) || parameterCount(argument, scope) !== 2) {
    return context.checker.need(argument, scope, owner.chain);
  }
  const predicate = checkLambda(argument, name, TWO_SPANS, scope);
  if (!predicate) return undefined;
  if (!alwaysHasWitness(owner.plan)) {
    context.report('BT_NOTHING_TO_BIND', argument, { name: quote(name) });
    return undefined;
  }
  return { type: 'bound', scope: owner.chain.scope, predicate };
}

function checkCounted(link: PropertyLink, call: CallLink, owner: MatchResult, scope: Scope): StepResult {
  if (!checkCount('count', call, 0, 0, scope)) return INVALID;
  const { counted, chain } = owner;
  if (!counted) {
    const suggestion = ' Only has( ) of one span can be counted.';
    scope.context.report('BT_UNKNOWN_METHOD', link, { name: quote('count'), owner: 'this match', suggestion });
    return INVALID;
  }
  const plan = { type: 'count' as const, scope: chain.scope, ...counted };
  const { steps } = chain;
  return { kind: 'value', typed: { plan, type: { mask: NUMBER }, ...(steps.length === 0 ? {} : { scopes: steps }) } };
}

/** `within` after a count: what is meant is counting in a window, which is written the other way round. */
export function offerWindow(node: ChainNode, at: number, within: Link | undefined, { context }: Scope): void {
  const link = node.links[at]!;
  const [method, call] = [node.links[at - 2], node.links[at - 1]];
  const words = (range: { offset: number; length: number }): string =>
    context.text.slice(range.offset, range.offset + range.length);
  if (method?.type !== 'property' || method.name !== 'count' || call?.type !== 'call' || within?.type !== 'call') {
    context.report('BT_WITHIN_ON_NUMBER', link);
    return;
  }
  const has = call.arguments.length === 0 ? '' : `has${words(call)}.`;
  const range = { offset: method.offset, length: within.offset + within.length - method.offset };
  const text = `${has}within${words(within)}.count()`;
  context.report('BT_WITHIN_ON_NUMBER', range, {}, { title: 'Count in a window', text });
}
