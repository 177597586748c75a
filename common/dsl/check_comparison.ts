import type { BinaryOperator, EqualityOperator } from './ast';
import { UNKNOWN } from './check_context';
import { parseDuration } from './duration';
import type { Range } from './problems';
import { quote } from './problems';
import { printLiteral } from './print';
import { nearest } from './suggest';
import { readTimedOut } from './timed_out';
import type { Type, Typed } from './types';
import {
  BOOLEAN,
  describe,
  isOnly,
  KINDS,
  LIST,
  mayBe,
  NULL,
  NUMBER,
  OBJECT,
  sentence,
  STATUSES,
  STRING,
  UNDEFINED,
} from './types';
import type { Scope } from './scope';

/** One side of an operator, with where it stands. */
export interface Side {
  readonly node: Range;
  readonly typed: Typed;
}

export const isEquality = (operator: BinaryOperator): operator is EqualityOperator =>
  operator === '===' || operator === '!==' || operator === '==' || operator === '!=';

/** Checks `===` and its kin; gives the sides as they are to be compared, or the one value that the comparison means. */
export function checkEquality(operator: EqualityOperator, a: Side, b: Side, scope: Scope): [Typed, Typed] | Typed {
  warnLoose(operator, a, b, scope);
  const timedOut = timeoutComparison(operator, a, b, scope) ?? timeoutComparison(operator, b, a, scope);
  if (timedOut) return timedOut;
  touchTypes(a, b, scope);
  checkChoice(a, b, scope);
  checkChoice(b, a, scope);
  const [left, right] = durations(a, b, scope);
  const common = left.type.mask & right.type.mask;
  const onlyCompound = isOnly(left.type, LIST | OBJECT) || isOnly(right.type, LIST | OBJECT);
  if (common === 0 ? !isNullish(operator, left, right) : onlyCompound) {
    const range = { offset: a.node.offset, length: b.node.offset + b.node.length - a.node.offset };
    scope.context.report('BT_NEVER_EQUAL', range, { left: sentence(describe(left.type)), right: describe(right.type) });
  }
  return [left, right];
}

/** Checks `<` and its kin. */
export function checkOrder(operator: BinaryOperator, a: Side, b: Side, scope: Scope): [Typed, Typed] {
  refuseTimeout(a, b, scope);
  touchTypes(a, b, scope);
  const [left, right] = durations(a, b, scope);
  const common = left.type.mask & right.type.mask;
  if ((common & (NUMBER | STRING)) === 0) {
    const range = { offset: a.node.offset, length: b.node.offset + b.node.length - a.node.offset };
    const params = { operator, left: describe(left.type), right: describe(right.type) };
    scope.context.report('BT_NOT_COMPARABLE', range, params);
  }
  return [left, right];
}

/** `'TIMEOUT'` beside a status where it can't be compared for equality. */
export function refuseTimeout(a: Side, b: Side, scope: Scope): void {
  for (const [status, other] of [
    [a, b],
    [b, a],
  ] as const) {
    if (status.typed.type.choices === 'status' && literalString(other.typed) === 'TIMEOUT') {
      scope.context.report('BT_TIMEOUT_STATUS', other.node);
    }
  }
}

/** A literal that a status or kind is compared with must be one that it can have. */
export function checkChoice(subject: Side, literal: Side, scope: Scope, fixable = true): void {
  const { choices } = subject.typed.type;
  const value = literalString(literal.typed);
  if (choices === undefined || value === undefined) return;
  const known: readonly string[] = choices === 'status' ? STATUSES : KINDS;
  if (known.includes(value)) return;
  const likely = nearest(value, choices === 'status' ? [...known, 'TIMEOUT'] : known);
  const fix = likely === undefined || !fixable ? undefined : { title: `Write '${likely}'`, text: printLiteral(likely) };
  const suggestion = ` ${likely === undefined ? `It is one of ${known.join(', ')}.` : `Did you mean '${likely}'?`}`;
  const params = { property: `A span's ${choices}`, found: quote(printLiteral(value)), suggestion };
  scope.context.report('BT_UNKNOWN_VALUE', literal.node, params, fix);
}

export const literalString = ({ plan }: Typed): string | undefined =>
  plan.type === 'literal' && typeof plan.value === 'string' ? plan.value : undefined;

function timeoutComparison(operator: EqualityOperator, status: Side, other: Side, scope: Scope): Typed | undefined {
  if (status.typed.type.choices !== 'status' || literalString(other.typed) !== 'TIMEOUT') return undefined;
  if (status.typed.plan.type !== 'field') {
    scope.context.report('BT_TIMEOUT_STATUS', other.node);
    return UNKNOWN;
  }
  const equal = operator === '===' || operator === '==';
  const plan = readTimedOut(status.typed.plan.of, scope.context);
  return { plan: equal ? plan : { type: 'not', operand: plan }, type: { mask: BOOLEAN } };
}

/** A string beside a duration is a duration too. */
function durations(a: Side, b: Side, scope: Scope): [Typed, Typed] {
  return [asDuration(a, b.typed.type, scope), asDuration(b, a.typed.type, scope)];
}

function asDuration(side: Side, other: Type, scope: Scope): Typed {
  const value = literalString(side.typed);
  if (value === undefined || other.unit !== 'duration') return side.typed;
  const microseconds = parseDuration(value);
  if (microseconds === undefined) {
    scope.context.report('BT_INVALID_DURATION', side.node, { found: quote(printLiteral(value)) });
    return UNKNOWN;
  }
  return { plan: { type: 'literal', value: microseconds / 1000 }, type: { mask: NUMBER, unit: 'duration' } };
}

function isNullish(operator: EqualityOperator, left: Typed, right: Typed): boolean {
  if (operator === '===' || operator === '!==') return false;
  const nullish = (typed: Typed): boolean => typed.plan.type === 'literal' && typed.plan.value == null;
  const possible = (typed: Typed): boolean => mayBe(typed.type, NULLISH);
  return (nullish(left) && possible(right)) || (nullish(right) && possible(left));
}

const NULLISH = NULL | UNDEFINED;

function warnLoose(operator: EqualityOperator, a: Side, b: Side, scope: Scope): void {
  if (operator === '===' || operator === '!==') return;
  if ([a, b].some(({ typed }) => typed.plan.type === 'literal' && typed.plan.value == null)) return;
  const range = { offset: a.node.offset, length: b.node.offset + b.node.length - a.node.offset };
  scope.context.warn('BT_LOOSE_EQUALITY', range, { operator, strict: operator + '=' });
}

/** OK and UNSET, and values that are not strings, are what some sources can't tell apart. */
function touchTypes(a: Side, b: Side, scope: Scope): void {
  for (const [side, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const { plan, type } = side.typed;
    if (plan.type === 'literal' && typeof plan.value !== 'string' && mayBe(other.typed.type, OBJECT)) {
      scope.context.features.add('typed_attributes');
    }
    if (type.choices === 'status') touchStatus(literalString(other.typed), scope);
  }
}

export function touchStatus(value: unknown, { context }: Scope): void {
  if (value !== 'ERROR' && value !== 'TIMEOUT') context.features.add('ok_or_unset');
}
