import type { SpanFields, SpanView } from '../../trace/span';
import { createSpan } from '../../trace/span';
import type { TraceFlags, TraceView } from '../../trace/trace';
import { NO_ATTRIBUTES } from '../../trace/value';
import type { Value } from '../../trace/value';

export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

export interface SpanSketch extends Partial<Omit<SpanFields, 'attributes' | 'resource'>> {
  readonly service?: string;
  readonly attributes?: Readonly<Record<string, Value>>;
  readonly resource?: Readonly<Record<string, Value>>;
}

/** A span in a few words; times in microseconds, ids made from a number. */
export function sketchSpan(number: number, { service = 'api', attributes, resource, ...fields }: SpanSketch): SpanView {
  const startUs = fields.startUs ?? 0;
  return createSpan({
    traceId: TRACE_ID,
    spanId: number.toString(16).padStart(16, '0'),
    parentSpanId: null,
    name: 'span',
    kind: 'INTERNAL',
    status: 'UNSET',
    statusMessage: '',
    startUs,
    endUs: startUs,
    flags: 0,
    scope: { name: '', version: '' },
    events: [],
    links: [],
    dropped: { attributes: 0, events: 0, links: 0 },
    ...fields,
    attributes: attributes ? new Map(Object.entries(attributes)) : NO_ATTRIBUTES,
    resource: new Map(Object.entries({ 'service.name': service, ...resource })),
  });
}

/** A trace of sketched spans, in (startUs, spanId) order. */
export function sketchTrace(sketches: readonly SpanSketch[], flags: Partial<TraceFlags> = {}): TraceView {
  const spans = sketches.map((sketch, i) => sketchSpan(i + 1, sketch));
  return traceOf(spans, flags);
}

export function traceOf(spans: readonly SpanView[], flags: Partial<TraceFlags> = {}): TraceView {
  return {
    traceId: TRACE_ID,
    spaces: ['default'],
    source: 'otlp',
    spans: [...spans].sort((a, b) => a.startUs - b.startUs || (a.spanId < b.spanId ? -1 : 1)),
    flags: { orphans: 0, truncated: false, split: false, dropped: 0, lossy: [], ...flags },
  };
}

/** What a span is made of, to make another of. */
export const fieldsOf = ({ attribute: _attribute, ...fields }: SpanView): SpanFields => fields;
