import type { SpanFields } from './span';
import type { Attributes, Value } from './value';

const byKey = (a: readonly [string, unknown], b: readonly [string, unknown]): number =>
  a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;

const sortedPairs = (attributes: Attributes): unknown[] =>
  [...attributes].sort(byKey).map(([key, value]) => [key, tagged(value)]);

/** Attribute values have no plain objects, so objects can carry what JSON has no form for. */
function tagged(value: Value): unknown {
  if (typeof value === 'bigint') return { i: value.toString() };
  if (typeof value === 'number') {
    return Number.isFinite(value) && !Object.is(value, -0) ? value : { d: Object.is(value, -0) ? '-0' : String(value) };
  }
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return (value as readonly Value[]).map(tagged);
  return { m: sortedPairs(value as Attributes) };
}

/**
 * One text for one content of a span: a JSON array of its fields in the order below, keys of attributes sorted by UTF-16
 * unit, what JSON lacks as `{"i":…}` (integers beyond 2^53), `{"d":…}` (NaN, infinities, -0) and `{"m":[…]}` (key-value
 * lists), everything outside ASCII escaped as `\uXXXX`. So its characters are its bytes, and `<` compares bytes.
 */
export function canonicalSpan(span: SpanFields): string {
  const text = JSON.stringify([
    span.traceId,
    span.spanId,
    span.parentSpanId,
    span.name,
    span.kind,
    span.status,
    span.statusMessage,
    span.startUs,
    span.endUs,
    span.flags,
    sortedPairs(span.attributes),
    sortedPairs(span.resource),
    [span.scope.name, span.scope.version],
    span.events.map((event) => [event.name, event.timeUs, sortedPairs(event.attributes)]),
    span.links.map((link) => [link.traceId, link.spanId, sortedPairs(link.attributes)]),
    [span.dropped.attributes, span.dropped.events, span.dropped.links],
  ]);
  return text.replace(/[^\0-~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
