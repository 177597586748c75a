import type { Feature } from '../../common/dsl/plan';
import { joinTrace } from '../../common/trace/join';
import type { SpanEvent, SpanView } from '../../common/trace/span';
import { createSpan } from '../../common/trace/span';
import type { TraceView } from '../../common/trace/trace';
import { apmDoubts, otelDoubts } from './doubts';
import { LOST, readSpan, type StoredSpan } from './mapping';
import type { Hit } from './pages';

/** Spans of one trace beyond this are not kept, as in the bridge; the trace is flagged. */
export const MAX_SPANS_PER_TRACE = 100_000;

/** The spans of one trace, as they were stored. */
export interface StoredTrace {
  readonly traceId: string;
  readonly spans: StoredSpan[];
  truncated: boolean;
  /** One of its spans was marked as what the filter asks for. */
  byFilter: boolean;
}

/** The name of the query that marks them. */
export const BY_FILTER = 'by_filter';

/** Puts documents that come by trace id together to traces; one is given when the next begins, the last at the end. */
export async function* tracesOf(pages: AsyncIterable<readonly Hit[]>): AsyncGenerator<StoredTrace, void, undefined> {
  let trace: StoredTrace | undefined;
  for await (const hits of pages) {
    for (const hit of hits) {
      const span = hit._source && readSpan(hit._source);
      if (span === undefined) continue;
      if (trace?.traceId !== span.traceId) {
        if (trace !== undefined) yield trace;
        trace = { traceId: span.traceId, spans: [], truncated: false, byFilter: false };
      }
      const { matched_queries: matched = [] } = hit;
      trace.byFilter ||= Array.isArray(matched) ? matched.includes(BY_FILTER) : BY_FILTER in matched;
      if (trace.spans.length < MAX_SPANS_PER_TRACE) trace.spans.push(span);
      else trace.truncated = true;
    }
  }
  if (trace !== undefined) yield trace;
}

/** Events of spans, by span id; undefined where they may not be read. */
export type EventsBySpan = ReadonlyMap<string, readonly SpanEvent[]> | undefined;

const NO_EVENTS: readonly SpanEvent[] = [];

/** The trace as rules see it, with what is lost of it. */
export function viewOf(stored: StoredTrace, spaces: readonly string[], events: EventsBySpan): TraceView {
  const isApm = stored.spans.some(({ layout }) => layout === 'es_apm');
  const lossy = new Set<Feature>(isApm ? LOST.es_apm : LOST.es_otel);
  if (events === undefined) lossy.add('events');
  if (stored.spans.some(({ inexact }) => inexact)) lossy.add('typed_attributes').add('attribute_keys');
  return joinTrace({
    traceId: stored.traceId,
    spaces,
    source: isApm ? 'es_apm' : 'es_otel',
    spans: stored.spans.map((span) => spanOf(span, events)),
    truncated: stored.truncated,
    split: false,
    lossy: [...lossy].sort(),
  });
}

function spanOf({ layout, inexact, apm, ...fields }: StoredSpan, events: EventsBySpan): SpanView {
  const doubts = apm ? apmDoubts(apm) : otelDoubts(fields, { inexact, events: events !== undefined });
  return createSpan({
    ...fields,
    flags: 0,
    events: events?.get(fields.spanId) ?? NO_EVENTS,
    ...(doubts ? { doubts } : {}),
  });
}
