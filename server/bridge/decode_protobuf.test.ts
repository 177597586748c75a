import { BeTraceError } from '../../common/errors';
import { decodeProtobuf } from './decode_protobuf';
import { encodeRequest } from './test_support/otlp_proto';

const LIMITS = { maxDecodedBytes: 16 * 1024 * 1024 };

function varint(value: number): Buffer {
  return value < 0x80 ? Buffer.of(value) : Buffer.concat([Buffer.of((value & 0x7f) | 0x80), varint(value >>> 7)]);
}
const field = (number: number, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([varint((number << 3) | 2), varint(body.length), body]);
};
const TRACE_ID = Buffer.alloc(16, 0xab);
const SPAN_ID = Buffer.alloc(8, 0xcd);
const IDS = Buffer.concat([field(1, TRACE_ID), field(2, SPAN_ID)]);
const request = (...span: Buffer[]): Buffer => field(1, field(2, field(2, ...span)));
const deep = (depth: number): Buffer => {
  let value: Buffer = Buffer.alloc(0);
  for (let level = 1; level < depth; level += 1) value = field(5, field(1, value));
  return Buffer.concat([field(1, Buffer.from('deep')), field(2, value)]);
};

function codeOf(body: Buffer): string {
  try {
    decodeProtobuf(body, LIMITS);
    return 'decoded';
  } catch (error) {
    return error instanceof BeTraceError ? error.code : `threw ${String(error)}`;
  }
}

describe('malformed protobuf', () => {
  test.each<[string, Buffer]>([
    ['a tag without a value', Buffer.of(0x0a)],
    ['a length beyond the end', Buffer.of(0x0a, 0x05, 0x00)],
    ['a length of 2^63', Buffer.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)],
    ['a length beyond the end of its message, within the request', request(IDS, Buffer.of(0x2a, 0x7f))],
    ['field number 0', Buffer.of(0x02, 0x00)],
    ['a tag beyond 32 bits', Buffer.of(0xfa, 0xff, 0xff, 0xff, 0xff, 0x01, 0x00)],
    ['a varint of eleven bytes', request(IDS, Buffer.of(0x30, ...new Array<number>(10).fill(0x80), 0x01))],
    ['a varint beyond 64 bits', request(IDS, Buffer.of(0x30, ...new Array<number>(9).fill(0xff), 0x02))],
    ['a varint that is cut short', request(IDS, Buffer.of(0x30, 0x80))],
    ['a fixed64 that is cut short', request(IDS, Buffer.of(0x39, 1, 2, 3))],
    ['the start of a group', Buffer.of(0x1b)],
    ['the end of a group', Buffer.of(0x1c)],
    ['wire type 6', Buffer.of(0x3e)],
    ['wire type 7', Buffer.of(0x3f)],
    ['resource_spans as a varint', Buffer.of(0x08, 0x01)],
    ['a name as a varint', request(IDS, Buffer.of(0x28, 0x01))],
    ['a kind as bytes', request(IDS, Buffer.of(0x32, 0x00))],
    ['a time as a varint', request(IDS, Buffer.of(0x38, 0x01))],
    ['a name that is no UTF-8', request(IDS, field(5, Buffer.of(0xff)))],
    ['a long name that is no UTF-8', request(IDS, field(5, Buffer.alloc(100, 0xc0)))],
    ['a key with a lone surrogate', request(IDS, field(9, field(1, Buffer.of(0xed, 0xa0, 0x80))))],
  ])('%s is refused', (_what, body) => {
    expect(codeOf(body)).toBe('BT_MALFORMED_OTLP');
  });

  test('a value may be nested 64 deep; a span with a deeper one is rejected, the next is not', () => {
    expect(decodeProtobuf(request(IDS, field(9, deep(64))), LIMITS).spans).toHaveLength(1);
    for (const depth of [65, 10_000]) {
      const holders = [field(9, deep(depth)), field(11, field(3, deep(depth))), field(13, field(4, deep(depth)))];
      for (const holder of holders) {
        const body = field(1, field(2, field(2, IDS, holder), field(2, IDS)));
        const { spans, rejected } = decodeProtobuf(body, LIMITS);
        expect([spans.length, rejected.count]).toEqual([1, 1]);
        expect(rejected.reason).toContain('nested deeper than 64');
      }
    }
  });

  test('a resource with a value nested too deep is that of all its spans, and of no others', () => {
    const of = (depth: number): Buffer =>
      field(1, field(2, field(2, IDS), field(2, IDS)), field(1, field(1, deep(depth))));
    const { spans, rejected } = decodeProtobuf(Buffer.concat([of(65), of(64)]), LIMITS);
    expect([spans.length, rejected.count]).toEqual([2, 2]);
  });

  test('a request has as many spans as it may, the rejected ones among them', () => {
    const body = field(1, field(2, field(2, IDS), field(2, field(1, TRACE_ID)), field(2, IDS)));
    expect(decodeProtobuf(body, { ...LIMITS, maxSpans: 3 }).spans).toHaveLength(2);
    expect(() => decodeProtobuf(body, { ...LIMITS, maxSpans: 2 })).toThrow(
      expect.objectContaining({ code: 'BT_TOO_MANY_SPANS' }),
    );
  });
});

describe('well-formed protobuf', () => {
  const decodeOne = (...span: Buffer[]) => decodeProtobuf(request(IDS, ...span), LIMITS).spans[0]!;

  test('unknown fields of every wire type are skipped', () => {
    const unknown = Buffer.concat([
      Buffer.of(0xa0, 0x06, 0x01),
      Buffer.of(0xa1, 0x06, ...new Array<number>(8).fill(1)),
      Buffer.of(0xa2, 0x06, 0x02, 1, 2),
      Buffer.of(0xa5, 0x06, 1, 2, 3, 4),
    ]);
    expect(decodeOne(unknown, field(5, Buffer.from('kept')), unknown).name).toBe('kept');
  });

  test('a resource and a scope after the spans are theirs', () => {
    const resource = field(1, field(1, field(1, Buffer.from('service.name')), field(2, field(1, Buffer.from('shop')))));
    const body = field(1, field(2, field(2, IDS), field(1, field(1, Buffer.from('lib')))), resource);
    const [span] = decodeProtobuf(body, LIMITS).spans;
    expect(span!.attribute('service.name')).toBe('shop');
    expect(span!.scope.name).toBe('lib');
  });

  test('nanoseconds are floored to microseconds, a missing end is the start', () => {
    const body = encodeRequest({
      resourceSpans: [
        {
          scopeSpans: [
            {
              spans: [
                { traceId: TRACE_ID, spanId: SPAN_ID, startTimeUnixNano: '1732186082123456999' },
                {
                  traceId: TRACE_ID,
                  spanId: SPAN_ID,
                  startTimeUnixNano: '9007199254740991999',
                  endTimeUnixNano: '1999',
                },
              ],
            },
          ],
        },
      ],
    });
    const times = decodeProtobuf(body, LIMITS).spans.map(({ startUs, endUs }) => [startUs, endUs]);
    expect(times).toEqual([
      [1_732_186_082_123_456, 1_732_186_082_123_456],
      [9_007_199_254_740_991, 1],
    ]);
  });

  test('of equal keys the last stands, also among many', () => {
    const pair = (key: string, value: string): Buffer =>
      field(9, field(1, Buffer.from(key)), field(2, field(1, Buffer.from(value))));
    const few = decodeOne(pair('a', '1'), pair('b', '2'), pair('a', '3'));
    expect([...few.attributes]).toEqual([
      ['a', '3'],
      ['b', '2'],
    ]);
    const many = decodeOne(...Array.from({ length: 40 }, (_, at) => pair(`k${at % 30}`, String(at))));
    expect(many.attributes.size).toBe(30);
    expect(many.attribute('k3')).toBe('33');
  });

  test('attributes of an event between those of the span stay its own', () => {
    const pair = (number: number, key: string): Buffer => field(number, field(1, Buffer.from(key)));
    const span = decodeOne(pair(9, 'one'), field(11, pair(3, 'inner')), pair(9, 'two'));
    expect([...span.attributes.keys()]).toEqual(['one', 'two']);
    expect([...span.events[0]!.attributes.keys()]).toEqual(['inner']);
  });

  test.each<[string, Buffer[], number]>([
    ['a trace id of 15 bytes', [field(1, Buffer.alloc(15, 1)), field(2, SPAN_ID)], 1],
    ['no trace id', [field(2, SPAN_ID)], 1],
    ['a trace id of zeroes', [field(1, Buffer.alloc(16)), field(2, SPAN_ID)], 1],
    ['a span id of 9 bytes', [field(1, TRACE_ID), field(2, Buffer.alloc(9, 1))], 1],
    ['a span id of zeroes', [field(1, TRACE_ID), field(2, Buffer.alloc(8))], 1],
    ['a parent id of 16 bytes', [IDS, field(4, TRACE_ID)], 1],
    ['an empty parent id', [IDS, field(4)], 0],
    ['a parent id of zeroes', [IDS, field(4, Buffer.alloc(8))], 0],
  ])('of two spans, one with %s, the other is kept', (_what, parts, rejected) => {
    const body = field(1, field(2, field(2, ...parts), field(2, IDS)));
    const decoded = decodeProtobuf(body, LIMITS);
    expect(decoded.rejected.count).toBe(rejected);
    expect(decoded.spans.map((span) => span.parentSpanId)).toEqual(new Array(2 - rejected).fill(null));
  });
});

test('a small body that would unfold to too much memory is stopped', () => {
  const events = request(IDS, Buffer.alloc(2_000_000, Buffer.of(0x5a, 0x00)));
  expect(codeOf(events)).toBe('BT_BODY_TOO_LARGE');
});
