import type { Finding } from '../../common/violations/finding';

/** Names are keywords in Elasticsearch, which refuses those beyond 32,766 bytes. */
export const MAX_NAME = 1_024;
/** APM needs a service for each span. */
export const NO_SERVICE = 'unknown';

/** The end of the last year that Elasticsearch reads without a sign. */
const MAX_TIME_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Microseconds since the epoch as ISO 8601 in milliseconds; a time no calendar has becomes the nearest that has. */
export function isoTime(us: number): string {
  const ms = Number.isFinite(us) ? Math.floor(us / 1_000) : 0;
  return new Date(Math.min(Math.max(ms, 0), MAX_TIME_MS)).toISOString();
}

/** Start of the first witness, in microseconds; 0 where there is none. */
export const startOf = (finding: Finding): number => finding.witnesses[0]?.startUs ?? 0;
