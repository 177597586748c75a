import type { SpanView } from '../../../common/trace/span';
import type { Attributes, Value } from '../../../common/trace/value';

type Json = Record<string, unknown>;

/**
 * Documents as the collector's exporter writes them in mapping mode `otel`, written after its `otelserializer` (traces.go,
 * common.go, jsonwriter.go): the span, and each of its events.
 * @param ns of each time, beyond its microsecond
 */
export function otelDocuments(span: SpanView, ns = 0): { readonly span: Json; readonly events: Json[] } {
  const { resource, scope } = span;
  const shared = {
    resource: { ...attributesOf(resource) },
    scope: { ...text('name', scope.name), ...text('version', scope.version) },
  };
  return {
    span: {
      '@timestamp': timestamp(span.startUs, ns),
      data_stream: { type: 'traces', dataset: 'generic.otel', namespace: 'default' },
      trace_id: span.traceId,
      span_id: span.spanId,
      ...(span.parentSpanId === null ? {} : { parent_span_id: span.parentSpanId }),
      ...text('name', span.name),
      kind: capitalised(span.kind),
      duration: (span.endUs - span.startUs) * 1000,
      ...attributesOf(span.attributes),
      ...count('dropped_attributes_count', span.dropped.attributes),
      ...count('dropped_events_count', span.dropped.events),
      links: span.links.map((link) => ({
        ...text('trace_id', link.traceId),
        ...text('span_id', link.spanId),
        ...attributesOf(link.attributes),
      })),
      ...count('dropped_links_count', span.dropped.links),
      status: { ...text('message', span.statusMessage), code: capitalised(span.status) },
      ...shared,
    },
    events: span.events.map((event) => ({
      '@timestamp': timestamp(event.timeUs, 0),
      data_stream: { type: 'logs', dataset: 'generic.otel', namespace: 'default' },
      trace_id: span.traceId,
      span_id: span.spanId,
      ...text('event_name', event.name),
      ...attributesOf(
        event.name === '' ? event.attributes : new Map([...event.attributes, ['event.name', event.name]]),
      ),
      ...shared,
    })),
  };
}

/** Milliseconds, a dot, and nanoseconds as a number: zeros in front are left out. */
function timestamp(us: number, ns: number): string {
  const ms = Math.floor(us / 1000);
  return `${ms}.${(us - ms * 1000) * 1000 + ns}`;
}

const capitalised = (name: string): string => name[0]! + name.slice(1).toLowerCase();
const text = (key: string, value: string): Json => (value === '' ? {} : { [key]: value });
const count = (key: string, value: number): Json => (value === 0 ? {} : { [key]: value });

const LOCATION = /^(?:(.*)\.)?geo\.location\.(lat|lon)$/;

function attributesOf(attributes: Attributes): Json {
  if (attributes.size === 0) return {};
  const found: Json = Object.create(null);
  const places = new Map<string, { lat?: Value; lon?: Value }>();
  for (const [key, value] of attributes) {
    const [, prefix, which] = LOCATION.exec(key) ?? [];
    if (which === undefined || typeof value !== 'number') found[key] = json(value);
    else {
      const name = prefix === undefined ? 'geo.location' : `${prefix}.geo.location`;
      places.set(name, { ...places.get(name), [which]: value });
    }
  }
  for (const [name, { lat, lon }] of places) {
    if (lat !== undefined && lon !== undefined) found[name] = [json(lon), json(lat)];
    else if (lon !== undefined) found[`${name}.lon`] = json(lon);
    else found[`${name}.lat`] = json(lat!);
  }
  return { attributes: found };
}

function json(value: Value): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Value[]).map(json);
  const found: Json = Object.create(null);
  for (const [key, inner] of value as Attributes) found[key] = json(inner);
  return found;
}
