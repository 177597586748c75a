import fc from 'fast-check';
import { joinTrace } from '../../common/trace/join';
import type { Kind, SpanFields, SpanView, Status } from '../../common/trace/span';
import { createSpan } from '../../common/trace/span';
import type { TraceView } from '../../common/trace/trace';
import type { Value } from '../../common/trace/value';

export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

const values = fc.constantFrom<Value>(
  1,
  2,
  2,
  'x',
  'y',
  true,
  false,
  null,
  2n ** 53n + 1n,
  ['x', 1],
  new Map([['k', 'x']]),
);
const attributes = fc
  .record({ k: values, 'order.id': fc.constantFrom<Value>('o1', 'o2') }, { requiredKeys: [] })
  .map((record) => new Map<string, Value>(Object.entries(record)));
const event = fc.record({
  name: fc.constantFrom('exception', 'log'),
  timeUs: fc.nat(9),
  attributes: fc.constantFrom<ReadonlyMap<string, Value>>(new Map(), new Map([['exception.type', 'TimeoutError']])),
});

interface Sketch {
  readonly fields: Omit<SpanFields, 'traceId' | 'spanId' | 'parentSpanId'>;
  readonly parent: number;
}

const sketch: fc.Arbitrary<Sketch> = fc
  .record({
    name: fc.constantFrom('a', 'a', 'b', 'c', 'ab'),
    kind: fc.constantFrom<Kind>('INTERNAL', 'INTERNAL', 'SERVER', 'CLIENT'),
    status: fc.constantFrom<Status>('UNSET', 'OK', 'ERROR'),
    statusMessage: fc.constantFrom('', '', 'timed out'),
    startUs: fc.nat(7),
    length: fc.constantFrom(0, 0, 1, 2, 3, -1),
    attributes,
    host: fc.constantFrom('h1', 'h2'),
    service: fc.constantFrom('s1', 's1', 's2'),
    shared: fc.constantFrom<readonly [string, Value][]>([], [], [], [['k', 'x']], [['k', 2]]),
    events: fc.array(event, { maxLength: 1 }),
    links: fc.constantFrom(
      [],
      [],
      [{ traceId: TRACE_ID, spanId: 'f'.repeat(16), attributes: new Map<string, Value>() }],
    ),
    dropped: fc.constantFrom(0, 0, 0, 1),
    parent: fc.integer({ min: -2, max: 5 }),
  })
  .map(({ startUs, length, host, service, shared, dropped, parent, ...fields }) => ({
    parent,
    fields: {
      ...fields,
      startUs,
      endUs: startUs + length,
      flags: 0,
      resource: new Map<string, Value>([['service.name', service], ['host.name', host], ...shared]),
      scope: { name: 'io.' + service, version: '1' },
      dropped: { attributes: dropped, events: dropped, links: 0 },
    },
  }));

const idOf = (number: number): string => number.toString(16).padStart(16, '0');

const spansOf = (sketches: readonly Sketch[]): SpanView[] =>
  sketches.map(({ fields, parent }, i) =>
    createSpan({
      ...fields,
      traceId: TRACE_ID,
      spanId: idOf(i + 1),
      // most have a known parent; some none, a few an unknown one
      parentSpanId:
        parent < 0 || sketches.length === 1
          ? parent === -2
            ? null
            : i % 2
              ? idOf(99)
              : null
          : idOf((parent % sketches.length) + 1),
    }),
  );

/** Spans with and without parents, known and not, several roots, equal times, circles. */
export const spanLists: fc.Arbitrary<SpanView[]> = fc
  .oneof(
    { weight: 1, arbitrary: fc.array(sketch, { maxLength: 2 }) },
    { weight: 6, arbitrary: fc.array(sketch, { minLength: 3, maxLength: 5 }) },
  )
  .map(spansOf);

/** One trace of them, whatever is missing of it. */
export const traceFrom = (spans: readonly SpanView[], truncated = false, split = false): TraceView =>
  joinTrace({ traceId: TRACE_ID, spaces: ['default'], source: 'otlp', spans, truncated, split, lossy: [] });

export const traces: fc.Arbitrary<TraceView> = fc
  .tuple(spanLists, fc.constantFrom(false, false, false, true, true))
  .map(([spans, truncated]) => traceFrom(spans, truncated));

/** Twenty spans and more, some at the same time, over a longer one. */
export const longTraces: fc.Arbitrary<TraceView> = fc
  .array(fc.tuple(sketch, fc.nat(40)), { minLength: 20, maxLength: 40 })
  .map((drawn) =>
    traceFrom(
      spansOf(
        drawn.map(([{ fields, parent }, later]) => ({
          parent,
          fields: { ...fields, startUs: fields.startUs + later, endUs: fields.endUs + later },
        })),
      ),
    ),
  );
