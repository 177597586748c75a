import type { CallLink, ChainNode, Expression, PropertyLink } from './ast';
import { checkCount } from './check_builtin';
import { checkPredicate } from './check_predicate';
import { checkWithin } from './check_within';
import { LATER, STEPS } from './members';
import { quote } from './problems';
import type { MatchScope, StepResult } from './step_result';
import { guarded, INVALID, match } from './step_result';

/** Checks `trace.where(…).has(…).within(…)` and the like, step by step. A closed chain has its guards around it. */
export function checkMatchChain(node: ChainNode, scope: MatchScope): StepResult {
  let current = scope.check(node.head);
  if (current.kind === 'other') scope.context.report('BT_NOT_A_MATCH', node.head, { found: current.found });
  for (let i = 0; i < node.links.length && current.kind !== 'invalid' && current.kind !== 'other'; i += 2) {
    const [link, call] = [node.links[i]!, node.links[i + 1]];
    if (link.type !== 'property') {
      scope.context.report('BT_NOT_A_VALUE', link, { found: scope.context.quoted(link) });
      return INVALID;
    }
    if (call?.type !== 'call') return refuseProperty(link, current, scope);
    current = checkStep(link, call, current, scope);
  }
  if (current.kind === 'other') return INVALID;
  return current.kind === 'match' ? match(guarded(current.plan, current.guards)) : current;
}

function refuseProperty(link: PropertyLink, owner: StepResult, scope: MatchScope): StepResult {
  const steps = owner.kind === 'trace' ? STEPS.trace : STEPS.match;
  if (steps.has(link.name)) scope.context.report('BT_NOT_CALLED', link, { name: quote(link.name) });
  else refuseStep(link, owner, scope);
  return INVALID;
}

function refuseStep(link: PropertyLink, owner: StepResult, { context }: MatchScope): StepResult {
  const kind = owner.kind === 'trace' ? 'trace' : 'match';
  if (owner.kind === 'count' && link.name === 'within') context.report('BT_WITHIN_ON_NUMBER', link);
  else if (LATER[kind].has(link.name)) {
    context.notSupported(`${quote(`${kind === 'trace' ? 'trace' : ''}.${link.name}`)} is`, link);
  } else {
    const owners = owner.kind === 'trace' ? quote('trace') : owner.kind === 'count' ? 'a count' : 'a match';
    const known = owner.kind === 'count' ? [] : [...STEPS[kind], ...LATER[kind]];
    context.unknown('BT_UNKNOWN_METHOD', link.name, owners, link, known);
  }
  return INVALID;
}

function checkStep(link: PropertyLink, call: CallLink, owner: StepResult, scope: MatchScope): StepResult {
  if (owner.kind === 'trace' && STEPS.trace.has(link.name)) return checkTraceStep(link.name, call, owner, scope);
  if (owner.kind === 'match' && STEPS.match.has(link.name)) return checkMatchStep(link, call, owner, scope);
  return refuseStep(link, owner, scope);
}

function checkTraceStep(
  name: string,
  call: CallLink,
  { guards }: StepResult & { kind: 'trace' },
  scope: MatchScope,
): StepResult {
  const argument = onlyArgument(name, call, scope);
  if (!argument) return INVALID;
  if (name === 'not') {
    const operand = scope.need(argument);
    return operand.kind === 'match' ? match({ type: 'not', operand: operand.plan }, guards) : INVALID;
  }
  const predicate = checkPredicate(argument, name, scope.context);
  if (!predicate) return INVALID;
  switch (name) {
    case 'where':
      return { kind: 'trace', guards: [...guards, { type: 'guard', predicate }] };
    case 'count':
      return { kind: 'count', predicate, guards };
    case 'missing':
      return match({ type: 'not', operand: { type: 'has', predicate } }, guards);
    default:
      return { ...match({ type: 'has', predicate }, guards), counted: predicate };
  }
}

function checkMatchStep(
  link: PropertyLink,
  call: CallLink,
  owner: StepResult & { kind: 'match' },
  scope: MatchScope,
): StepResult {
  const { name } = link;
  const { plan, guards } = owner;
  if (name === 'not' || name === 'count') {
    if (!checkCount(name, call, 0, 0, scope)) return INVALID;
    if (name === 'not') return match({ type: 'not', operand: plan }, guards);
    if (owner.counted) return { kind: 'count', predicate: owner.counted, guards };
    if (plan.type === 'within') scope.context.notSupported('Counting in a window is', link);
    else
      scope.context.report('BT_UNKNOWN_METHOD', link, {
        name: quote(name),
        owner: 'this match',
        suggestion: ' Only `has` can be counted.',
      });
    return INVALID;
  }
  const argument = onlyArgument(name, call, scope);
  if (!argument) return INVALID;
  if (name === 'within') return checkWithin(argument, owner, scope);
  const operand = scope.need(argument);
  if (operand.kind !== 'match') return INVALID;
  return match({ type: name === 'and' ? 'and' : 'or', operands: [plan, operand.plan] }, guards);
}

function onlyArgument(name: string, call: CallLink, scope: MatchScope): Expression | undefined {
  return checkCount(name, call, 1, 1, scope) ? call.arguments[0] : undefined;
}
