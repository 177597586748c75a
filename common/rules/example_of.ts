import type { RuleExample } from '../api/rule_examples';
import type { SpanView } from '../trace/span';
import type { Attributes, Value } from '../trace/value';
import { EXAMPLE_TRACE_ID, idOf } from './examples';

type ExampleSpan = RuleExample['spans'][number];

const US_PER_MS = 1_000;

/**
 * A trace's spans as an example tells them: times from the first start, ids as numbers. `traceOf` gives a trace of which
 * rules say the same, but for ids that they name, integers beyond 2^53, and what is known to be missing.
 */
export function exampleOf(spans: readonly SpanView[], matches: boolean): RuleExample {
  const numbers = new Map(spans.map(({ spanId }, i) => [spanId, i + 1]));
  const zero = spans.reduce((least, { startUs }) => Math.min(least, startUs), Infinity);
  return { matches, spans: spans.map((span) => spanOf(span, zero, numbers)) };
}

function spanOf(span: SpanView, zero: number, numbers: ReadonlyMap<string, number>): ExampleSpan {
  const parent = span.parentSpanId === null ? undefined : numbers.get(span.parentSpanId);
  const { 'service.name': service, ...resource } = jsonOf(span.resource) as Record<string, Json>;
  const atMs = (us: number): number => (us - zero) / US_PER_MS;
  return {
    name: span.name,
    ...(parent === undefined ? {} : { parent }),
    service: typeof service === 'string' ? service : '',
    ...(span.kind === 'INTERNAL' ? {} : { kind: span.kind }),
    ...(span.status === 'UNSET' ? {} : { status: span.status }),
    ...(span.statusMessage === '' ? {} : { statusMessage: span.statusMessage }),
    startMs: atMs(span.startUs),
    durationMs: (span.endUs - span.startUs) / US_PER_MS,
    ...(span.attributes.size === 0 ? {} : { attributes: jsonOf(span.attributes) }),
    ...(Object.keys(resource).length === 0 ? {} : { resource }),
    ...(span.events.length === 0
      ? {}
      : {
          events: span.events.map(({ name, timeUs, attributes }) => ({
            name,
            atMs: atMs(timeUs),
            ...(attributes.size === 0 ? {} : { attributes: jsonOf(attributes) }),
          })),
        }),
    ...(span.links.length === 0
      ? {}
      : {
          links: span.links.map(({ traceId, spanId, attributes }) => {
            const number = traceId === span.traceId ? numbers.get(spanId) : undefined;
            return {
              ...(number === undefined ? { traceId, spanId } : { traceId: EXAMPLE_TRACE_ID, spanId: idOf(number) }),
              ...(attributes.size === 0 ? {} : { attributes: jsonOf(attributes) }),
            };
          }),
        }),
    ...(span.scope.name === '' && span.scope.version === '' ? {} : { scope: { ...span.scope } }),
  };
}

type Json = NonNullable<ExampleSpan['attributes']>[string];

const jsonOf = (attributes: Attributes): Record<string, Json> =>
  Object.fromEntries([...attributes].map(([key, value]) => [key, jsonValue(value)]));

function jsonValue(value: Value): Json {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return null;
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? (value as readonly Value[]).map(jsonValue) : jsonOf(value as Attributes);
}
