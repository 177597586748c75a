import type { BinaryOperator, Expression } from './ast';
import { between, build } from './builder';
import type { Operator } from './precedence';
import { isLogical, LEVEL_OF } from './precedence';

/** Groups a flat run of operands and operators by precedence, one node for each level that occurs. */
export function foldOperators(operands: readonly Expression[], operators: readonly Operator[]): Expression {
  const [first] = operators;
  if (first === undefined) return operands[0]!;
  let level = LEVEL_OF.get(first)!;
  let isUniform = true;
  for (const operator of operators) {
    const other = LEVEL_OF.get(operator)!;
    if (other !== level) isUniform = false;
    if (other < level) level = other;
  }
  return isUniform ? createNode(operators, operands) : foldAt(level, operands, operators);
}

/** One node of the operators of a level, the tighter ones between them within its operands. */
function foldAt(level: number, operands: readonly Expression[], operators: readonly Operator[]): Expression {
  const own: Operator[] = [];
  const parts: Expression[] = [];
  let from = 0;
  for (let i = 0; i <= operators.length; i++) {
    const operator = operators[i];
    if (operator !== undefined && LEVEL_OF.get(operator) !== level) continue;
    parts.push(foldOperators(operands.slice(from, i + 1), operators.slice(from, i)));
    if (operator !== undefined) own.push(operator);
    from = i + 1;
  }
  return createNode(own, parts);
}

function createNode(operators: readonly Operator[], operands: readonly Expression[]): Expression {
  const range = between(operands[0]!, operands.at(-1)!);
  const first = operators[0]!;
  if (isLogical(first)) return build.logical(first, operands, range);
  return build.binary(operators as readonly BinaryOperator[], operands, range);
}
