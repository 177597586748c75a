/** How long documents are kept, as Elasticsearch writes durations (`30d`). */
export interface Retention {
  readonly violations: string;
  /** May be shorter: a violation whose evidence is gone verifies all the same. */
  readonly evidence: string;
  /** Of counts and gauges of the bridge. */
  readonly metrics: string;
}

export const DEFAULT_RETENTION: Retention = { violations: '30d', evidence: '30d', metrics: '30d' };

const DURATION = /^[1-9]\d{0,5}[dhms]$/;

/** @returns what is wrong with a retention; undefined where nothing is */
export const retentionProblem = (text: string): string | undefined =>
  DURATION.test(text) ? undefined : 'must be a number of d, h, m or s, such as 30d';
