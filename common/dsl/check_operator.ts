import type { ArithmeticOperator, BinaryNode, BinaryOperator, Expression, UnaryNode } from './ast';
import { between } from './builder';
import type { Side } from './check_comparison';
import { checkEquality, checkOrder, isEquality, literalString, refuseTimeout } from './check_comparison';
import { clocksOf } from './check_clocks';
import { UNKNOWN } from './check_context';
import { checkAnything, checkOperand, checkSide } from './check_operand';
import type { ValuePlan } from './plan';
import { printExpression } from './print';
import type { Range } from './problems';
import { quote } from './problems';
import type { Type, Typed } from './types';
import { BOOLEAN, describe, isOnly, mayBe, NUMBER, STRING, UNDEFINED } from './types';
import type { Scope } from './scope';
import { closeChain } from './step_result';

const ARITHMETIC: ReadonlySet<BinaryOperator> = new Set<ArithmeticOperator>(['+', '-', '*', '/', '%']);
const isArithmetic = (operator: BinaryOperator): operator is ArithmeticOperator => ARITHMETIC.has(operator);

/** Checks a run of operators of one precedence, from left to right. */
export function checkBinary(node: BinaryNode, scope: Scope): Typed {
  const first = node.operands[0]!;
  let left: Side = { node: first, typed: checkLeft(node.operators[0]!, first, scope) };
  let operators: BinaryOperator[] = [];
  let operands: ValuePlan[] = [left.typed.plan];
  const scoped = left.typed.scopes ?? [];
  let scopes: Typed['scopes'] = scoped.length > 0 ? scoped : undefined;
  node.operators.forEach((operator, i) => {
    const right = node.operands[i + 1]!;
    const range = between(first, right);
    const checked = checkPair(operator, left, right, scope);
    if ('pair' in checked) {
      if (operators.length === 0) operands = [checked.pair[0].plan];
      operators = [...operators, operator];
      operands = [...operands, checked.pair[1].plan];
      scopes ??= checked.pair[1].scopes;
    } else {
      operators = [];
      operands = [checked.typed.plan];
    }
    const clocks = isArithmetic(operator) ? [] : clocksOf(operands);
    const plan: ValuePlan =
      operators.length === 0
        ? operands[0]!
        : { type: 'binary', operators, operands, ...(clocks.length === 0 ? {} : { clocks }) };
    left = { node: range, typed: { plan, type: checked.typed.type } };
  });
  return scopes ? closeScopes(node, left.typed, scopes) : left.typed;
}

/** A comparison right after a scoped chain belongs to the chain: it is asked of each group. */
function closeScopes(node: BinaryNode, { plan, type }: Typed, scopes: NonNullable<Typed['scopes']>): Typed {
  const condition = { type: 'condition' as const, value: plan, text: printExpression(node) };
  return { plan: { type: 'holds', match: closeChain(condition, scopes) }, type };
}

function checkLeft(operator: BinaryOperator, node: Expression, scope: Scope): Typed {
  if (operator === 'in') return scope.context.checker.value(node, scope);
  return isArithmetic(operator) ? checkOperand(node, scope) : checkSide(node, scope);
}

interface Checked {
  readonly typed: Typed;
  /** Where the operator stays: its two operands. */
  readonly pair?: readonly [Typed, Typed];
}

function checkPair(operator: BinaryOperator, left: Side, rightNode: Expression, scope: Scope): Checked {
  if (operator === 'in') return { typed: checkIn(left, rightNode, scope) };
  const typed = isArithmetic(operator) ? checkOperand(rightNode, scope) : checkSide(rightNode, scope);
  const right: Side = { node: rightNode, typed };
  if (left.typed.scopes && right.typed.scopes) {
    scope.context.report('BT_SCOPED_NUMBER', rightNode, { text: scope.context.quoted(rightNode) });
    return { typed: UNKNOWN };
  }
  if (isArithmetic(operator)) {
    refuseTimeout(left, right, scope);
    return keep([left.typed, right.typed], arithmeticType(operator, left, right, scope));
  }
  if (!isEquality(operator)) return keep(checkOrder(operator, left, right, scope), { mask: BOOLEAN });
  const checked = checkEquality(operator, left, right, scope);
  return Array.isArray(checked) ? keep(checked as [Typed, Typed], { mask: BOOLEAN }) : { typed: checked as Typed };
}

function keep(pair: readonly [Typed, Typed], type: Type): Checked {
  const plan: ValuePlan = { type: 'literal', value: undefined };
  return { pair, typed: { plan, type } };
}

/** `'key' in span.attributes` */
function checkIn(left: Side, rightNode: Expression, scope: Scope): Typed {
  const right = scope.context.checker.value(rightNode, scope);
  const key = literalString(left.typed);
  const { owner } = right.type;
  if (owner === undefined) {
    const expected = 'span.attributes or span.resource on its right';
    scope.context.report('BT_WRONG_ARGUMENT', rightNode, { name: quote('in'), expected });
    return UNKNOWN;
  }
  if (key === undefined) {
    scope.context.report('BT_KEY_NOT_LITERAL', left.node, { owner: owner === 'resource' ? 'resource' : 'attributes' });
    return UNKNOWN;
  }
  if (owner === 'attributes' || owner === 'resource') scope.context.touchAttribute(key);
  return { plan: { type: 'hasKey', of: right.plan, owner, key }, type: { mask: BOOLEAN } };
}

function arithmeticType(operator: ArithmeticOperator, a: Side, b: Side, scope: Scope): Type {
  const [left, right] = [a.typed.type, b.typed.type];
  const possible = left.mask & right.mask & (operator === '+' ? NUMBER | STRING : NUMBER);
  if (possible === 0) {
    const expected = operator === '+' ? 'two numbers or two strings' : 'numbers';
    reportArithmetic(between(a.node, b.node), operator, expected, `${describe(left)} and ${describe(right)}`, scope);
    return UNKNOWN.type;
  }
  const certain = isOnly(left, possible) && isOnly(right, possible) && (possible === NUMBER || possible === STRING);
  const mask = possible | (certain ? 0 : UNDEFINED);
  return { mask, unit: unitOf(operator, left, right) };
}

function reportArithmetic(range: Range, operator: string, expected: string, found: string, scope: Scope): void {
  scope.context.report('BT_NOT_ARITHMETIC', range, { operator: quote(operator), expected, found });
}

function unitOf(operator: ArithmeticOperator, left: Type, right: Type): Type['unit'] {
  if (operator === '-' && left.unit === 'time' && right.unit === 'time') return 'duration';
  if ((operator === '+' || operator === '-') && left.unit === 'duration' && right.unit === 'duration')
    return 'duration';
  return undefined;
}

/** `!x`, `-x`, `typeof x` */
export function checkUnary(node: UnaryNode, scope: Scope): Typed {
  const { operator } = node;
  const check = operator === '!' || operator === 'typeof' ? checkAnything : checkOperand;
  const { plan, type } = check(node.operand, scope);
  if (operator === '!') return { plan: { type: 'not', operand: plan }, type: { mask: BOOLEAN } };
  if (operator === 'typeof') return { plan: { type: 'typeof', operand: plan }, type: { mask: STRING } };
  if (operator === '+') {
    scope.context.report(
      'BT_NOT_ARITHMETIC',
      node,
      { operator: quote('+'), expected: 'two values', found: 'one' },
      {
        title: 'Write Number( )',
        text: `Number(${scope.context.text.slice(node.operand.offset, node.operand.offset + node.operand.length)})`,
      },
    );
    return UNKNOWN;
  }
  if (!mayBe(type, NUMBER)) reportArithmetic(node, '-', 'numbers', describe(type), scope);
  const mask = isOnly(type, NUMBER) ? NUMBER : NUMBER | UNDEFINED;
  return {
    plan: { type: 'negative', operand: plan },
    type: { mask, unit: type.unit === 'duration' ? 'duration' : undefined },
  };
}
