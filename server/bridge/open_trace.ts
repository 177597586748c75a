import type { Position } from './journal/position';
import { PackedSpans } from './packed_spans';

/** A trace that spans may still join; a link of two lists (`TraceQueue`). */
export class OpenTrace {
  readonly spans: PackedSpans;
  bytes = 0;
  touchedAt: number;
  /** Something of it is known to be missing: it was settled before, or has more spans than are kept. */
  truncated = false;
  /** It was settled before: what comes now comes late. */
  late = false;
  /** It was begun by an earlier run of the bridge. */
  recovered = false;
  /** It is to be judged even if nothing more comes: nobody knows whether the store has its verdicts. */
  unsure = false;
  /** The requests that brought its spans; empty without a journal. */
  readonly positions: Position[] = [];
  /** The least number of what the attributes of its spans were decoded by (`WantedAttributes`). */
  generation = Infinity;
  /** Spans with one id came that differ: which of them stands is told by all that they have. */
  isDisputed = false;
  /** Quiet traces of either queue are settled after a time of its own. */
  queue: 'touched' | 'rooted' = 'touched';
  readonly links: Record<QueueName, { before: OpenTrace | undefined; after: OpenTrace | undefined }> = {
    touched: { before: undefined, after: undefined },
    rooted: { before: undefined, after: undefined },
    opened: { before: undefined, after: undefined },
  };

  constructor(
    readonly key: string,
    readonly traceId: string,
    readonly spaces: readonly string[],
    readonly openedAt: number,
  ) {
    this.touchedAt = openedAt;
    this.spans = new PackedSpans(traceId);
  }
}

export type QueueName = 'touched' | 'rooted' | 'opened';

/** A doubly linked list through the traces themselves: joining at the end and leaving from anywhere in constant time. */
export class TraceQueue {
  private head: OpenTrace | undefined;
  private tail: OpenTrace | undefined;

  constructor(private readonly name: QueueName) {}

  get first(): OpenTrace | undefined {
    return this.head;
  }

  push(trace: OpenTrace): void {
    const link = trace.links[this.name];
    link.before = this.tail;
    link.after = undefined;
    if (this.tail === undefined) this.head = trace;
    else this.tail.links[this.name].after = trace;
    this.tail = trace;
  }

  remove(trace: OpenTrace): void {
    const { before, after } = trace.links[this.name];
    if (before === undefined) this.head = after;
    else before.links[this.name].after = after;
    if (after === undefined) this.tail = before;
    else after.links[this.name].before = before;
  }

  after(trace: OpenTrace): OpenTrace | undefined {
    return trace.links[this.name].after;
  }

  moveToEnd(trace: OpenTrace): void {
    if (this.tail === trace) return;
    this.remove(trace);
    this.push(trace);
  }
}
