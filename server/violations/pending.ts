import type { BeTraceError } from '../../common/errors';
import type { Ack } from '../../common/violations/ack';
import type { Draft } from './document';

/** Bounds of one request to Elasticsearch. */
const MAX_BATCH_ITEMS = 200;
const MAX_BATCH_BYTES = 4 * 1024 * 1024;

/** What a log line or a dead letter says of an entry: ids, no content. */
export interface Where {
  readonly ruleId: string;
  readonly ruleVersion: string;
  readonly traceId?: string;
}

/** `retried` may be many times, one of the others comes last. */
export type PendingCount = 'created' | 'exists' | 'rejected' | 'retried';

/** Something on its way into the store. */
export interface Pending {
  /** The violation's id. */
  readonly key: string;
  readonly where: Where;
  /** Its documents: the same for every attempt, and made for each, since many may wait for long. */
  readonly make: () => Draft;
  readonly count: (what: PendingCount) => void;
  readonly resolve: (ack: Ack) => void;
  readonly reject: (error: BeTraceError) => void;
  /** In bytes, once it was made. */
  size?: number;
  attempts: number;
}

export interface Batch {
  readonly entries: Pending[];
  readonly drafts: Draft[];
}

/** Takes from the front of the queue what goes into one request; apart, what no documents can be made of. */
export function takeBatch(queue: Pending[]): Batch & { readonly unmakeable: Pending[] } {
  const batch: Batch = { entries: [], drafts: [] };
  const unmakeable: Pending[] = [];
  let bytes = 0;
  let taken = 0;
  for (const entry of queue) {
    if (batch.entries.length === MAX_BATCH_ITEMS) break;
    if (batch.entries.length > 0 && bytes + (entry.size ?? 0) > MAX_BATCH_BYTES) break;
    try {
      const draft = entry.make();
      entry.size ??= Buffer.byteLength(JSON.stringify(draft));
      if (batch.entries.length > 0 && bytes + entry.size > MAX_BATCH_BYTES) break;
      bytes += entry.size;
      batch.entries.push(entry);
      batch.drafts.push(draft);
    } catch {
      unmakeable.push(entry);
    }
    taken++;
  }
  queue.splice(0, taken);
  return { ...batch, unmakeable };
}
