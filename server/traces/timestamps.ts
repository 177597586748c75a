/** A moment in whole microseconds since 1970, and the nanoseconds beyond them. */
export interface Moment {
  readonly us: number;
  readonly ns: number;
}

/** `1721314113467.42`: milliseconds, a dot, and the nanoseconds beyond them as a number (no fraction: 42 ns). */
const EXPORTED = /^(\d{1,15})(?:\.(\d{1,6}))?$/;
const ISO = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9})\d*)?(Z|[+-]\d{2}:?\d{2})$/;

/** `@timestamp` in the forms that documents have it in; undefined of anything else. */
export function microsecondsOf(value: unknown): Moment | undefined {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? { us: Math.floor(value * 1000), ns: 0 } : undefined;
  }
  if (typeof value !== 'string') return undefined;
  const [, ms, beyond] = EXPORTED.exec(value) ?? [];
  if (ms !== undefined) return moment(Number(ms), Number(beyond ?? 0));
  const [, seconds, fraction = '', zone] = ISO.exec(value) ?? [];
  if (seconds === undefined) return undefined;
  const nanos = Number(fraction.padEnd(9, '0'));
  const at = Date.parse(seconds + zone!);
  return Number.isNaN(at) ? undefined : moment(at, nanos);
}

const moment = (ms: number, nanos: number): Moment => ({
  us: ms * 1000 + Math.floor(nanos / 1000),
  ns: nanos % 1000,
});
