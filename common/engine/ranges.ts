import type { BinaryOperator, RelationalOperator } from '../dsl/ast';
import type { Tri } from './unknown';
import { Range, UNKNOWN } from './unknown';

const RELATIONAL: ReadonlySet<BinaryOperator> = new Set<RelationalOperator>(['<', '<=', '>', '>=']);

export const isComparison = (operator: BinaryOperator): operator is RelationalOperator => RELATIONAL.has(operator);

/** How numbers compare of which one lies somewhere in a range; undefined where none does. */
export function compareRanges(operator: RelationalOperator, a: unknown, b: unknown): Tri | undefined {
  if (!(a instanceof Range) && !(b instanceof Range)) return undefined;
  const [left, right] = [asRange(a), asRange(b)];
  if (!left || !right) return UNKNOWN;
  switch (operator) {
    case '>':
      return decide(left.low > right.high, left.high <= right.low);
    case '>=':
      return decide(left.low >= right.high, left.high < right.low);
    case '<':
      return decide(left.high < right.low, left.low >= right.high);
    case '<=':
      return decide(left.high <= right.low, left.low > right.high);
  }
}

const decide = (yes: boolean, no: boolean): Tri => (yes ? true : no ? false : UNKNOWN);

function asRange(value: unknown): Range | undefined {
  if (value instanceof Range) return value;
  if (typeof value === 'bigint') return new Range(Number(value), Number(value));
  return typeof value === 'number' && !Number.isNaN(value) ? new Range(value, value) : undefined;
}
