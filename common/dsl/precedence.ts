import type { BinaryOperator, LogicalOperator } from './ast';

export type Operator = LogicalOperator | BinaryOperator;

/** Binary operators from the loosest to the tightest, as in JavaScript. */
export const LEVELS: readonly (readonly Operator[])[] = [
  ['??'],
  ['||'],
  ['&&'],
  ['===', '!==', '==', '!='],
  ['<', '<=', '>', '>=', 'in'],
  ['+', '-'],
  ['*', '/', '%'],
];

export const LEVEL_OF: ReadonlyMap<string, number> = new Map(
  LEVELS.flatMap((operators, level) => operators.map((operator) => [operator, level] as const)),
);

export const isLogical = (operator: Operator): operator is LogicalOperator =>
  operator === '??' || operator === '||' || operator === '&&';
