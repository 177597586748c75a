import type { PartField, SpanField } from '../dsl/plan';
import type { Scope, SpanEvent, SpanLink, SpanView } from '../trace/span';
import { serviceOf } from '../trace/span';
import { timedOut } from './timed_out';

export const SPAN_READERS: Readonly<Record<SpanField, (span: SpanView) => unknown>> = {
  name: (span) => span.name,
  kind: (span) => span.kind,
  status: (span) => span.status,
  statusMessage: (span) => span.statusMessage,
  timedOut,
  startTime: (span) => span.startUs / 1000,
  endTime: (span) => span.endUs / 1000,
  duration: (span) => (span.endUs - span.startUs) / 1000,
  traceId: (span) => span.traceId,
  spanId: (span) => span.spanId,
  parentSpanId: (span) => span.parentSpanId,
  service: serviceOf,
  isRoot: (span) => span.parentSpanId === null,
};

/** Reads of events, links and instrumentation scopes. */
export const PART_READERS: Readonly<Record<PartField, (part: SpanEvent & SpanLink & Scope) => unknown>> = {
  name: (part) => part.name,
  time: (part) => part.timeUs / 1000,
  traceId: (part) => part.traceId,
  spanId: (part) => part.spanId,
  version: (part) => part.version,
};
