import fc from 'fast-check';
import { canonicalSpan } from './canonical';
import { isEntrySpan, joinTrace, standing } from './join';
import type { SpanFields, SpanView } from './span';
import { createSpan } from './span';
import type { TraceView } from './trace';
import { NO_ATTRIBUTES } from './value';
import type { Value } from './value';

const TRACE_ID = '0'.repeat(31) + '1';
const span = (fields: Partial<SpanFields> = {}): SpanView =>
  createSpan({
    traceId: TRACE_ID,
    spanId: 'a',
    parentSpanId: null,
    name: 'work',
    kind: 'INTERNAL',
    status: 'UNSET',
    statusMessage: '',
    startUs: 0,
    endUs: 10,
    flags: 0,
    attributes: NO_ATTRIBUTES,
    resource: NO_ATTRIBUTES,
    scope: { name: '', version: '' },
    events: [],
    links: [],
    dropped: { attributes: 0, events: 0, links: 0 },
    ...fields,
  });
const join = (spans: readonly SpanView[]): TraceView =>
  joinTrace({
    traceId: TRACE_ID,
    spaces: ['default'],
    source: 'otlp',
    spans,
    truncated: false,
    split: false,
    lossy: [],
  });
const content = (trace: TraceView): unknown => ({ ...trace, spans: trace.spans.map(canonicalSpan) });

const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const values: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value>(0, -0, NaN, Infinity, '1', 1, 1n, null, true, 'é', '\ue000', '😀'),
  fc.array(fc.integer(), { maxLength: 2 }),
);
const spans = fc.array(
  fc
    .record({
      spanId: ids,
      parentSpanId: fc.option(fc.oneof(ids, fc.constant('unknown'))),
      startUs: fc.nat({ max: 3 }),
      endUs: fc.nat({ max: 3 }),
      kind: fc.constantFrom('INTERNAL' as const, 'SERVER' as const, 'CONSUMER' as const),
      flags: fc.constantFrom(0, 0x100, 0x200, 0x300),
      attributes: fc.array(fc.tuple(ids, values), { maxLength: 2 }).map((pairs) => new Map(pairs)),
      dropped: fc.record({ attributes: fc.nat({ max: 1 }), events: fc.nat({ max: 1 }), links: fc.nat({ max: 1 }) }),
    })
    .map(span),
  { maxLength: 12 },
);

test('the same spans in any order and any number of times are the same trace', () => {
  fc.assert(
    fc.property(
      spans.chain((all) =>
        fc.tuple(
          fc.constant(all),
          fc.array(fc.nat({ max: 3 }), { minLength: all.length, maxLength: all.length }),
          fc.shuffledSubarray(all, { minLength: all.length }),
        ),
      ),
      ([all, copies, shuffled]) => {
        const repeated = all.flatMap((one, at) => new Array<SpanView>(copies[at]!).fill(one));
        expect(content(join([...shuffled, ...repeated]))).toEqual(content(join(all)));
        expect(content(join([...repeated, ...shuffled]))).toEqual(content(join(all)));
      },
    ),
    { numRuns: 1000 },
  );
});

test('joining what was joined before changes nothing', () => {
  fc.assert(fc.property(spans, (all) => expect(content(join(join(all).spans))).toEqual(content(join(all)))));
});

describe('of two spans with one id', () => {
  test('the later end stands', () => {
    const [early, late] = [span({ endUs: 10, name: 'z' }), span({ endUs: 11, name: 'a' })];
    expect([standing(early, late), standing(late, early)]).toEqual([late, late]);
  });

  test('of equal ends the greater canonical bytes stand', () => {
    const [less, more] = [span({ name: 'a' }), span({ name: 'b' })];
    expect([standing(less, more), standing(more, less)]).toEqual([more, more]);
  });
});

test.each<[string, Partial<SpanFields>, number]>([
  ['no parent', { parentSpanId: null }, 0],
  ['a known parent', { parentSpanId: 'root' }, 0],
  ['an unknown parent', { parentSpanId: 'x' }, 1],
  ['an unknown parent, of a client', { parentSpanId: 'x', kind: 'CLIENT' }, 1],
  ['an unknown parent, of a server', { parentSpanId: 'x', kind: 'SERVER' }, 0],
  ['an unknown parent, of a consumer', { parentSpanId: 'x', kind: 'CONSUMER' }, 0],
  ['an unknown parent, said to be remote', { parentSpanId: 'x', flags: 0x300 }, 0],
  ['an unknown parent, said to be local', { parentSpanId: 'x', flags: 0x100 }, 1],
  ['an unknown parent, remote without has-is-remote', { parentSpanId: 'x', flags: 0x200 }, 1],
])('a span with %s: %# orphans', (_what, fields, orphans) => {
  expect(join([span({ spanId: 'root' }), span(fields)]).flags.orphans).toBe(orphans);
});

test('a server whose parent is known is no entry span', () => {
  const inner = span({ kind: 'SERVER', parentSpanId: 'p' });
  expect([isEntrySpan(inner, () => true), isEntrySpan(inner, () => false)]).toEqual([false, true]);
});

test('what was dropped is summed, of the spans that stand', () => {
  const dropped = { attributes: 1, events: 2, links: 3 };
  expect(join([span({ dropped }), span({ dropped }), span({ spanId: 'b', dropped })]).flags.dropped).toBe(12);
});

describe('the canonical form', () => {
  const form = (value: Value): string => canonicalSpan(span({ attributes: new Map([['k', value]]) }));

  test('tells apart what differs', () => {
    const all: Value[] = [1, '1', 1n, true, 'true', null, 'null', 0, -0, NaN, 'NaN', [], new Map(), [1], ['1']];
    all.push(new Map([['k', 1]]), [['k', 1]], Infinity, -Infinity);
    expect(new Set(all.map(form)).size).toBe(all.length);
  });

  test('does not hang on the order of keys', () => {
    const one: [string, Value][] = [
      ['b', new Map<string, Value>(Object.entries({ y: 1, x: 2 }))],
      ['a', 1],
    ];
    const other: [string, Value][] = [
      ['a', 1],
      ['b', new Map<string, Value>(Object.entries({ x: 2, y: 1 }))],
    ];
    expect(canonicalSpan(span({ attributes: new Map(one) }))).toBe(canonicalSpan(span({ attributes: new Map(other) })));
  });

  test('is ASCII', () => {
    expect(canonicalSpan(span({ name: 'é😀\u007f' }))).toMatch(/^[\0-~]*\\u00e9\\ud83d\\ude00\\u007f[\0-~]*$/);
  });
});
