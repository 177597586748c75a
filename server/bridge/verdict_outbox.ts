import type { Finding } from '../../common/violations/finding';
import type { Position } from './journal/position';
import type { Ack } from './messages';

const MAX_BATCH = 500;

/** The findings of one trace on their way into the store. */
export interface Consignment {
  readonly key: string;
  readonly findings: readonly Finding[];
  /** The first request that brought a span of the trace. */
  readonly firstPosition: Position;
  /** Told once the store has answered for all findings. */
  onStored(): void;
}

interface Batch {
  readonly size: number;
  readonly consignments: readonly Underway[];
}

interface Underway {
  readonly consignment: Consignment;
  batches: number;
}

/** Posts findings to the host in numbered batches and knows which traces have some that it has not acknowledged. */
export class VerdictOutbox {
  private readonly posted = new Map<number, Batch>();
  private readonly underway = new Map<string, Underway>();
  private waiting: Finding[] = [];
  private waitingFor = new Set<Underway>();
  private lastBatch = 0;
  private count = 0;
  private posting: Promise<void> = Promise.resolve();

  /** @param ready resolves once what a batch needs to survive a crash has been noted; it is posted then */
  constructor(
    private readonly post: (batch: number, items: readonly Finding[]) => void,
    private readonly ready?: () => Promise<void>,
  ) {}

  /** Findings that are not in the store yet, as far as is known here. */
  get unacknowledged(): number {
    return this.count;
  }

  /** The first request that brought a span of a trace with such findings; Infinity where there is none. */
  get firstPosition(): Position {
    let first = Infinity;
    for (const { consignment } of this.underway.values()) first = Math.min(first, consignment.firstPosition);
    return first;
  }

  /** Whether the trace has such findings. */
  has(key: string): boolean {
    return this.underway.has(key);
  }

  /** Takes at least one finding of a trace that has none underway. */
  add(consignment: Consignment): void {
    const underway: Underway = { consignment, batches: 0 };
    this.underway.set(consignment.key, underway);
    for (const finding of consignment.findings) {
      this.waiting.push(finding);
      if (!this.waitingFor.has(underway)) {
        this.waitingFor.add(underway);
        underway.batches += 1;
      }
      this.count += 1;
      if (this.waiting.length >= MAX_BATCH) this.flush();
    }
  }

  flush(): void {
    if (this.waiting.length === 0) return;
    const items = this.waiting;
    this.lastBatch += 1;
    const batch = this.lastBatch;
    this.posted.set(batch, { size: items.length, consignments: [...this.waitingFor] });
    this.waiting = [];
    this.waitingFor = new Set();
    if (this.ready === undefined) this.post(batch, items);
    else this.posting = this.posting.then(this.ready).then(() => this.post(batch, items));
  }

  /** Gives the reasons of those that the store refused for good. */
  acknowledge(batch: number, results: readonly Ack[]): readonly string[] {
    const posted = this.posted.get(batch);
    if (posted === undefined) return [];
    this.posted.delete(batch);
    this.count -= posted.size;
    for (const underway of posted.consignments) {
      underway.batches -= 1;
      const { key, onStored } = underway.consignment;
      if (underway.batches > 0) continue;
      this.underway.delete(key);
      onStored();
    }
    return results.flatMap((result) => (typeof result === 'object' && 'rejected' in result ? [result.rejected] : []));
  }
}
