import { i18n } from '@kbn/i18n';

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

/** Date and time of day in the user's language, to the second. */
export function formatDateTime(iso: string, timeZone: string | undefined): string {
  return new Intl.DateTimeFormat(i18n.getLocale(), {
    dateStyle: 'medium',
    timeStyle: 'medium',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(new Date(iso));
}

/** "5 minutes ago", in the user's language. */
export function formatRelative(iso: string, now: number): string {
  const difference = new Date(iso).getTime() - now;
  const [unit, ms] = UNITS.find(([, size]) => Math.abs(difference) >= size) ?? (['second', 1_000] as const);
  return new Intl.RelativeTimeFormat(i18n.getLocale(), { numeric: 'auto' }).format(Math.round(difference / ms), unit);
}

/** A duration in the unit that suits it: `350 µs`, `1.2 ms`, `3 s`. */
export function formatDuration(us: number): string {
  const [value, unit] =
    Math.abs(us) < 1_000 ? [us, 'µs'] : Math.abs(us) < 1_000_000 ? [us / 1_000, 'ms'] : [us / 1_000_000, 's'];
  const digits = Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  return `${new Intl.NumberFormat(i18n.getLocale(), { maximumFractionDigits: digits }).format(value)} ${unit}`;
}

/** A whole number with the language's separators. */
export const formatNumber = (value: number): string => new Intl.NumberFormat(i18n.getLocale()).format(value);
