import { joinTrace, standing } from '../../common/trace/join';
import type { TraceView } from '../../common/trace/trace';
import type { BridgeSettings } from './messages';
import { OpenTrace, TraceQueue } from './open_trace';
import type { OtlpSpan } from './otlp_span';
import { SettledIds } from './settled_ids';

/** What an open trace takes besides its spans, and a span in it besides itself. */
export const TRACE_BYTES = 700;
export const ENTRY_BYTES = 60;

export interface TraceBufferOptions extends Pick<
  BridgeSettings,
  'settleMs' | 'maxTraceMs' | 'maxOpenBytes' | 'maxSpansPerTrace'
> {
  /** How many settled traces are remembered. */
  readonly maxSettledIds: number;
  readonly seed: number;
}

/** A trace that is to be judged now. */
export interface ClosedTrace {
  readonly trace: TraceView;
  readonly openedAt: number;
  /** `settled`: quiet for long enough. The others were judged before that: too old, the bytes needed, or the bridge stops. */
  readonly why: 'settled' | 'aged' | 'evicted' | 'drained';
}

/**
 * Gathers spans into traces until these have settled. Pure: its clock is what callers say, in milliseconds, never running
 * backwards. Every call takes constant time for each span or trace that it is about: as the quiet time is the same for all,
 * the order of last touch is the order of settling, and the order of opening that of growing too old.
 */
export class TraceBuffer {
  readonly counters = { duplicates: 0, late: 0, capped: 0, truncated: 0, evicted: 0 };
  private readonly open = new Map<string, OpenTrace>();
  private readonly touched = new TraceQueue('touched');
  private readonly opened = new TraceQueue('opened');
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

  /** Adds spans of one delivery; each goes to its trace, apart for each set of spaces. */
  add(spaces: readonly string[], spans: readonly OtlpSpan[], now: number): void {
    const prefix = prefixOf(spaces);
    let trace: OpenTrace | undefined;
    for (const span of spans) {
      if (trace?.traceId !== span.traceId) trace = this.touch(prefix, spaces, span.traceId, now);
      this.join(trace, span);
    }
  }

  /**
   * The next trace to judge, if one is due: the least recently touched while there are too many bytes, else one that is too
   * old, else one that is quiet. `all`: any, for the bridge stops.
   */
  next(now: number, all = false): ClosedTrace | undefined {
    const stalest = this.touched.first;
    if (stalest === undefined) return undefined;
    const oldest = this.opened.first!;
    if (this.bytes > this.options.maxOpenBytes) return this.close(stalest, now, 'evicted');
    if (now - oldest.openedAt >= this.options.maxTraceMs) return this.close(oldest, now, 'aged');
    if (all || this.isQuiet(stalest, now)) return this.close(stalest, now, 'drained');
    return undefined;
  }

  private isQuiet(trace: OpenTrace, now: number): boolean {
    return now - trace.touchedAt >= this.options.settleMs;
  }

  private touch(prefix: string, spaces: readonly string[], traceId: string, now: number): OpenTrace {
    const key = prefix + traceId;
    let trace = this.open.get(key);
    if (trace === undefined) {
      trace = new OpenTrace(key, traceId, spaces, now);
      trace.late = this.settled.has(key);
      trace.truncated = trace.late;
      trace.bytes = TRACE_BYTES;
      this.bytes += TRACE_BYTES;
      this.open.set(key, trace);
      this.touched.push(trace);
      this.opened.push(trace);
    } else {
      trace.touchedAt = now;
      this.touched.moveToEnd(trace);
    }
    return trace;
  }

  private join(trace: OpenTrace, span: OtlpSpan): void {
    const other = trace.spans.get(span.spanId);
    if (other !== undefined) {
      this.counters.duplicates += 1;
      const stands = standing(other, span);
      if (stands === other) return;
      this.charge(trace, stands.bytes - other.bytes);
    } else if (trace.spans.size >= this.options.maxSpansPerTrace) {
      this.counters.capped += 1;
      trace.truncated = true;
      return;
    } else {
      if (trace.late) this.counters.late += 1;
      this.charge(trace, span.bytes + ENTRY_BYTES);
    }
    trace.spans.set(span.spanId, span);
    if (span.resource !== trace.lastResource || span.scope !== trace.lastScope) {
      trace.lastResource = span.resource;
      trace.lastScope = span.scope;
      this.charge(trace, span.sharedBytes);
    }
  }

  private charge(trace: OpenTrace, bytes: number): void {
    trace.bytes += bytes;
    this.bytes += bytes;
  }

  private close(open: OpenTrace, now: number, reason: 'aged' | 'evicted' | 'drained'): ClosedTrace {
    this.open.delete(open.key);
    this.touched.remove(open);
    this.opened.remove(open);
    this.bytes -= open.bytes;
    this.settled.add(open.key);
    const why = this.isQuiet(open, now) ? 'settled' : reason;
    const truncated = open.truncated || why !== 'settled';
    if (truncated) this.counters.truncated += 1;
    if (why === 'evicted') this.counters.evicted += 1;
    const trace = joinTrace({
      traceId: open.traceId,
      spaces: open.spaces,
      source: 'otlp',
      spans: open.spans.values(),
      truncated,
      split: false,
      lossy: [],
    });
    return { trace, openedAt: open.openedAt, why };
  }
}

/** Traces of different spaces never meet; the order in which a credential names its spaces doesn't matter. */
const prefixOf = (spaces: readonly string[]): string => `${JSON.stringify([...new Set(spaces)].sort())} `;
