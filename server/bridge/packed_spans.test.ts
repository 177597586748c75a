import fc from 'fast-check';
import { canonicalSpan } from '../../common/trace/canonical';
import { decodeProtobuf } from './decode_protobuf';
import type { OtlpSpan } from './otlp_span';
import { PackedSpans } from './packed_spans';
import { requests } from './test_support/generate';
import { encodeRequest } from './test_support/otlp_proto';
import { hexId, otlpSpan } from './test_support/spans';

const LIMITS = { maxDecodedBytes: 1024 * 1024 * 1024 };
const texts = (spans: Iterable<OtlpSpan>): string[] => [...spans].map(canonicalSpan);

function put(packed: PackedSpans, span: OtlpSpan): void {
  const place = packed.find(span.spanId);
  if (place < 0) packed.add(span);
  else packed.replace(place, span);
}

test('spans of every shape come back as they were', () => {
  fc.assert(
    fc.property(requests, (request) => {
      for (const span of decodeProtobuf(encodeRequest(request), LIMITS).spans) {
        const packed = new PackedSpans(span.traceId);
        packed.add(span);
        expect(texts(packed.all())).toEqual(texts([span]));
        expect(packed.all()[0]!.origin).toBe(span.origin);
      }
    }),
    { numRuns: 500 },
  );
});

test('what was put last for an id is there, and nothing else', () => {
  const changes = fc.array(
    fc.record({
      id: fc.integer({ min: 1, max: 90 }),
      name: fc.string({ unit: 'binary' }),
      startUs: fc.oneof(fc.nat(), fc.constantFrom(2 ** 53, 2 ** 63 / 1_000)),
      durationUs: fc.oneof(fc.nat(), fc.constantFrom(-1, 2 ** 32, 2 ** 40)),
      expected: fc.nat({ max: 30 }),
    }),
    { maxLength: 300, size: 'max' },
  );
  fc.assert(
    fc.property(changes, (all) => {
      const packed = new PackedSpans(hexId(1, 32));
      const model = new Map<string, OtlpSpan>();
      for (const { id, name, startUs, durationUs, expected } of all) {
        const span = otlpSpan(1, id, { name, startUs, endUs: startUs + durationUs });
        packed.expect(expected);
        put(packed, span);
        model.set(span.spanId, span);
      }
      expect(packed.size).toBe(model.size);
      expect(texts(packed.all()).sort()).toEqual(texts(model.values()).sort());
      for (let id = 1; id <= 91; id += 1) {
        const place = packed.find(hexId(id, 16));
        const span = model.get(hexId(id, 16));
        expect(place < 0 ? undefined : canonicalSpan(packed.at(place))).toBe(span && canonicalSpan(span));
      }
    }),
    { numRuns: 200 },
  );
});

test('one span that comes again and again leaves the index whole', () => {
  const packed = new PackedSpans(hexId(1, 32));
  for (let id = 1; id <= 40; id += 1) put(packed, otlpSpan(1, id));
  for (let time = 1; time <= 2_000; time += 1) put(packed, otlpSpan(1, 7, { endUs: time }));
  expect([packed.size, packed.find(hexId(41, 16)), packed.at(packed.find(hexId(7, 16))).endUs]).toEqual([
    40, -1, 2_000,
  ]);
});

test('ten thousand spans of one trace take no longer each than few', () => {
  const timeOf = (spans: number): number => {
    const all = Array.from({ length: spans }, (_, id) => otlpSpan(1, id + 1));
    const start = performance.now();
    const packed = new PackedSpans(hexId(1, 32));
    for (const span of all) put(packed, span);
    return (performance.now() - start) / spans;
  };
  timeOf(1_000);
  expect(timeOf(10_000)).toBeLessThan(20 * timeOf(1_000) + 0.02);
});
