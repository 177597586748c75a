import { BeTraceError } from '../../common/errors';
import { attributesToJson } from '../../common/trace/value';
import { decodeJson } from './decode_json';

const LIMITS = { maxDecodedBytes: 16 * 1024 * 1024 };
const TRACE_ID = '5B8EFFF798038103D269B633813FC60C';
const SPAN_ID = 'EEE19B7EC3C1B174';
const request = (span: string): string => `{"resourceSpans":[{"scopeSpans":[{"spans":[${span}]}]}]}`;
const span = (fields = ''): string => request(`{"traceId":"${TRACE_ID}","spanId":"${SPAN_ID}"${fields}}`);
const attribute = (any: string): string => `,"attributes":[{"key":"k","value":${any}}]`;
const value = (any: string): string => span(attribute(any));
const deep = (depth: number): string => `${'{"arrayValue":{"values":['.repeat(depth - 1)}{}${']}}'.repeat(depth - 1)}`;
const decode = (text: string) => decodeJson(Buffer.from(text), LIMITS);
const decodeValue = (any: string): unknown => decode(value(any)).spans[0]!.attribute('k');

function codeOf(body: string | Buffer): string {
  try {
    decodeJson(Buffer.from(body as string), LIMITS);
    return 'decoded';
  } catch (error) {
    return error instanceof BeTraceError ? error.code : `threw ${String(error)}`;
  }
}

describe('malformed OTLP/JSON', () => {
  test.each<[string, string]>([
    ['nothing', ''],
    ['an array', '[]'],
    ['a byte order mark', '\ufeff{}'],
    ['something after the end', '{} {}'],
    ['a comma after the last field', '{"a":1,}'],
    ['a comma after the last item', '{"resourceSpans":[{},]}'],
    ['a number with a leading zero', '{"a":01}'],
    ['a control character in a string', '{"a":"\n"}'],
    ['a bad escape', '{"a":"\\x"}'],
    ['a bad escape in an unknown key', '{"a":{"\\x":1}}'],
    ['a string without an end', '{"a":"'],
    ['a word', '{"a":nul}'],
    ['NaN bare', '{"a":NaN}'],
    ['spans that are no array', '{"resourceSpans":[{"scopeSpans":[{"spans":{}}]}]}'],
    ['a span that is null', request('null')],
    ['a name that is a number', span(',"name":1')],
    ['an enum by its name', span(',"kind":"SPAN_KIND_SERVER"')],
    ['an enum in a string', span(',"kind":"2"')],
    ['an enum that is no integer', span(',"kind":1.5')],
    ['a time that is negative', span(',"startTimeUnixNano":"-1"')],
    ['a time beyond 64 bits', span(',"startTimeUnixNano":"18446744073709551616"')],
    ['an int64 beyond 64 bits', value('{"intValue":"9223372036854775808"}')],
    ['an int64 with a fraction', value('{"intValue":1.5}')],
    ['an int64 in words', value('{"intValue":"one"}')],
    ['a double in words', value('{"doubleValue":"much"}')],
    ['bytes that are no base64', value('{"bytesValue":"?"}')],
    ['a Boolean in a string', value('{"boolValue":"true"}')],
    ['two resources', '{"resourceSpans":[{"resource":{},"resource":{}}]}'],
    ['10,000 brackets', `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
    ['a value in more brackets than are followed', value(deep(10_000))],
  ])('%s is refused', (_what, body) => {
    expect(codeOf(body)).toBe('BT_MALFORMED_OTLP');
  });

  test('bytes that are no UTF-8 are refused', () => {
    expect(codeOf(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toBe('BT_MALFORMED_OTLP');
  });

  test('a value may be nested 64 deep; a span with a deeper one is rejected, the next is not', () => {
    expect(decode(value(deep(64))).spans).toHaveLength(1);
    for (const depth of [65, 150]) {
      const ids = `"traceId":"${TRACE_ID}","spanId":"${SPAN_ID}"`;
      const spans = `{${ids}${attribute(deep(depth))}},{${ids}}`;
      const { spans: good, rejected } = decode(request(spans));
      expect([good.length, rejected.count]).toEqual([1, 1]);
      expect(rejected.reason).toContain('nested deeper than 64');
    }
  });

  test('a resource with a value nested too deep is that of all its spans, and of no others', () => {
    const resource = (depth: number): string =>
      `{"resource":{"attributes":[{"key":"a","value":${deep(depth)}}]},"scopeSpans":[{"spans":[{"traceId":"${TRACE_ID}","spanId":"${SPAN_ID}"}]}]}`;
    const { spans, rejected } = decode(`{"resourceSpans":[${resource(65)},${resource(64)}]}`);
    expect([spans.length, rejected.count]).toEqual([1, 1]);
  });
});

describe('OTLP/JSON', () => {
  test('ids are hex of either case', () => {
    expect(decode(span()).spans[0]).toMatchObject({ traceId: TRACE_ID.toLowerCase(), spanId: SPAN_ID.toLowerCase() });
  });

  test('ids in base64 are rejected span by span', () => {
    const decoded = decode(request(`{"traceId":"W47/95gDgQPSabYzgT/GDA==","spanId":"7uGbfsPBsXQ="}`));
    expect(decoded.spans).toHaveLength(0);
    expect(decoded.rejected).toEqual({ count: 1, reason: expect.stringContaining('trace_id must be 16 bytes') });
  });

  test('names in snake_case are unknown and ignored', () => {
    expect(decode(span(',"start_time_unix_nano":"5000"')).spans[0]!.startUs).toBe(0);
  });

  test('null is a field left out', () => {
    expect(decode(span(',"parentSpanId":null,"attributes":null,"status":null')).spans[0]!.parentSpanId).toBeNull();
  });

  test.each<[string, unknown]>([
    ['{"intValue":"9007199254740993"}', 9007199254740993n],
    ['{"intValue":9007199254740993}', 9007199254740993n],
    ['{"intValue":-9223372036854775808}', -(2n ** 63n)],
    ['{"intValue":42}', 42],
    ['{"intValue":3e2}', 300],
    ['{"intValue":"-0"}', 0],
    ['{"doubleValue":0.1}', 0.1],
    ['{"doubleValue":"NaN"}', NaN],
    ['{"doubleValue":"-Infinity"}', -Infinity],
    ['{"bytesValue":"_-8"}', '/+8='],
    ['{"stringValue":"a\\u00e9\\ud83d\\ude00"}', 'aé😀'],
    ['{"stringValue":"\\ud800x"}', '\ufffdx'],
    ['{"boolValue":false}', false],
    ['{}', null],
  ])('the value %s', (any, expected) => {
    expect(decodeValue(any)).toEqual(expected);
  });

  test('a resource and a scope after the spans are theirs', () => {
    const [decoded] = decode(
      `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"${TRACE_ID}","spanId":"${SPAN_ID}"}],"scope":{"name":"lib"}}],
        "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]}}]}`,
    ).spans;
    expect([decoded!.attribute('service.name'), decoded!.scope.name]).toEqual(['shop', 'lib']);
  });

  test('keys such as __proto__ are keys like any other', () => {
    const any = `{"kvlistValue":{"values":[{"key":"__proto__","value":{"stringValue":"x"}}]}}`;
    const body = span(`,"__proto__":{"name":"evil"},"attributes":[{"key":"__proto__","value":${any}}]`);
    const [decoded] = decode(body).spans;
    expect(decoded!.name).toBe('');
    expect(decoded!.attribute('toString')).toBeUndefined();
    expect(JSON.stringify(attributesToJson(decoded!.attributes))).toBe('{"__proto__":{"__proto__":"x"}}');
    expect(({} as Record<string, unknown>)['name']).toBeUndefined();
  });

  test('a body of a million unknown objects builds none of them', () => {
    const body = Buffer.from(`{"a":[${'{},'.repeat(1_000_000)}{}]}`);
    const before = process.memoryUsage().heapUsed;
    decodeJson(body, LIMITS);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20 * 1024 * 1024);
  });
});
