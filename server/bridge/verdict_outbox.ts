import type { Judgement } from '../../common/engine';
import type { Ack } from './messages';

const MAX_BATCH = 500;

/** Posts judgements to the host in numbered batches and counts those that it has not acknowledged. */
export class VerdictOutbox {
  private readonly posted = new Map<number, number>();
  private waiting: Judgement[] = [];
  private lastBatch = 0;
  private count = 0;

  constructor(private readonly post: (batch: number, items: readonly Judgement[]) => void) {}

  /** Judgements that are not in the store yet, as far as is known here. */
  get unacknowledged(): number {
    return this.count;
  }

  add(items: readonly Judgement[]): void {
    for (const item of items) {
      this.waiting.push(item);
      this.count += 1;
      if (this.waiting.length >= MAX_BATCH) this.flush();
    }
  }

  flush(): void {
    if (this.waiting.length === 0) return;
    const items = this.waiting;
    this.waiting = [];
    this.lastBatch += 1;
    this.posted.set(this.lastBatch, items.length);
    this.post(this.lastBatch, items);
  }

  /** Gives the reasons of those that the store refused for good. */
  acknowledge(batch: number, results: readonly Ack[]): readonly string[] {
    const size = this.posted.get(batch);
    if (size === undefined) return [];
    this.posted.delete(batch);
    this.count -= size;
    return results.flatMap((result) => (typeof result === 'object' ? [result.rejected] : []));
  }
}
