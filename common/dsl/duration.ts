const UNITS: readonly (readonly [number, readonly string[]])[] = [
  [1, ['us', 'microsecond', 'microseconds']],
  [1e3, ['ms', 'millisecond', 'milliseconds']],
  [1e6, ['s', 'sec', 'second', 'seconds']],
  [60e6, ['m', 'min', 'minute', 'minutes']],
  [3600e6, ['h', 'hour', 'hours']],
  [86400e6, ['d', 'day', 'days']],
];

const US_PER_UNIT: ReadonlyMap<string, number> = new Map(
  UNITS.flatMap(([microseconds, names]) => names.map((name) => [name, microseconds] as const)),
);

/** Microseconds of a duration such as `5 seconds` or `1.5h`; undefined where it is none. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = /^\s*(\d+\.?\d*|\.\d+)\s*([a-z]+)\s*$/.exec(text) ?? [];
  const factor = unit === undefined ? undefined : US_PER_UNIT.get(unit);
  return factor === undefined ? undefined : wholeMicroseconds(Number(amount) * factor);
}

/** Microseconds of a bare number of milliseconds; undefined where it is no duration. */
export const millisecondsToDuration = (milliseconds: number): number | undefined =>
  wholeMicroseconds(milliseconds * 1000);

function wholeMicroseconds(microseconds: number): number | undefined {
  const whole = Math.round(microseconds);
  return whole >= 0 && Number.isSafeInteger(whole) ? whole : undefined;
}
