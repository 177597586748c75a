import { joinTrace, standing } from '../../common/trace/join';
import type { TraceView } from '../../common/trace/trace';
import type { Position } from './journal/position';
import type { BridgeSettings } from './messages';
import { OpenTrace, type QueueName, TraceQueue } from './open_trace';
import type { OtlpSpan } from './otlp_span';
import { gather, isDispute } from './gather';
import { SettledIds } from './settled_ids';
import type { SettledTrace } from './settled_traces';
import type { WantedAttributes } from './wanted_attributes';

/** What an open trace takes besides its spans. */
const TRACE_BYTES = 1_300;
const POSITION_BYTES = 16;

export type Recalled = Pick<TraceView, 'traceId' | 'spaces'>;

/** Where a span was received from. */
export interface Source {
  /** The request's in the journal. */
  readonly position: Position;
  /** Of the attributes that it was decoded by. */
  readonly generation: number;
}

/** Where spans can be had again, with other attributes or after they were judged. */
export interface Memory {
  settled(key: string): SettledTrace | undefined;
  /** Has it remembered for as long as if it had been judged now; false where it is not remembered. */
  refresh(key: string): boolean;
  /** The attributes that spans must have to be judged now. */
  wanted(): WantedAttributes;
  /** A trace's spans from these requests, with these attributes; undefined where one can't be read any more. */
  recall(trace: Recalled, positions: readonly Position[], keys: WantedAttributes['keys']): OtlpSpan[] | undefined;
}

export interface TraceBufferOptions extends Pick<
  BridgeSettings,
  'settleMs' | 'rootSettleMs' | 'maxTraceMs' | 'maxOpenBytes' | 'maxSpansPerTrace'
> {
  /** How many settled traces are remembered by their ids. */
  readonly maxSettledIds: number;
  readonly seed: number;
  /** Without one, what comes late is judged alone and flagged. */
  readonly memory?: Memory | undefined;
  /** Whether verdicts of the trace are on their way to the store: until they are there it is not judged again. */
  isHeld?(key: string): boolean;
}

/** A trace that is to be judged now. */
export interface ClosedTrace {
  /** Spaces and id in one text. */
  readonly key: string;
  readonly trace: TraceView;
  readonly openedAt: number;
  /** `settled`: quiet for long enough. The others were judged before that: too old, the bytes needed, or the bridge stops. */
  readonly why: 'settled' | 'aged' | 'evicted' | 'drained';
  /** All requests that brought its spans. */
  readonly positions: readonly Position[];
  /** What was found when it was judged before; undefined the first time, or where that is forgotten. */
  readonly earlier: SettledTrace | undefined;
  /** How many of its spans were not there then. */
  readonly lateSpans: number;
  /** All its spans were judged before, and the store has the verdicts. */
  readonly unchanged: boolean;
  /** It was judged by an earlier run, and nobody knows whether the store has its verdicts. */
  readonly unsure: boolean;
  /** It was begun by an earlier run of the bridge. */
  readonly recovered: boolean;
}

/**
 * Gathers spans into traces until these have settled. Pure: its clock is what callers say, in milliseconds, never running
 * backwards. Every call takes constant time for each span or trace that it is about: as the quiet time is the same for all
 * traces of a queue, the order of last touch is the order of settling, and the order of opening that of growing too old.
 */
export class TraceBuffer {
  /** What is added belongs to an earlier run. */
  recovering = false;
  readonly counters = { duplicates: 0, late: 0, capped: 0, truncated: 0, evicted: 0 };
  private readonly open = new Map<string, OpenTrace>();
  private readonly queues = {
    touched: new TraceQueue('touched'),
    rooted: new TraceQueue('rooted'),
    opened: new TraceQueue('opened'),
  };
  private readonly settled: SettledIds;
  private bytes = 0;

  constructor(private readonly options: TraceBufferOptions) {
    this.settled = new SettledIds(options.maxSettledIds, options.seed);
  }

  get openTraces(): number {
    return this.open.size;
  }

  /** What the open traces take on the heap, about. */
  get openBytes(): number {
    return this.bytes;
  }

  /** The first request that brought a span of a trace that is open; Infinity where there is none. */
  get firstPosition(): Position {
    const queue = this.queues.opened;
    let first = Infinity;
    for (let trace = queue.first; trace; trace = queue.after(trace)) {
      first = Math.min(first, trace.positions[0] ?? Infinity);
      // traces are opened in the order of what opens them, but for those that an earlier run was not sure of
      if (!trace.unsure && trace.positions.length > 0) break;
    }
    return first;
  }

  /**
   * Adds spans of one delivery; each goes to its trace, apart for each set of spaces.
   * @param source where there is a journal
   */
  add(spaces: readonly string[], spans: readonly OtlpSpan[], now: number, source?: Source): void {
    const prefix = prefixOf(spaces);
    let trace: OpenTrace | undefined;
    for (let at = 0; at < spans.length; at += 1) {
      const span = spans[at]!;
      if (trace?.traceId !== span.traceId) {
        trace = this.touch(prefix, spaces, span.traceId, now, source);
        trace.spans.expect(runOf(spans, at));
      }
      this.join(trace, span);
    }
  }

  /** A trace that an earlier run judged. */
  remember(key: string): void {
    this.settled.add(key);
  }

  /** A trace that an earlier run judged, and nobody knows whether the store has its verdicts. */
  reopen(traceId: string, spaces: readonly string[], now: number): void {
    const trace = this.touch(prefixOf(spaces), spaces, traceId, now, undefined);
    trace.unsure = true;
  }

  /**
   * The next trace to judge, if one is due: the least recently touched while there are too many bytes, else one that is too
   * old, else one that is quiet. `all`: any, for the bridge stops.
   */
  next(now: number, all = false): ClosedTrace | undefined {
    const oldest = this.firstFree('opened');
    if (oldest === undefined) return undefined;
    if (this.bytes > this.options.maxOpenBytes) return this.close(this.stalest()!, now, 'evicted');
    if (now - oldest.openedAt >= this.options.maxTraceMs) return this.close(oldest, now, 'aged');
    for (const queue of ['rooted', 'touched'] as const) {
      const first = this.firstFree(queue);
      if (first && this.isQuiet(first, now)) return this.close(first, now, 'aged');
    }
    return all ? this.close(oldest, now, 'drained') : undefined;
  }

  /** Closes the trace that has been open for longest, so that the journal can go on. */
  closeOldest(now: number): ClosedTrace | undefined {
    const oldest = this.firstFree('opened');
    return oldest && this.close(oldest, now, 'evicted');
  }

  private firstFree(name: QueueName): OpenTrace | undefined {
    const queue = this.queues[name];
    let trace = queue.first;
    while (trace && this.options.isHeld?.(trace.key)) trace = queue.after(trace);
    return trace;
  }

  private stalest(): OpenTrace | undefined {
    const touched = this.firstFree('touched');
    const rooted = this.firstFree('rooted');
    if (touched === undefined || rooted === undefined) return touched ?? rooted;
    return rooted.touchedAt < touched.touchedAt ? rooted : touched;
  }

  private isQuiet(trace: OpenTrace, now: number): boolean {
    const { settleMs, rootSettleMs } = this.options;
    return now - trace.touchedAt >= (trace.queue === 'rooted' ? rootSettleMs : settleMs);
  }

  private touch(
    prefix: string,
    spaces: readonly string[],
    traceId: string,
    now: number,
    source: Source | undefined,
  ): OpenTrace {
    const key = prefix + traceId;
    let trace = this.open.get(key);
    if (trace === undefined) trace = this.begin(new OpenTrace(key, traceId, spaces, now));
    else {
      trace.touchedAt = now;
      this.queues[trace.queue].moveToEnd(trace);
    }
    if (source !== undefined && trace.positions.at(-1) !== source.position) {
      trace.positions.push(source.position);
      trace.generation = Math.min(trace.generation, source.generation);
      this.charge(trace, POSITION_BYTES);
    }
    return trace;
  }

  private begin(trace: OpenTrace): OpenTrace {
    const { key } = trace;
    trace.recovered = this.recovering;
    trace.late = this.options.memory?.refresh(key) === true || this.settled.has(key);
    this.charge(trace, TRACE_BYTES);
    this.open.set(key, trace);
    this.queues.touched.push(trace);
    this.queues.opened.push(trace);
    return trace;
  }

  private join(trace: OpenTrace, span: OtlpSpan): void {
    const { spans } = trace;
    const before = spans.heldBytes;
    const place = spans.find(span.spanId);
    let isNewOrigin: boolean;
    if (place >= 0) {
      const other = spans.at(place);
      this.counters.duplicates += 1;
      trace.isDisputed ||= isDispute(other, span);
      if (standing(other, span) === other) return;
      isNewOrigin = spans.replace(place, span);
    } else if (spans.size >= this.options.maxSpansPerTrace) {
      this.counters.capped += 1;
      trace.truncated = true;
      return;
    } else {
      if (trace.late) this.counters.late += 1;
      isNewOrigin = spans.add(span);
    }
    this.charge(trace, spans.heldBytes - before + (isNewOrigin ? span.origin.bytes : 0));
    if (span.parentSpanId === null && trace.queue === 'touched') this.seeRoot(trace);
  }

  /** A root ends last, mostly: what is still to come will not be long. */
  private seeRoot(trace: OpenTrace): void {
    this.queues.touched.remove(trace);
    trace.queue = 'rooted';
    this.queues.rooted.push(trace);
  }

  private charge(trace: OpenTrace, bytes: number): void {
    trace.bytes += bytes;
    this.bytes += bytes;
  }

  private close(open: OpenTrace, now: number, reason: ClosedTrace['why']): ClosedTrace {
    const { key, traceId, spaces, openedAt, recovered } = open;
    const { memory } = this.options;
    const earlier = open.late ? memory?.settled(key) : undefined;
    this.open.delete(key);
    this.queues[open.queue].remove(open);
    this.queues.opened.remove(open);
    this.bytes -= open.bytes;
    this.settled.add(key);
    const why = this.isQuiet(open, now) ? 'settled' : reason;
    const { spans: known, lateSpans, isLost } = gather(open, earlier, memory);
    const isCapped = known.length > this.options.maxSpansPerTrace;
    const truncated = open.truncated || isLost || isCapped || why !== 'settled';
    if (truncated) this.counters.truncated += 1;
    if (why === 'evicted') this.counters.evicted += 1;
    const spans = isCapped ? known.slice(0, this.options.maxSpansPerTrace) : known;
    const trace = joinTrace({ traceId, spaces, source: 'otlp', spans, truncated, split: false, lossy: [] });
    return {
      key,
      trace,
      openedAt,
      why,
      positions: earlier ? inOrder([...earlier.positions, ...open.positions]) : open.positions,
      earlier,
      lateSpans,
      unchanged: earlier !== undefined && !isLost && lateSpans === 0 && !open.unsure,
      unsure: open.unsure,
      recovered,
    };
  }
}

/** How many spans of one trace follow one another from there. */
function runOf(spans: readonly OtlpSpan[], from: number): number {
  const { traceId } = spans[from]!;
  let end = from + 1;
  while (end < spans.length && spans[end]!.traceId === traceId) end += 1;
  return end - from;
}

const inOrder = (positions: readonly Position[]): Position[] => [...new Set(positions)].sort((a, b) => a - b);

/** Traces of different spaces never meet; the order in which a credential names its spaces doesn't matter. */
export const prefixOf = (spaces: readonly string[]): string => `${JSON.stringify([...new Set(spaces)].sort())} `;
