import * as zlib from 'node:zlib';
import { BeTraceError } from '../../common/errors';
import { send, sendRaw } from './test_support/http';
import type { Reply, Sending } from './test_support/http';
import { decodeResponse, encodeRequest } from './test_support/otlp_proto';
import {
  JSON_TYPE,
  jsonOf,
  MIB,
  PROTOBUF,
  protobufOf,
  type Receiving,
  span,
  startReceiver,
  statusOf,
} from './test_support/receiving';

/**
 * What opentelemetry-proto's specification (docs/specification.md) and RFC 9110 ask of a server for traces by HTTP, over a
 * real socket; each test is named by its clause.
 */
const TYPES = [PROTOBUF, JSON_TYPE] as const;
const encode = (type: string, ...spans: object[]): Buffer | string =>
  type === PROTOBUF ? protobufOf(...spans) : jsonOf(...spans);
const responseOf = (reply: Reply): Record<string, unknown> =>
  reply.headers['content-type'] === PROTOBUF
    ? decodeResponse(reply.body)
    : (JSON.parse(reply.body.toString()) as Record<string, unknown>);

let to: Receiving;
beforeAll(async () => {
  to = await startReceiver({ ingest: { maxSpans: 50 } });
});
afterAll(() => to.stop());
beforeEach(() => to.forget());
afterEach(() => {
  expect(to.unexpected).toEqual([]);
  expect(to.receiver.inFlightBytes).toBe(0);
});

const WRONG_ID = span({ spanId: Buffer.alloc(4, 1) });

describe.each(TYPES)('OTLP/HTTP Response (%s)', (type) => {
  const isJson = type === JSON_TYPE;
  const EMPTY = isJson ? '{}' : '';
  const unknownFields = isJson
    ? '{"resourceSpans":[{"scopeSpans":[{"spans":[],"new":[{"a":1}]}],"x":null}],"y":{"z":[true]}}'
    : Buffer.of(0xa2, 0x06, 0x02, 1, 2, 0xa0, 0x06, 0x01);

  test.each<[clause: string, body: Buffer | string | undefined, contentType?: string]>([
    ['Full Success: 200, and partial_success MUST NOT be set', encode(type, span())],
    ['an empty telemetry request SHOULD be answered by success', encode(type)],
    ['… also one with no resource at all', isJson ? '{}' : encodeRequest({})],
    ['… also a body of no bytes', undefined],
    ['Protobuf Encoding: unknown fields MUST be ignored', unknownFields],
    ['RFC 9110 8.3.1: a media type may have parameters', encode(type, span()), `${type}; charset=utf-8`],
    ['RFC 9110 8.3.1: media types are compared without case', encode(type, span()), type.toUpperCase()],
  ])('%s', async (_clause, body, contentType = type) => {
    const reply = await to.post(contentType, body);
    expect([reply.status, reply.body.toString()]).toEqual([200, EMPTY]);
    // "the response Content-Type MUST be the request's"
    expect(reply.headers['content-type']).toBe(type);
    expect(responseOf(reply)).toEqual({});
  });

  test.each<[clause: string, bad: object[], reason: string]>([
    [
      'Partial Success: rejected_spans MUST be their number, error_message SHOULD say why',
      [WRONG_ID, WRONG_ID],
      'span_id',
    ],
    ['… of spans without a trace', [span({ traceId: Buffer.alloc(16) })], 'trace_id'],
    ['… of spans whose parent has no good id', [span({ parentSpanId: Buffer.alloc(3, 1) })], 'parent_span_id'],
    [
      '… of spans with values nested too deep',
      [span({ attributes: [{ key: 'k', value: nested(65) }] })],
      'deeper than 64',
    ],
  ])('%s', async (_clause, bad, reason) => {
    const reply = await to.post(type, encode(type, span(), ...bad, span()));
    expect([reply.status, reply.headers['content-type']]).toEqual([200, type]);
    const errorMessage = expect.stringContaining(reason);
    expect(responseOf(reply)).toEqual({ partialSuccess: { rejectedSpans: String(bad.length), errorMessage } });
    expect(to.received).toHaveLength(2);
  });

  test('Duplicate Data: the same request again is answered as the first was', async () => {
    const body = encode(type, span());
    const [first, second] = [await to.post(type, body), await to.post(type, body)];
    expect([second.status, second.body]).toEqual([first.status, first.body]);
  });

  test('the response is far below 4 MiB, whatever was wrong', async () => {
    const names = encode(type, ...Array.from({ length: 50 }, () => ({ ...WRONG_ID, name: 'x'.repeat(10_000) })));
    for (const body of [names, Buffer.alloc(MIB + 1)])
      expect((await to.post(type, body)).body.length).toBeLessThan(1_000);
  });

  test.each<[clause: string, body: Buffer | string, status: number, code: number, headers?: object]>([
    ['Bad Data: what can not be decoded MUST be 400', 'what', 400, 3],
    ['Bad Data: … nor what is cut short', encode(type, span({ name: 'long enough' })).slice(0, -3), 400, 3],
    ['Bad Data: … nor what is in no gzip', encode(type, span()), 400, 3, { 'content-encoding': 'gzip' }],
    [
      'Bad Data: … nor gzip that is cut short',
      zlib.gzipSync(encode(type, span())).subarray(0, 20),
      400,
      3,
      { 'content-encoding': 'gzip' },
    ],
    ['a body over the limit is 413', Buffer.alloc(MIB + 1), 413, 8],
    ['… also after inflating', zlib.gzipSync(Buffer.alloc(MIB + 1)), 413, 8, { 'content-encoding': 'gzip' }],
    ['… also in deflate', zlib.deflateSync(Buffer.alloc(MIB + 1)), 413, 8, { 'content-encoding': 'deflate' }],
    [
      'a request with more spans than one may have is 413',
      encode(type, ...Array.from({ length: 51 }, () => span())),
      413,
      8,
    ],
    [
      'RFC 9110 15.5.16: an encoding that is not read is 415',
      encode(type, span()),
      415,
      3,
      { 'content-encoding': 'br' },
    ],
    [
      'RFC 9110 15.5.16: several encodings in one another are not read',
      zlib.gzipSync(zlib.gzipSync(encode(type, span()))),
      415,
      3,
      { 'content-encoding': 'gzip, gzip' },
    ],
  ])(
    'Failures: %s, with a google.rpc.Status in the encoding of the request, and MUST NOT be retried',
    async (_clause, body, status, code, headers = {}) => {
      const reply = await to.post(type, body, headers);
      expect([reply.status, reply.headers['content-type']]).toEqual([status, type]);
      expect(statusOf(reply)).toEqual({ code, message: expect.stringMatching(/\w/) });
      expect(reply.headers['retry-after']).toBeUndefined();
      if (status === 415) expect(reply.headers['accept-encoding']).toMatch(/^gzip, deflate, (zstd, )?identity$/);
      expect(to.received).toEqual([]);
    },
  );

  test('OTLP/HTTP Throttling: 503 with Retry-After, and RetryInfo in the Status', async () => {
    to.refusal = new BeTraceError('BT_OVERLOADED', 'Later.');
    const reply = await to.post(type, encode(type, span()));
    expect([reply.status, reply.headers['content-type']]).toEqual([503, type]);
    const retrySeconds = Number(reply.headers['retry-after']);
    expect(retrySeconds).toBeGreaterThan(0);
    expect(statusOf(reply)).toEqual({ code: 14, message: 'Later.', retrySeconds });
  });

  test('OTLP/HTTP Throttling: 429 with Retry-After for who sends too much', async () => {
    const quota = { spansPerSecond: 1, bytesPerSecond: 0, burstSeconds: 1 };
    const strict = await startReceiver({ ingest: { quota } });
    expect((await strict.post(type, encode(type, span(), span(), span()))).status).toBe(200);
    const reply = await strict.post(type, encode(type, span()));
    expect([reply.status, reply.headers['retry-after']]).toEqual([429, '2']);
    expect(statusOf(reply)).toEqual({ code: 8, message: expect.stringContaining('1 spans'), retrySeconds: 2 });
    expect(strict.receiver.counters.refused).toEqual({ BT_QUOTA_EXCEEDED: 1 });
    await strict.stop();
  });

  test.each(['gzip', 'GZIP', 'x-gzip', 'identity', 'deflate', 'deflate, bare'])(
    'the body may be encoded in %s',
    async (name) => {
      const body = encode(type, span());
      const encoders: Record<string, typeof zlib.gzipSync> = {
        deflate: zlib.deflateSync,
        'deflate, bare': zlib.deflateRawSync,
      };
      const sent = name === 'identity' ? body : (encoders[name] ?? zlib.gzipSync)(body);
      expect((await to.post(type, sent, { 'content-encoding': name.split(',', 1)[0] })).status).toBe(200);
      expect(to.received).toHaveLength(1);
    },
  );

  test('zstd is read where Node has it, and else the refusal says why', async () => {
    const { zstdCompressSync } = zlib as unknown as { zstdCompressSync?: (body: Buffer | string) => Buffer };
    const body = zstdCompressSync?.(encode(type, span())) ?? Buffer.of(0x28, 0xb5, 0x2f, 0xfd);
    const reply = await to.post(type, body, { 'content-encoding': 'zstd' });
    if (zstdCompressSync) return expect([reply.status, to.received.length]).toEqual([200, 1]);
    expect([reply.status, statusOf(reply).message]).toEqual([415, expect.stringContaining('Node 22.15')]);
  });
});

describe('OTLP/HTTP Request', () => {
  test.each<[clause: string, sending: Sending, status: number, code: number, type: string]>([
    [
      'the path is /v1/traces; others are 404',
      { path: '/v1/logs', headers: { 'content-type': PROTOBUF } },
      404,
      5,
      PROTOBUF,
    ],
    ['… with a slash behind it, too', { path: '/v1/traces/', headers: { 'content-type': PROTOBUF } }, 404, 5, PROTOBUF],
    ['a path that is no URL is 400', { path: '/v1/%zz', headers: { 'content-type': JSON_TYPE } }, 400, 3, JSON_TYPE],
    ['RFC 9110 15.5.16: another content type is 415', { headers: { 'content-type': 'text/plain' } }, 415, 3, JSON_TYPE],
    ['RFC 9110 15.5.16: … also one that is none', { headers: { 'content-type': ';;' } }, 415, 3, JSON_TYPE],
    ['RFC 9110 15.5.16: … and none at all', {}, 415, 3, JSON_TYPE],
  ])('%s', async (_clause, sending, status, code, type) => {
    const reply = await send(to.endpoint, { body: protobufOf(span()), ...sending });
    expect([reply.status, reply.headers['content-type'], statusOf(reply).code]).toEqual([status, type, code]);
    expect(to.received).toEqual([]);
  });

  test.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
    'requests are sent by POST; RFC 9110 15.5.6: %s is 405 with Allow',
    async (method) => {
      const reply = await send(to.endpoint, { method });
      expect([reply.status, reply.headers['allow'], statusOf(reply).code]).toEqual([405, 'POST', 12]);
    },
  );

  test('HEAD is 405, and has no body', async () => {
    const reply = await send(to.endpoint, { method: 'HEAD' });
    expect([reply.status, reply.headers['allow'], reply.body.length]).toEqual([405, 'POST', 0]);
  });

  test('a body may come without Content-Length', async () => {
    const body = protobufOf(...Array.from({ length: 50 }, () => span()));
    expect((await to.post(PROTOBUF, [body.subarray(0, 10), body.subarray(10, 100), body.subarray(100)])).status).toBe(
      200,
    );
    expect(to.received).toHaveLength(50);
  });

  test('RFC 1952 2.2: a gzip body may have several members, and come byte by byte', async () => {
    const body = Buffer.concat([zlib.gzipSync(protobufOf(span())), zlib.gzipSync(protobufOf(span()))]);
    const chunks = Array.from(body, (byte) => Buffer.of(byte));
    expect((await to.post(PROTOBUF, chunks, { 'content-encoding': 'gzip' })).status).toBe(200);
    expect(to.received).toHaveLength(2);
  });

  test.each([
    ['no HTTP', 'hello\r\n\r\n'],
    ['a bad Content-Length', 'POST /v1/traces HTTP/1.1\r\nHost: a\r\nContent-Length: many\r\n\r\n'],
    ['an unknown method', 'FROB /v1/traces HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['a head that is too long', `GET / HTTP/1.1\r\nHost: a\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`],
  ])('Failures: what is %s is answered by a Status in JSON', async (_what, bytes) => {
    const [head, body] = (await sendRaw(to.endpoint, bytes)).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1.1 4(00|31) /);
    expect(head).toMatch(/content-type: application\/json/);
    expect(JSON.parse(body!)).toEqual({ code: 3, message: expect.any(String) });
  });
});

describe('JSON Protobuf Encoding', () => {
  const IDS = '"traceId":"5B8EFFF798038103d269b633813fc60c","spanId":"EEE19B7EC3C1B174"';
  const request = (fields: string, more = ''): string =>
    `{"resourceSpans":[{"scopeSpans":[{"spans":[{${IDS},${fields}}]${more}}]}]}`;

  test('ids are hex, in either case, and come out the same', async () => {
    expect((await to.post(JSON_TYPE, request('"name":"a"'))).status).toBe(200);
    expect(to.received[0]).toMatchObject({ traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b174' });
  });

  test('ids in base64, as ProtoJSON would have them, are none', async () => {
    const body =
      '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"W47/95gDgQPSabYzgT/GDA==","spanId":"7uGbfsPBsXQ="}]}]}]}';
    expect(responseOf(await to.post(JSON_TYPE, body))).toMatchObject({ partialSuccess: { rejectedSpans: '1' } });
  });

  test.each([
    ['enum values MUST be integers', '"kind":"SPAN_KIND_SERVER"', 400],
    ['… and may be any of them', '"kind":2', 200],
    ['… also of statuses', '"status":{"code":"STATUS_CODE_ERROR"}', 400],
    ['64-bit integers are strings', '"startTimeUnixNano":"1700000000000000000"', 200],
    ['… or numbers', '"startTimeUnixNano":1700000000000000000', 200],
    ['keys are in lowerCamelCase', '"start_time_unix_nano":"no number"', 200],
    ['unknown fields MUST be ignored', '"somethingNew":{"a":[1,{"b":null}]}', 200],
  ])('%s', async (_clause, fields, status) => {
    expect((await to.post(JSON_TYPE, request(fields))).status).toBe(status);
  });

  test('integers and times keep their value in both forms', async () => {
    for (const nanos of ['"1700000000000000000"', '1700000000000000000']) {
      await to.post(JSON_TYPE, request(`"startTimeUnixNano":${nanos},"kind":2`));
    }
    for (const one of to.received) expect(one).toMatchObject({ startUs: 1_700_000_000_000_000, kind: 'SERVER' });
    expect(to.received).toHaveLength(2);
  });
});

function nested(depth: number): object {
  return depth === 1 ? { intValue: '1' } : { arrayValue: { values: [nested(depth - 1)] } };
}
