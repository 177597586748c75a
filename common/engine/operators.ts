import type { BinaryOperator } from '../dsl/ast';

/** `===`: exact between integers of any size, identity of spans; false between lists and objects alike. */
export function strictlyEqual(a: unknown, b: unknown): boolean {
  if (a === b) return !(Array.isArray(a) || a instanceof Map);
  if (typeof a === 'bigint' ? typeof b === 'number' : typeof a === 'number' && typeof b === 'bigint') {
    // eslint-disable-next-line eqeqeq -- JavaScript compares integers of both kinds exactly
    return a == b;
  }
  return false;
}

/** `==`: null and undefined alike, everything else as `===`. */
const looselyEqual = (a: unknown, b: unknown): boolean =>
  a == null || b == null ? (a ?? null) === (b ?? null) : strictlyEqual(a, b);

/** Typed equality of whole values, NaN equal to itself: what `includes` of a list means. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || (a === 0 && b === 0)) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameValue(item, b[i]));
  }
  if (a instanceof Map) {
    return (
      b instanceof Map && a.size === b.size && [...a].every(([key, item]) => b.has(key) && sameValue(item, b.get(key)))
    );
  }
  return strictlyEqual(a, b);
}

const isNumeric = (value: unknown): value is number | bigint => typeof value === 'number' || typeof value === 'bigint';

const comparable = (a: unknown, b: unknown): boolean =>
  typeof a === 'string' ? typeof b === 'string' : isNumeric(a) && isNumeric(b);

function arithmetic(a: unknown, b: unknown, compute: (x: number, y: number) => number): number | undefined {
  return isNumeric(a) && isNumeric(b) ? compute(Number(a), Number(b)) : undefined;
}

type Operation = (a: unknown, b: unknown) => unknown;

/** What each binary operator does, `in` apart. Nothing throws, and nothing is converted. */
export const OPERATIONS: Readonly<Record<Exclude<BinaryOperator, 'in'>, Operation>> = {
  '===': strictlyEqual,
  '!==': (a, b) => !strictlyEqual(a, b),
  '==': looselyEqual,
  '!=': (a, b) => !looselyEqual(a, b),
  '<': (a, b) => comparable(a, b) && (a as number) < (b as number),
  '<=': (a, b) => comparable(a, b) && (a as number) <= (b as number),
  '>': (a, b) => comparable(a, b) && (a as number) > (b as number),
  '>=': (a, b) => comparable(a, b) && (a as number) >= (b as number),
  '+': (a, b) => (typeof a === 'string' && typeof b === 'string' ? a + b : arithmetic(a, b, (x, y) => x + y)),
  '-': (a, b) => arithmetic(a, b, (x, y) => x - y),
  '*': (a, b) => arithmetic(a, b, (x, y) => x * y),
  '/': (a, b) => arithmetic(a, b, (x, y) => x / y),
  '%': (a, b) => arithmetic(a, b, (x, y) => x % y),
};

/** `-x`: exact for integers. */
export function negative(value: unknown): number | bigint | undefined {
  return isNumeric(value) ? -value : undefined;
}

/** `typeof x`, where integers of any size are numbers. */
export function typeOf(value: unknown): string {
  return typeof value === 'bigint' ? 'number' : typeof value;
}
