import type { BridgeStatus } from '../../bridge/messages';

const zero = {
  requests: 0,
  requests_refused: 0,
  spans_received: 0,
  spans_rejected: 0,
  spans_late: 0,
  traces_judged: 0,
  traces_evicted: 0,
};

/** Named as `docs/reference/metrics.md` has them. */
export type BridgeCounts = Readonly<typeof zero>;

const NAMES = Object.keys(zero) as (keyof BridgeCounts)[];

/** What the worker counts, by interval. */
export class BridgeDifferences {
  private before: BridgeCounts = zero;

  /** What there is more than when this was asked last. */
  take(counters: BridgeStatus['counters']): BridgeCounts {
    const now = countsOf(counters);
    // as Prometheus: a count that fell is one that began anew, with another worker
    const isNew = NAMES.some((name) => now[name] < this.before[name]);
    const before = isNew ? zero : this.before;
    this.before = now;
    return Object.fromEntries(NAMES.map((name) => [name, now[name] - before[name]])) as BridgeCounts;
  }
}

const countsOf = (counters: BridgeStatus['counters']): BridgeCounts => ({
  requests: counters.requests,
  requests_refused: Object.values(counters.refused).reduce((sum, count) => sum + count, 0),
  spans_received: counters.spansReceived,
  spans_rejected: counters.spansRejected,
  spans_late: counters.lateSpans,
  traces_judged: counters.tracesJudged,
  traces_evicted: counters.tracesEvicted,
});
