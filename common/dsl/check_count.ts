import type { BinaryNode, Expression } from './ast';
import type { Comparison } from './plan';
import type { MatchScope, StepResult } from './step_result';
import { guarded, INVALID, match } from './step_result';

const MIRRORED: Readonly<Record<Comparison, Comparison>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '===': '===',
  '!==': '!==',
  '==': '===',
  '!=': '!==',
};

const isComparison = (operator: string): operator is Comparison => Object.hasOwn(MIRRORED, operator);

/** Checks `trace.count(…) > 3`, either way round. */
export function checkCountComparison(node: BinaryNode, scope: MatchScope): StepResult {
  const [left, right] = node.operands.map((operand) => ({ operand, bound: boundOf(operand) }));
  const operator = node.operators[0]!;
  if (!left || !right || node.operands.length !== 2 || !isComparison(operator)) return refuse(node, scope);
  if (left.bound !== undefined && right.bound === undefined) {
    return compare(node, right.operand, MIRRORED[operator], left.bound, scope);
  }
  if (right.bound === undefined || left.bound !== undefined) return refuse(node, scope);
  return compare(
    node,
    left.operand,
    operator === '==' || operator === '!=' ? MIRRORED[operator] : operator,
    right.bound,
    scope,
  );
}

function compare(
  node: BinaryNode,
  operand: Expression,
  operator: Comparison,
  bound: number,
  scope: MatchScope,
): StepResult {
  const result = scope.check(operand);
  if (result.kind === 'count') {
    const { predicate, guards } = result;
    return match(guarded({ type: 'count', predicate, operator, bound }, guards));
  }
  return refuse(node, scope, result);
}

function refuse(node: BinaryNode, scope: MatchScope, known?: StepResult): StepResult {
  const { context } = scope;
  const before = context.problems.length;
  const results = known ? [known] : node.operands.map((operand) => scope.check(operand));
  if (context.problems.length > before || results.some(({ kind }) => kind === 'invalid')) return INVALID;
  if (results.some(({ kind }) => kind === 'match')) context.report('BT_MATCH_AS_VALUE', node);
  else if (results.some(({ kind }) => kind === 'count')) {
    context.notSupported('Comparing a count with anything but a number is', node);
  } else return { kind: 'other', found: context.quoted(node) };
  return INVALID;
}

function boundOf(node: Expression): number | undefined {
  if (node.type === 'unary' && node.operator === '-') {
    const value = boundOf(node.operand);
    return value === undefined ? undefined : -value;
  }
  const value = node.type === 'literal' ? node.value : undefined;
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
}
