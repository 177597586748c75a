import type { Expression } from './ast';
import { between, build } from './builder';
import type { Operator } from './precedence';
import { isLogical, LEVEL_OF, LEVELS } from './precedence';

/** Groups a flat run of operands and operators by precedence, one node for each level that occurs. */
export function foldOperators(operands: readonly Expression[], operators: readonly Operator[]): Expression {
  return foldLevel(operands, operators, 0);
}

function foldLevel(operands: readonly Expression[], operators: readonly Operator[], level: number): Expression {
  if (operators.length === 0) return operands[0]!;
  const splits = operators.flatMap((operator, index) => (LEVEL_OF.get(operator) === level ? [index] : []));
  if (splits.length === 0) return foldLevel(operands, operators, level + 1);
  const parts: Expression[] = [];
  let from = 0;
  for (const split of [...splits, operators.length]) {
    parts.push(foldLevel(operands.slice(from, split + 1), operators.slice(from, split), level + 1));
    from = split + 1;
  }
  const range = between(operands[0]!, operands.at(-1)!);
  const first = LEVELS[level]![0]!;
  if (isLogical(first)) return build.logical(first, parts, range);
  return build.binary(
    splits.map((index) => operators[index]!).filter((operator) => !isLogical(operator)),
    parts,
    range,
  );
}
