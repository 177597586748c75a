import fc from 'fast-check';
import { fieldsOf } from '../../common/engine/test_support/traces';
import { joinTrace } from '../../common/trace/join';
import { createSpan, type SpanView } from '../../common/trace/span';
import type { TraceView } from '../../common/trace/trace';
import type { Value } from '../../common/trace/value';
import { spanLists } from '../language/arbitrary_traces';

/** The language's traces, each with an id of its own, at a real time, with attributes as layouts have them. */
export const realTraces = (count: number, startUs: number): TraceView[] =>
  fc
    .sample(
      spanLists.filter((spans) => spans.length > 0),
      count,
    )
    .map((spans, at) => realTrace(at + 1, spans, startUs));

const traceIdOf = (number: number): string =>
  (number * 2_654_435_761).toString(16).slice(0, 8).padStart(8, '0') + number.toString(16).padStart(24, '0');

function realTrace(number: number, spans: readonly SpanView[], startUs: number): TraceView {
  const traceId = traceIdOf(number);
  return joinTrace({
    ...{ traceId, spaces: ['default'], source: 'otlp', truncated: false, split: false, lossy: [] },
    spans: spans.map((span, at) => {
      const fields = fieldsOf(span);
      return createSpan({
        ...fields,
        traceId,
        startUs: startUs + fields.startUs,
        // an end before the start is no number that Elasticsearch takes
        endUs: startUs + Math.max(fields.startUs, fields.endUs),
        attributes: new Map([...storable(fields.attributes), ...(number % 3 === 0 ? [answered(at)] : [])]),
        resource: storable(fields.resource),
        events: fields.events.map((event) => ({ ...event, timeUs: startUs + event.timeUs })),
      });
    }),
  });
}

/** What APM takes a span's outcome from where it has none of its own. */
const answered = (at: number): [string, Value] => ['http.response.status_code', [200, 504, 404][at % 3]!];

/** One key has one kind of values: where it is a map for one span, no other span may have something else. */
const storable = (attributes: ReadonlyMap<string, Value>): Map<string, Value> =>
  new Map([...attributes].map(([key, value]) => [value instanceof Map ? `${key}_map` : key, value]));
