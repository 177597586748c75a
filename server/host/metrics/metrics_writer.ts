import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@elastic/elasticsearch';
import type { Log } from '../../../common/log';
import type { Ack } from '../../../common/violations/ack';
import type { Finding } from '../../../common/violations/finding';
import type { BridgeStatus } from '../../bridge/messages';
import { type BulkItem, bulkCreate, type Written } from '../../violations/bulk';
import { BridgeDifferences } from './bridge_counts';
import { bridgeItem, verdictsItem } from './metric_document';
import { SpaceCounts } from './space_counts';

const INTERVAL_MS = 60_000;

export interface MetricsOptions {
  /** Whoever may write at the moment. */
  readonly client: () => Client;
  /** What one document is about; a minute. */
  readonly intervalMs?: number;
}

export interface MetricsSources extends MetricsOptions {
  readonly version: string;
  readonly log: Log;
  /** Findings that are not known to be in Elasticsearch. */
  pending(): number;
}

/**
 * Writes how many verdicts there were of each space, and how the bridge fares, into Elasticsearch: one small request each
 * interval. While Elasticsearch is away nothing is lost: what was tried is tried again as it was, once an interval, and what is
 * counted meanwhile goes into the interval after it. What one stream alone does not take is left out, so that it is in
 * no other's way. Never throws, and nothing waits for it.
 */
export class MetricsWriter {
  private readonly spaces = new SpaceCounts();
  private readonly differences = new BridgeDifferences();
  private readonly instance = randomUUID();
  private waiting: readonly BulkItem[] = [];
  private sequence = 0;
  private from = { at: new Date(), ms: performance.now() };
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;
  private told: string | undefined;
  private status: () => BridgeStatus | undefined = () => undefined;

  constructor(private readonly sources: MetricsSources) {}

  answered(findings: readonly Finding[], acks: readonly Ack[]): void {
    this.spaces.answered(findings, acks);
  }

  /**
   * To be called once the templates are there: a stream that is made before would have other mappings.
   * @param status undefined while the worker has not told
   */
  begin(status: () => BridgeStatus | undefined): void {
    this.status = status;
    this.timer ??= setInterval(() => void this.write(), this.sources.intervalMs ?? INTERVAL_MS).unref();
  }

  /** Writes what has been counted since, for so long at most. */
  async stop(ms: number): Promise<void> {
    if (this.timer === undefined) return;
    clearInterval(this.timer);
    const deadline = new AbortController();
    const late = sleep(ms, undefined, { signal: deadline.signal }).catch(() => undefined);
    await Promise.race([this.writeLast(), late]);
    deadline.abort();
  }

  private async writeLast(): Promise<void> {
    await this.writing;
    if (this.waiting.length > 0) await this.write();
    if (this.waiting.length === 0) await this.write({ isLast: true });
  }

  private write({ isLast = false } = {}): Promise<void> {
    this.writing ??= this.writeOnce(isLast).finally(() => (this.writing = undefined));
    return this.writing;
  }

  private async writeOnce(isLast: boolean): Promise<void> {
    if (this.waiting.length === 0) this.waiting = this.take(isLast);
    const written = await bulkCreate(this.sources.client(), this.waiting);
    const isAway = written.every((each) => typeof each === 'object');
    this.waiting = isAway ? this.waiting.filter((_, at) => isWorthAnother(written[at]!)) : [];
    this.tell(written);
  }

  private take(isLast: boolean): BulkItem[] {
    const { pending, version } = this.sources;
    const [at, ms] = [new Date(), performance.now()];
    const { instance, from } = this;
    const interval = { from: from.at, to: at, ms: ms - from.ms, instance, version, sequence: this.sequence++ };
    this.from = { at, ms };
    const items = [...this.spaces.take()].map(([space, verdicts]) => verdictsItem(space, verdicts, interval));
    const status = this.status();
    if (status === undefined) return items;
    const counts = this.differences.take(status.counters);
    // one that was only started and stopped again has nothing to say
    if (isLast && Object.values(counts).every((count) => count === 0)) return items;
    const { openTraces, journalBytes } = status.gauges;
    const gauges = { open_traces: openTraces, journal_bytes: journalBytes, index_pending: pending() };
    return [...items, bridgeItem({ ...counts, ...gauges }, interval)];
  }

  private tell(written: readonly Written[]): void {
    const [reason] = written.flatMap((each) => reasonOf(each) ?? []);
    if (reason !== undefined && reason !== this.told) {
      this.sources.log.info({ reason }, 'Metrics of the bridge are not written into Elasticsearch just now');
    }
    if (written.length > 0) this.told = reason;
  }
}

const reasonOf = (written: Written): string | undefined =>
  typeof written === 'string' ? undefined : 'retry' in written ? written.retry : written.rejected;

/** Without the privilege it would wait for good. */
const isWorthAnother = (written: Written): boolean =>
  typeof written === 'object' && 'retry' in written && !written.retry.startsWith('403 ');
