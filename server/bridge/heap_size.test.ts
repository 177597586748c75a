import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { decodeJson } from './decode_json';
import { decodeProtobuf } from './decode_protobuf';
import type { Decoded } from './otlp_span';
import { toOtlpJson } from './test_support/generate';
import { encodeRequest } from './test_support/otlp_proto';
import type { PlainRequest } from './test_support/otlp_proto';
import { otlpSpan } from './test_support/spans';
import { TraceBuffer } from './trace_buffer';

setFlagsFromString('--expose-gc');
/** So much that what else is on the heap does not matter. */
const HELD_BYTES = 4 * 1024 * 1024;
const collectGarbage = runInNewContext('gc') as () => void;
const heapNow = (): number => {
  collectGarbage();
  return process.memoryUsage().heapUsed;
};

const LIMITS = { maxDecodedBytes: 1024 * 1024 * 1024 };
const SPANS = 200;
const unique = (bytes: number): string => randomBytes(bytes).toString('hex');
const pairs = (count: number, value: (at: number) => object): object[] =>
  Array.from({ length: count }, (_, at) => ({ key: `attribute.number.${at}`, value: value(at) }));
const request = (span: (at: number) => object): PlainRequest => ({
  resourceSpans: [
    {
      resource: { attributes: pairs(5, () => ({ stringValue: unique(20) })) },
      scopeSpans: [
        {
          spans: Array.from({ length: SPANS }, (_, at) => ({
            traceId: randomBytes(16),
            spanId: randomBytes(8),
            parentSpanId: randomBytes(8),
            startTimeUnixNano: '1732186082123456999',
            endTimeUnixNano: '1732186082223456999',
            ...span(at),
          })),
        },
      ],
    },
  ],
});

/** Everything that one kind of span can be made of, each alone so that no error hides behind another's. */
const MIXES: Record<string, (at: number) => object> = {
  'nothing but ids and times': () => ({}),
  'strings that repeat': () => ({ name: 'GET /', attributes: pairs(10, (at) => ({ stringValue: `value ${at}` })) }),
  'strings that never repeat': () => ({ name: unique(20), attributes: pairs(10, () => ({ stringValue: unique(15) })) }),
  'long strings': () => ({ attributes: pairs(3, () => ({ stringValue: unique(500) })) }),
  'long strings outside Latin-1': () => ({ attributes: pairs(3, () => ({ stringValue: `${unique(200)}…` })) }),
  'keys that never repeat': () => ({ attributes: [{ key: unique(20), value: { boolValue: true } }] }),
  doubles: () => ({ attributes: pairs(10, () => ({ doubleValue: Math.random() })) }),
  'large integers': () => ({ attributes: pairs(10, (at) => ({ intValue: `900719925474099${at}` })) }),
  'more attributes than a list holds': () => ({ attributes: pairs(40, (at) => ({ intValue: `${at}` })) }),
  events: () => ({ events: Array.from({ length: 10 }, () => ({ name: 'log', timeUnixNano: '1732186082123456999' })) }),
  links: () => ({ links: Array.from({ length: 5 }, () => ({ traceId: randomBytes(16), spanId: randomBytes(8) })) }),
  arrays: () => ({
    attributes: pairs(2, () => ({
      arrayValue: { values: Array.from({ length: 30 }, (_, at) => ({ intValue: `${at}` })) },
    })),
  }),
  maps: () => ({
    attributes: pairs(2, () => ({ kvlistValue: { values: pairs(12, (at) => ({ intValue: `${at}` })) } })),
  }),
};

type Encoding = 'protobuf' | 'JSON';
const encode = (encoding: Encoding, plain: PlainRequest): Buffer =>
  encoding === 'JSON' ? Buffer.from(toOtlpJson(plain)) : encodeRequest(plain);

/** What was charged for requests by what the heap grew. */
function ratio(encoding: Encoding, span: (at: number) => object): number {
  const requests = Math.ceil(HELD_BYTES / (decodeProtobuf(encodeRequest(request(span)), LIMITS).bytes || 1));
  const decode = encoding === 'JSON' ? decodeJson : decodeProtobuf;
  const bodies = Array.from({ length: requests }, () => encode(encoding, request(span)));
  const before = heapNow();
  const held: Decoded[] = bodies.map((body) => decode(body, LIMITS));
  const grown = heapNow() - before;
  return held.reduce((sum, { bytes }) => sum + bytes, 0) / grown;
}

// The first rounds also pay for compiling the decoders.
beforeAll(() => {
  ratio('protobuf', MIXES['strings that never repeat']!);
  ratio('JSON', MIXES['strings that never repeat']!);
});

const ALIKE = ['strings that never repeat', 'events', 'maps'];

test.each<[Encoding, string]>([
  ...Object.keys(MIXES).map((name): [Encoding, string] => ['protobuf', name]),
  ...ALIKE.map((name): [Encoding, string] => ['JSON', name]),
])('from %s, spans of %s take about what is charged for them', (encoding, name) => {
  const [, median] = [1, 2, 3].map(() => ratio(encoding, MIXES[name]!)).sort((a, b) => a - b);
  expect(median).toBeGreaterThan(0.8);
  expect(median).toBeLessThan(1.8);
});

test.each([1, 20, 200])('open traces of %d spans take about what is charged for them', (spansOfTrace) => {
  const held = (): number => {
    const heap = heapNow();
    return heap + process.memoryUsage().arrayBuffers;
  };
  const ratios = [1, 2, 3].map(() => {
    const before = held();
    const buffer = new TraceBuffer({
      ...{ settleMs: 100, rootSettleMs: 100, maxTraceMs: 1_000, maxOpenBytes: Infinity, maxSpansPerTrace: 1_000 },
      ...{ maxSettledIds: 1, seed: 1 },
    });
    for (let trace = 1; trace * spansOfTrace <= 20_000; trace += 1) {
      const spans = Array.from({ length: spansOfTrace }, (_, at) =>
        otlpSpan(trace, at + 1, { name: `span ${at % 30}` }),
      );
      buffer.add(['default'], spans, 0, { position: trace, generation: 0 });
    }
    return buffer.openBytes / (held() - before);
  });
  const [, median] = ratios.sort((a, b) => a - b);
  expect(median).toBeGreaterThan(0.8);
  expect(median).toBeLessThan(1.8);
});
