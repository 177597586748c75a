import type { Severity } from '../../common/rules/rule';
import type { Finding } from '../../common/violations/finding';
import type { IndexerCount, IndexerMetrics } from '../violations/indexer';

/** Of rules, spaces and verdicts together; what goes beyond is counted under one name. */
const MAX_SERIES = 1_000;
/** As the engine's message begins. */
const TOO_COSTLY = 'BT_TOO_COSTLY:';
const OTHER = { ruleId: 'other', space: '' };

export interface RuleVerdicts {
  /** `other`, in no space: all that were found of once there were too many. */
  readonly ruleId: string;
  readonly space: string;
  readonly verdict: Finding['verdict'];
  count: number;
  /** Of these, inconclusive as deciding would have taken too many steps. */
  tooCostly: number;
}

export interface TallyStatus {
  /** What became of findings, since the host has started. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Batches of violations that Elasticsearch was asked to write, and how long it took for them. */
  readonly batches: number;
  readonly lastBatchMs: number | null;
  readonly meanBatchMs: number | null;
  readonly rules: readonly Readonly<RuleVerdicts>[];
}

/** Counts what is found and what becomes of it, and tells `next` of what becomes of it. Its memory is bounded. */
export class Tally implements IndexerMetrics {
  private readonly outcomes: Record<string, number> = {};
  private readonly rules = new Map<string, RuleVerdicts>();
  private batches = 0;
  private seconds = 0;
  private last: number | null = null;

  constructor(private readonly next?: IndexerMetrics) {}

  found(findings: readonly Finding[]): void {
    for (const { rule, verdict, message } of findings) {
      const series = this.seriesOf(rule.id, rule.space, verdict);
      series.count += 1;
      if (message.startsWith(TOO_COSTLY)) series.tooCostly += 1;
    }
  }

  count(what: IndexerCount, severity: Severity): void {
    this.outcomes[what] = (this.outcomes[what] ?? 0) + 1;
    this.next?.count(what, severity);
  }

  batch(seconds: number): void {
    this.batches += 1;
    this.seconds += seconds;
    this.last = seconds;
    this.next?.batch(seconds);
  }

  status(): TallyStatus {
    const { batches, seconds, last } = this;
    const inMs = (value: number): number => Math.round(value * 1_000);
    return {
      outcomes: { ...this.outcomes },
      batches,
      lastBatchMs: last === null ? null : inMs(last),
      meanBatchMs: batches === 0 ? null : inMs(seconds / batches),
      rules: [...this.rules.values()],
    };
  }

  private seriesOf(ruleId: string, space: string, verdict: Finding['verdict']): RuleVerdicts {
    const key = JSON.stringify([space, ruleId, verdict]);
    const known = this.rules.get(key);
    if (known) return known;
    // each verdict may have its `other`
    if (this.rules.size >= MAX_SERIES - 3 && ruleId !== OTHER.ruleId) {
      return this.seriesOf(OTHER.ruleId, OTHER.space, verdict);
    }
    const series = { ruleId, space, verdict, count: 0, tooCostly: 0 };
    this.rules.set(key, series);
    return series;
  }
}
