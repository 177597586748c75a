import type { CallLink, Link } from './ast';
import { checkCount } from './check_builtin';
import { checkChoice, literalString, touchStatus } from './check_comparison';
import { UNKNOWN } from './check_context';
import type { Method } from './members';
import { METHODS } from './members';
import type { ValuePlan } from './plan';
import { quote } from './problems';
import { readTimedOut } from './timed_out';
import type { Type, Typed } from './types';
import { BOOLEAN, describe, elementOf, isOnly, LIST, mayBe, NUMBER, STRING, THINGS, UNDEFINED } from './types';
import { checkAnything, checkOperand } from './check_operand';
import type { Scope } from './scope';

/** Checks a method of a string or a list. */
export function checkMethod(name: string, link: Link, owner: Typed, call: CallLink, scope: Scope): Typed {
  const { context } = scope;
  const method = METHODS.get(name);
  if (!method || !mayBe(owner.type, method.on)) {
    const known = [...METHODS].flatMap(([other, { on }]) => (mayBe(owner.type, on) ? [other] : []));
    context.unknown('BT_UNKNOWN_METHOD', name, describe(owner.type), link, known);
    return UNKNOWN;
  }
  const check = name === 'includes' && mayBe(owner.type, LIST) ? checkAnything : checkOperand;
  const args = call.arguments.map((argument) => check(argument, scope));
  if (!checkCount(name, call, method.required, method.parameters.length, scope)) return UNKNOWN;
  if (!checkArguments(name, method, owner, args, call, scope)) return UNKNOWN;
  const statuses = name === 'includes' ? checkStatusList(owner, args[0]!, call, scope) : undefined;
  if (statuses) return statuses;
  const certain = isOnly(owner.type, method.on) && args.every(({ type }, i) => isOnly(type, method.parameters[i]!));
  return {
    plan: { type: 'method', object: owner.plan, name, args: args.map(({ plan }) => plan) },
    type: methodResult(name, owner.type, method.result | (certain ? 0 : UNDEFINED)),
  };
}

/** What a method gives, `mask` being what it may be by itself. */
export function methodResult(name: string, owner: Type, mask: number): Type {
  if (name === 'split') return { mask, element: { mask: STRING } };
  if (name !== 'at' || !isOnly(owner, LIST | UNDEFINED)) return { mask };
  const element = elementOf(owner);
  return { ...element, mask: element.mask | UNDEFINED };
}

function checkArguments(
  name: string,
  method: Method,
  owner: Typed,
  args: readonly Typed[],
  call: CallLink,
  scope: Scope,
): boolean {
  const onString = isOnly(owner.type, STRING);
  const wanted = method.parameters.map((mask) => (name !== 'includes' ? mask : onString ? STRING : mask | THINGS));
  const wrong = args.findIndex(({ type }, i) => !mayBe(type, wanted[i]!));
  if (owner.type.choices === 'status' && args.some((argument) => literalString(argument) === 'TIMEOUT')) {
    scope.context.report('BT_TIMEOUT_STATUS', call);
    return false;
  }
  if (wrong < 0) return true;
  const expected = wanted[wrong] === NUMBER ? 'a number' : 'a string';
  scope.context.report('BT_WRONG_ARGUMENT', call.arguments[wrong]!, {
    name: quote(name),
    expected: `${expected} here`,
  });
  return false;
}

/** `['ERROR', 'TIMEOUT'].includes(span.status)`: the list must be of statuses, and 'TIMEOUT' means timedOut. */
function checkStatusList(owner: Typed, argument: Typed, call: CallLink, scope: Scope): Typed | undefined {
  if (argument.type.choices === undefined || owner.plan.type !== 'list' || !isOnly(owner.type, LIST)) return undefined;
  const subject = { node: call.arguments[0]!, typed: argument };
  const isTimeout = (item: ValuePlan): boolean => item.type === 'literal' && item.value === 'TIMEOUT';
  const isStatus = argument.type.choices === 'status';
  if (isStatus) touchStatuses(owner.plan.items, scope);
  for (const plan of owner.plan.items) {
    if (!(isStatus && isTimeout(plan))) {
      checkChoice(subject, { node: call, typed: { plan, type: { mask: STRING } } }, scope, false);
    }
  }
  const items = owner.plan.items.filter((item) => !(isStatus && isTimeout(item)));
  if (items.length === owner.plan.items.length) return undefined;
  if (argument.plan.type !== 'field') {
    scope.context.report('BT_TIMEOUT_STATUS', call);
    return UNKNOWN;
  }
  const rest: ValuePlan = { type: 'method', object: { type: 'list', items }, name: 'includes', args: [argument.plan] };
  const plan: ValuePlan = {
    type: 'logical',
    operator: '||',
    operands: [rest, readTimedOut(argument.plan.of, scope.context)],
  };
  return { plan, type: { mask: BOOLEAN } };
}

function touchStatuses(items: readonly ValuePlan[], scope: Scope): void {
  for (const item of items) touchStatus(item.type === 'literal' ? item.value : undefined, scope);
}
