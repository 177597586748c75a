import type { Judgement } from '../../common/engine/judgement';
import type { BeTraceError } from '../../common/errors';
import type { Ack } from '../../common/violations/ack';
import type { Signed } from './sign';

/** Bounds of one request to Elasticsearch. */
const MAX_BATCH_ITEMS = 200;
const MAX_BATCH_BYTES = 4 * 1024 * 1024;

export interface Made {
  readonly signed: Signed;
  readonly bytes: number;
}

/** A judgement on its way into the store. */
export interface Pending {
  readonly judgement: Judgement;
  readonly foundAt: Date;
  readonly resolve: (ack: Ack) => void;
  readonly reject: (error: BeTraceError) => void;
  /** Its documents, once they were made: the same for every attempt. */
  made?: Made;
  attempts: number;
}

/** What a log line or a dead letter says of a judgement: ids, no content. */
export const where = ({ judgement }: Pending): { ruleId: string; ruleVersion: string; traceId: string } => ({
  ruleId: judgement.rule.id,
  ruleVersion: judgement.rule.version,
  traceId: judgement.traceId,
});

/** Takes from the front of the queue what goes into one request; apart, what no documents can be made of. */
export function takeBatch(
  queue: Pending[],
  make: (entry: Pending) => Made,
): { readonly batch: Pending[]; readonly unmakeable: Pending[] } {
  const batch: Pending[] = [];
  const unmakeable: Pending[] = [];
  let bytes = 0;
  let taken = 0;
  for (const entry of queue) {
    if (batch.length === MAX_BATCH_ITEMS) break;
    try {
      entry.made ??= make(entry);
    } catch {
      unmakeable.push(entry);
      taken++;
      continue;
    }
    if (batch.length > 0 && bytes + entry.made.bytes > MAX_BATCH_BYTES) break;
    bytes += entry.made.bytes;
    batch.push(entry);
    taken++;
  }
  queue.splice(0, taken);
  return { batch, unmakeable };
}
