const INTEGER = /^-?\d{1,400}$/;
const DECIMAL = /^-?\d{1,400}(\.\d{1,400})?([eE][+-]?\d{1,10})?$/;
const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;
const MAX_UINT64 = 2n ** 64n - 1n;

/** What a numeral says, exactly, where it says an integer (`3`, `"3"`, `3.0`, `3e2`); else undefined. */
function integer(numeral: string): bigint | undefined {
  if (INTEGER.test(numeral)) return BigInt(numeral);
  const value = DECIMAL.test(numeral) ? Number(numeral) : NaN;
  return Number.isInteger(value) ? BigInt(value) : undefined;
}

const between = (value: bigint | undefined, from: bigint, to: bigint): bigint | undefined =>
  value === undefined || value < from || value > to ? undefined : value;

/** A number where it is exact, else a bigint; undefined where the numeral is no int64. */
export function int64Of(numeral: string): number | bigint | undefined {
  if (numeral.length < 16 && INTEGER.test(numeral)) return Number(numeral) + 0;
  const value = between(integer(numeral), MIN_INT64, MAX_INT64);
  if (value === undefined) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

export function uint32Of(numeral: string): number | undefined {
  const value = between(integer(numeral), 0n, 0xffff_ffffn);
  return value === undefined ? undefined : Number(value);
}

/** Nanoseconds (a uint64) in whole microseconds, floored; exact up to the year 2255. */
export function microsOf(numeral: string): number | undefined {
  if (numeral.length > 3 && numeral.length < 20 && INTEGER.test(numeral) && numeral[0] !== '-') {
    return Number(numeral.slice(0, -3));
  }
  const value = between(integer(numeral), 0n, MAX_UINT64);
  return value === undefined ? undefined : Number(value / 1000n);
}

/** A double, also as protobuf's JSON mapping writes those that JSON lacks; undefined where the numeral is none. */
export function doubleOf(numeral: string): number | undefined {
  if (numeral === 'NaN') return NaN;
  if (numeral === 'Infinity') return Infinity;
  if (numeral === '-Infinity') return -Infinity;
  if (!DECIMAL.test(numeral)) return undefined;
  const value = Number(numeral);
  return Number.isFinite(value) ? value : undefined;
}
