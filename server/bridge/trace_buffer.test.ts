import fc from 'fast-check';
import { canonicalSpan } from '../../common/trace/canonical';
import type { OtlpSpan } from './otlp_span';
import { hexId, otlpSpan } from './test_support/spans';
import type { ClosedTrace, TraceBufferOptions } from './trace_buffer';
import { TraceBuffer } from './trace_buffer';

const OPTIONS: TraceBufferOptions = {
  settleMs: 100,
  rootSettleMs: 100,
  maxTraceMs: 1_000,
  maxOpenBytes: 1_000_000_000,
  maxSpansPerTrace: 1_000,
  maxSettledIds: 1_000,
  seed: 1,
};
const buffer = (options: Partial<TraceBufferOptions> = {}): TraceBuffer => new TraceBuffer({ ...OPTIONS, ...options });
const SPACES = ['default'];

function takeAll(from: TraceBuffer, now: number, all = false): ClosedTrace[] {
  const closed: ClosedTrace[] = [];
  for (let next = from.next(now, all); next !== undefined; next = from.next(now, all)) closed.push(next);
  return closed;
}
const content = (closed: readonly ClosedTrace[]): unknown =>
  closed
    .map(({ trace, why }) => ({ ...trace, spans: trace.spans.map(canonicalSpan), why }))
    .sort((a, b) => (a.traceId < b.traceId ? -1 : 1));

describe('a trace', () => {
  test('settles after it was quiet, not before', () => {
    const traces = buffer();
    traces.add(SPACES, [otlpSpan(1, 1)], 0);
    traces.add(SPACES, [otlpSpan(1, 2)], 60);
    expect(traces.next(159)).toBeUndefined();
    const closed = traces.next(160)!;
    expect(closed).toMatchObject({ why: 'settled', openedAt: 0, trace: { flags: { truncated: false } } });
    expect(closed.trace.spans).toHaveLength(2);
    expect([traces.openTraces, traces.openBytes]).toEqual([0, 0]);
  });

  test('that never falls quiet is judged when it is too old, flagged', () => {
    const traces = buffer();
    for (let now = 0; now < 1_000; now += 50) traces.add(SPACES, [otlpSpan(1, now + 1)], now);
    expect(traces.next(999)).toBeUndefined();
    expect(traces.next(1_000)).toMatchObject({ why: 'aged', trace: { flags: { truncated: true } } });
  });

  test('that is old, but quiet by now, is whole', () => {
    const traces = buffer();
    traces.add(SPACES, [otlpSpan(1, 1)], 0);
    expect(traces.next(5_000)).toMatchObject({ why: 'settled', trace: { flags: { truncated: false } } });
  });

  test('whose spans come after it settled starts again, flagged, its spans counted', () => {
    const traces = buffer();
    traces.add(SPACES, [otlpSpan(1, 1)], 0);
    takeAll(traces, 200);
    traces.add(SPACES, [otlpSpan(1, 2), otlpSpan(1, 3), otlpSpan(2, 4)], 300);
    const flags = takeAll(traces, 500).map(({ trace }) => [trace.traceId, trace.flags.truncated]);
    expect(flags).toEqual([
      [hexId(1, 32), true],
      [hexId(2, 32), false],
    ]);
    expect(traces.counters).toMatchObject({ late: 2, truncated: 1 });
  });

  test('over the cap of spans keeps so many, flagged, the rest counted', () => {
    const traces = buffer({ maxSpansPerTrace: 3 });
    traces.add(
      SPACES,
      [1, 2, 3, 4, 5, 1].map((id) => otlpSpan(1, id)),
      0,
    );
    const [closed] = takeAll(traces, 100);
    expect(closed!.trace.spans.map((span) => span.spanId)).toEqual([1, 2, 3].map((id) => hexId(id, 16)));
    expect(closed!.trace.flags.truncated).toBe(true);
    expect(traces.counters).toMatchObject({ capped: 2, duplicates: 1 });
  });

  test('in other spaces is another trace; the order of the spaces does not matter', () => {
    const traces = buffer();
    traces.add(['a', 'b'], [otlpSpan(1, 1)], 0);
    traces.add(['b', 'a'], [otlpSpan(1, 2)], 0);
    traces.add(['a'], [otlpSpan(1, 3)], 0);
    traces.add(['a,b'], [otlpSpan(1, 4)], 0);
    expect(takeAll(traces, 100).map(({ trace }) => trace.spans.length)).toEqual([2, 1, 1]);
  });

  test('still open when the bridge stops is judged, flagged unless it was quiet', () => {
    const traces = buffer();
    traces.add(SPACES, [otlpSpan(1, 1)], 0);
    traces.add(SPACES, [otlpSpan(2, 2)], 90);
    expect(takeAll(traces, 100, true).map(({ why }) => why)).toEqual(['settled', 'drained']);
  });
});

describe('over the bound of bytes', () => {
  test('the least recently touched are judged early, flagged and counted', () => {
    const measured = buffer();
    measured.add(SPACES, [otlpSpan(1, 1)], 0);
    const each = measured.openBytes;
    const traces = buffer({ maxOpenBytes: 2 * each });
    traces.add(SPACES, [otlpSpan(1, 1), otlpSpan(2, 2), otlpSpan(3, 3)], 0);
    traces.add(SPACES, [otlpSpan(1, 1)], 1);
    const early = takeAll(traces, 2);
    expect(early.map(({ trace, why }) => [trace.traceId, why, trace.flags.truncated])).toEqual([
      [hexId(2, 32), 'evicted', true],
    ]);
    expect(traces.openBytes).toBe(2 * each);
    expect(traces.counters.evicted).toBe(1);
  });

  test('a million traces of one span stay within it', () => {
    const traces = buffer({ maxOpenBytes: 5_000_000, maxSettledIds: 10_000 });
    let most = 0;
    let judged = 0;
    for (let trace = 1; trace <= 1_000_000; trace += 1) {
      traces.add(SPACES, [otlpSpan(trace, 1)], trace / 100_000);
      most = Math.max(most, traces.openBytes);
      judged += takeAll(traces, trace / 100_000).length;
    }
    judged += takeAll(traces, 11, true).length;
    expect(most).toBeLessThan(5_000_000 + 2_000);
    expect([judged, traces.openBytes]).toEqual([1_000_000, 0]);
  }, 60_000);
});

test('a tick takes no longer with many traces open than with few', () => {
  const timeOfTicks = (open: number): number => {
    const traces = buffer();
    traces.add(
      SPACES,
      Array.from({ length: open }, (_, at) => otlpSpan(at + 1, 1)),
      0,
    );
    const start = performance.now();
    for (let tick = 0; tick < 100_000; tick += 1) traces.next(50);
    return performance.now() - start;
  };
  timeOfTicks(10);
  expect(timeOfTicks(100_000)).toBeLessThan(50 * timeOfTicks(10) + 200);
});

describe('however a set of spans is delivered', () => {
  const sets = fc.array(
    fc
      .record({
        trace: fc.integer({ min: 1, max: 3 }),
        span: fc.integer({ min: 1, max: 5 }),
        endUs: fc.nat({ max: 3 }),
      })
      .map(({ trace, span, endUs }) =>
        otlpSpan(trace, span, { endUs, name: 'n'.repeat(endUs), parentSpanId: hexId(7, 16) }),
      ),
    { maxLength: 20 },
  );

  /** Delivers in pieces at times that leave no trace quiet for long enough; gives what settles. */
  function deliver(spans: readonly OtlpSpan[], cuts: readonly number[]): ClosedTrace[] {
    const traces = buffer();
    const edges = [0, ...cuts.map((cut) => cut % (spans.length + 1)).sort((a, b) => a - b), spans.length];
    edges.slice(1).forEach((end, at) => traces.add(SPACES, spans.slice(edges[at], end), at));
    const closed = takeAll(traces, 500);
    expect([traces.openBytes, traces.openTraces]).toEqual([0, 0]);
    return closed;
  }

  test('the same traces settle', () => {
    fc.assert(
      fc.property(
        sets.chain((set) =>
          fc.tuple(fc.constant(set), fc.shuffledSubarray([...set, ...set], { minLength: set.length * 2 })),
        ),
        fc.array(fc.nat(), { maxLength: 6 }),
        ([set, twice], cuts) => expect(content(deliver(twice, cuts))).toEqual(content(deliver(set, []))),
      ),
      { numRuns: 500 },
    );
  });
});

test('bytes are what the open traces were charged, whatever happens', () => {
  const steps = fc.array(
    fc.record({
      trace: fc.nat({ max: 6 }),
      span: fc.nat({ max: 6 }),
      endUs: fc.nat({ max: 9 }),
      wait: fc.nat({ max: 120 }),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(steps, (all) => {
      const traces = buffer({ maxOpenBytes: 4_000, maxSpansPerTrace: 4 });
      let now = 0;
      for (const { trace, span, endUs, wait } of all) {
        traces.add(SPACES, [otlpSpan(trace + 1, span + 1, { endUs, statusMessage: 'm'.repeat(endUs) })], (now += wait));
        takeAll(traces, now);
        expect(traces.openBytes).toBeLessThanOrEqual(4_000);
      }
      takeAll(traces, now, true);
      expect(traces.openBytes).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test('nothing that an open trace needs is let go, also where an earlier run was not sure of one', () => {
  const traces = buffer();
  traces.remember('["default"] ' + hexId(9, 32));
  traces.reopen(hexId(9, 32), SPACES, 0);
  expect(traces.firstPosition).toBe(Infinity);
  traces.add(SPACES, [otlpSpan(1, 1)], 0, { position: 10, generation: 0 });
  traces.add(SPACES, [otlpSpan(9, 2), otlpSpan(2, 3)], 0, { position: 20, generation: 0 });
  expect(traces.firstPosition).toBe(10);
  takeAll(traces, 5_000);
  expect(traces.firstPosition).toBe(Infinity);
});
