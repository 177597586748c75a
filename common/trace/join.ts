import { canonicalSpan } from './canonical';
import type { SpanView } from './span';
import type { TraceView } from './trace';

/** OTLP `SpanFlags`: whether the sender knew if the parent is remote, and whether it is. */
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

export interface TraceParts extends Pick<TraceView, 'traceId' | 'spaces' | 'source'> {
  readonly spans: Iterable<SpanView>;
  readonly truncated: boolean;
  readonly split: boolean;
  readonly lossy: readonly string[];
}

/** Of two spans with one id, the one that stands: with the later end, then with the greater canonical form. */
export function standing<S extends SpanView>(a: S, b: S): S {
  if (a === b || a.endUs > b.endUs) return a;
  if (b.endUs > a.endUs) return b;
  return canonicalSpan(b) > canonicalSpan(a) ? b : a;
}

/** Whether the sender said that the span's parent lives in another process. */
export const hasRemoteParent = (span: SpanView): boolean =>
  (span.flags & HAS_IS_REMOTE) !== 0 && (span.flags & IS_REMOTE) !== 0;

/**
 * Whether a trace, or the part of it that one process saw, begins with the span: it has no parent, its parent is marked
 * remote, or it serves or consumes and its parent is unknown.
 */
export function isEntrySpan(span: SpanView, isKnown: (spanId: string) => boolean): boolean {
  if (span.parentSpanId === null || hasRemoteParent(span)) return true;
  return (span.kind === 'SERVER' || span.kind === 'CONSUMER') && !isKnown(span.parentSpanId);
}

const byStart = (a: SpanView, b: SpanView): number =>
  a.startUs - b.startUs || (a.spanId < b.spanId ? -1 : a.spanId > b.spanId ? 1 : 0);

/**
 * The one view of a set of spans, the same for every order and duplication of them: one span for each id, in
 * (startUs, spanId) order, with what is known to be missing. All spans must be of the trace.
 */
export function joinTrace({ spans, truncated, split, lossy, ...trace }: TraceParts): TraceView {
  const byId = new Map<string, SpanView>();
  for (const span of spans) {
    const other = byId.get(span.spanId);
    byId.set(span.spanId, other === undefined ? span : standing(other, span));
  }
  const isKnown = (spanId: string): boolean => byId.has(spanId);
  let orphans = 0;
  let dropped = 0;
  for (const span of byId.values()) {
    if (!isEntrySpan(span, isKnown) && !isKnown(span.parentSpanId!)) orphans += 1;
    dropped += span.dropped.attributes + span.dropped.events + span.dropped.links;
  }
  return {
    traceId: trace.traceId,
    spaces: trace.spaces,
    source: trace.source,
    spans: [...byId.values()].sort(byStart),
    flags: { orphans, truncated, split, dropped, lossy },
  };
}
