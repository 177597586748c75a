import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { BeTraceError } from '../../common/errors';
import { BeTraceError as Refusal } from '../../common/errors';
import type { OtlpSpan } from './otlp_span';
import { Receiver } from './receiver';
import { SENDER_HEADER, senderAt, writeSender } from './sender';
import { buildSdk } from './test_support/sdk';
import { send, sendRaw } from './test_support/http';
import type { Reply, Sending } from './test_support/http';
import { decodeResponse, decodeStatus, encodeRequest } from './test_support/otlp_proto';
import { toOtlpJson } from './test_support/generate';

const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';
const MIB = 1024 * 1024;
const SETTINGS = { maxBodyBytes: MIB, maxInFlightBytes: 4 * MIB, maxOpenBytes: 64 * MIB };

let received: OtlpSpan[] = [];
let refusal: BeTraceError | undefined;
let receiver: Receiver;
let endpoint: string;

const start = async (settings: Partial<typeof SETTINGS> = {}): Promise<Receiver> => {
  const started = new Receiver({
    settings: { ...SETTINGS, ...settings, listen: { host: '127.0.0.1', port: 0 } },
    refusal: () => refusal,
    accept: (_spaces, spans) => void received.push(...spans),
    log: () => undefined,
    onUnexpected: (error) => {
      throw error;
    },
  });
  endpoint = await started.listen();
  return started;
};

const folder = mkdtempSync(join(tmpdir(), 'betrace-receiver-'));
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(async () => {
  receiver = await start();
});
afterAll(() => receiver.close());
beforeEach(() => {
  received = [];
  refusal = undefined;
});

const span = (fields: object = {}): object => ({
  traceId: randomBytes(16),
  spanId: randomBytes(8),
  name: 'a',
  ...fields,
});
const requestOf = (...spans: object[]) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
const protobufOf = (...spans: object[]): Buffer => encodeRequest(requestOf(...spans));
const post = (type: string | undefined, body: Sending['body'], headers: object = {}): Promise<Reply> =>
  send(endpoint, {
    headers: { ...(type === undefined ? {} : { 'content-type': type }), ...headers },
    ...(body && { body }),
  });

/** The google.rpc.Status of an answer, which must be in the encoding that it says it is in. */
function statusOf(reply: Reply): Record<string, unknown> {
  const status =
    reply.headers['content-type'] === PROTOBUF
      ? decodeStatus(reply.body)
      : (JSON.parse(reply.body.toString()) as Record<string, unknown>);
  expect(Object.keys(status).sort()).toEqual(['code', 'message']);
  expect(status['message']).toMatch(/\w+/);
  return status;
}

const GOOD = protobufOf(span());
const GOOD_JSON = toOtlpJson(requestOf(span()));
const WRONG_ID = span({ spanId: randomBytes(4) });

test.each([
  ['localhost:4319', 200],
  ['127.0.0.1:4319', 200],
  ['evil.example', 403],
])('a request to %s is answered %d: a page whose name was pointed at us is no sender', async (host, status) => {
  expect((await post(PROTOBUF, GOOD, { host })).status).toBe(status);
  expect(received).toHaveLength(status === 200 ? 1 : 0);
});

describe('OTLP/HTTP, success', () => {
  test.each<[string, string, string, Buffer | string | undefined]>([
    ['Full Success: partial_success is unset', 'protobuf', PROTOBUF, GOOD],
    ['Full Success: partialSuccess is unset', 'JSON', JSON_TYPE, GOOD_JSON],
    ['an empty request succeeds', 'protobuf', PROTOBUF, encodeRequest({ resourceSpans: [] })],
    ['an empty request succeeds', 'JSON', JSON_TYPE, '{"resourceSpans":[]}'],
    ['a body of no bytes is an empty request', 'protobuf', PROTOBUF, undefined],
    ['a body of no bytes is taken as one', 'JSON', JSON_TYPE, undefined],
    ['a charset is allowed', 'JSON', 'application/json; charset=utf-8', GOOD_JSON],
    ['media types are compared without case', 'protobuf', 'Application/X-Protobuf', GOOD],
  ])('%s (%s)', async (_clause, _encoding, type, body) => {
    const reply = await post(type, body);
    expect(reply.status).toBe(200);
    const isJson = type.startsWith(JSON_TYPE);
    expect(reply.headers['content-type']).toBe(isJson ? JSON_TYPE : PROTOBUF);
    expect(reply.body.toString()).toBe(isJson ? '{}' : '');
  });

  test.each([
    [PROTOBUF, protobufOf(span(), WRONG_ID, span(), WRONG_ID)],
    [JSON_TYPE, toOtlpJson(requestOf(span(), WRONG_ID, span(), WRONG_ID))],
  ])('Partial Success: rejected_spans and error_message are set, the rest is taken (%s)', async (type, body) => {
    const reply = await post(type, body);
    expect(reply.status).toBe(200);
    const json = (): unknown => JSON.parse(reply.body.toString());
    const response = type === PROTOBUF ? decodeResponse(reply.body) : json();
    const errorMessage = expect.stringContaining('span_id');
    expect(response).toEqual({ partialSuccess: { rejectedSpans: '2', errorMessage } });
    expect(received).toHaveLength(2);
  });

  test.each([
    ['gzip', gzipSync(GOOD)],
    ['GZIP', gzipSync(GOOD)],
    ['identity', GOOD],
  ])('content-encoding %s is read', async (encoding, body) => {
    expect((await post(PROTOBUF, body, { 'content-encoding': encoding })).status).toBe(200);
    expect(received).toHaveLength(1);
  });

  test('gzip of several members and in small chunks is read', async () => {
    const body = Buffer.concat([gzipSync(GOOD), gzipSync(protobufOf(span()))]);
    const chunks = Array.from(body, (byte) => Buffer.of(byte));
    expect((await post(PROTOBUF, chunks, { 'content-encoding': 'gzip' })).status).toBe(200);
    expect(received).toHaveLength(2);
  });

  test('a body without Content-Length is read', async () => {
    const body = protobufOf(...Array.from({ length: 5_000 }, () => span()));
    const chunks = [body.subarray(0, 10), body.subarray(10, 100_000), body.subarray(100_000)];
    expect((await post(PROTOBUF, chunks)).status).toBe(200);
    expect(received).toHaveLength(5_000);
  });
});

describe('OTLP/HTTP, failures: a google.rpc.Status in the encoding of the request', () => {
  const big = Buffer.alloc(MIB + 1);
  test.each<[string, Sending, number, number, string]>([
    ['Bad Data: no protobuf', { body: 'what', headers: { 'content-type': PROTOBUF } }, 400, 3, PROTOBUF],
    ['Bad Data: no JSON', { body: '{', headers: { 'content-type': JSON_TYPE } }, 400, 3, JSON_TYPE],
    [
      'Bad Data: no gzip',
      { body: GOOD, headers: { 'content-type': PROTOBUF, 'content-encoding': 'gzip' } },
      400,
      3,
      PROTOBUF,
    ],
    [
      'Bad Data: gzip that is cut short',
      { body: gzipSync(GOOD).subarray(0, 20), headers: { 'content-type': PROTOBUF, 'content-encoding': 'gzip' } },
      400,
      3,
      PROTOBUF,
    ],
    ['an unknown content type', { body: GOOD, headers: { 'content-type': 'text/plain' } }, 415, 3, JSON_TYPE],
    ['a content type that is none', { body: GOOD, headers: { 'content-type': ';;' } }, 415, 3, JSON_TYPE],
    ['no content type', { body: GOOD }, 415, 3, JSON_TYPE],
    ['no content type and no body', {}, 415, 3, JSON_TYPE],
    [
      'a content encoding that is not read',
      { body: GOOD, headers: { 'content-type': PROTOBUF, 'content-encoding': 'br' } },
      415,
      3,
      PROTOBUF,
    ],
    ['a body over the limit', { body: big, headers: { 'content-type': PROTOBUF } }, 413, 8, PROTOBUF],
    ['a body over the limit (JSON)', { body: big, headers: { 'content-type': JSON_TYPE } }, 413, 8, JSON_TYPE],
    ['a chunked body over the limit', { body: [big, big], headers: { 'content-type': PROTOBUF } }, 413, 8, PROTOBUF],
    [
      'a body over the limit once inflated',
      { body: gzipSync(big), headers: { 'content-type': PROTOBUF, 'content-encoding': 'gzip' } },
      413,
      8,
      PROTOBUF,
    ],
    ['another path', { path: '/v1/logs', body: GOOD, headers: { 'content-type': PROTOBUF } }, 404, 5, PROTOBUF],
    [
      'a path that is no URL',
      { path: '/v1/%zz', body: '{}', headers: { 'content-type': JSON_TYPE } },
      400,
      3,
      JSON_TYPE,
    ],
  ])('%s', async (_clause, sending, httpStatus, code, type) => {
    const reply = await send(endpoint, sending);
    expect(reply.status).toBe(httpStatus);
    expect(reply.headers['content-type']).toBe(type);
    expect(reply.headers['retry-after']).toBeUndefined();
    expect(statusOf(reply)['code']).toBe(code);
    expect(received).toHaveLength(0);
    expect(receiver.inFlightBytes).toBe(0);
  });

  test.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('the method %s is not allowed', async (method) => {
    const reply = await send(endpoint, { method });
    expect([reply.status, reply.headers['allow']]).toEqual([405, 'POST']);
    statusOf(reply);
  });

  test.each([PROTOBUF, JSON_TYPE])('Throttling: 503 with Retry-After, before the body is read (%s)', async (type) => {
    refusal = new Refusal('BT_OVERLOADED', 'Later.');
    const reply = await post(type, type === PROTOBUF ? GOOD : GOOD_JSON);
    expect(reply.status).toBe(503);
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    expect(statusOf(reply)).toEqual({ code: 14, message: 'Later.' });
  });

  test.each([
    ['no HTTP', 'hello\r\n\r\n'],
    ['a bad Content-Length', 'POST /v1/traces HTTP/1.1\r\nHost: a\r\nContent-Length: many\r\n\r\n'],
    ['an unknown method', 'FROB /v1/traces HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['a head that is too long', `GET / HTTP/1.1\r\nHost: a\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`],
  ])('what is %s is answered in JSON', async (_what, bytes) => {
    const [head, body] = (await sendRaw(endpoint, bytes)).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1.1 4(00|31) /);
    expect(head).toMatch(/content-type: application\/json/);
    expect(JSON.parse(body!)).toEqual({ code: 3, message: expect.any(String) });
  });

  test('a connection goes on after a refusal', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const over = (body: Buffer): Promise<Reply> =>
      send(endpoint, { headers: { 'content-type': PROTOBUF }, body, agent });
    expect((await over(Buffer.alloc(2 * MIB))).status).toBe(413);
    expect((await over(Buffer.from('what'))).status).toBe(400);
    expect((await over(GOOD)).status).toBe(200);
    agent.destroy();
  });
});

describe('bounds', () => {
  test('a bomb is stopped while it inflates, many of them too, and memory stays flat', async () => {
    await receiver.close();
    receiver = await start({ maxBodyBytes: 64 * MIB, maxInFlightBytes: 128 * MIB });
    const bomb = gzipSync(Buffer.alloc(1024 * MIB));
    expect(bomb.length).toBeLessThan(1.1 * MIB);
    const before = process.memoryUsage();
    let most = 0;
    const watch = setInterval(() => {
      const { external, heapUsed } = process.memoryUsage();
      most = Math.max(most, external + heapUsed - before.external - before.heapUsed);
    }, 5);
    const replies = await Promise.all(
      Array.from({ length: 8 }, () => post(PROTOBUF, bomb, { 'content-encoding': 'gzip' })),
    );
    clearInterval(watch);
    const statuses = replies.map(({ status }) => status);
    expect(statuses).toContain(413);
    expect(statuses.every((status) => status === 413 || status === 503)).toBe(true);
    expect(most).toBeLessThan(400 * MIB);
    expect(receiver.inFlightBytes).toBe(0);
    await receiver.close();
    receiver = await start();
  }, 60_000);

  test('bytes in flight are reserved before a body is read; over the bound it is 503', async () => {
    const body = Buffer.alloc(MIB - 10);
    const hold = Array.from({ length: 4 }, () => {
      const held = request(`${endpoint}/v1/traces`, {
        method: 'POST',
        agent: false,
        headers: { 'content-type': PROTOBUF, 'content-length': body.length },
      });
      held.on('error', () => undefined);
      held.write(body.subarray(0, 1));
      return held;
    });
    while (receiver.inFlightBytes < 4 * body.length) await new Promise((resolve) => setTimeout(resolve, 5));
    const reply = await post(PROTOBUF, body);
    expect(reply.status).toBe(503);
    expect(reply.headers['retry-after']).toBeDefined();
    for (const held of hold) held.destroy();
    while (receiver.inFlightBytes > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await post(PROTOBUF, GOOD)).status).toBe(200);
  });

  test('a refusal that comes while a body is read holds too', async () => {
    const held = request(`${endpoint}/v1/traces`, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': PROTOBUF },
    });
    const answered = new Promise<number>((resolve) => held.on('response', (incoming) => resolve(incoming.statusCode!)));
    held.write(GOOD.subarray(0, 5));
    await new Promise((resolve) => setTimeout(resolve, 50));
    refusal = new Refusal('BT_OVERLOADED', 'Later.');
    held.end(GOOD.subarray(5));
    expect(await answered).toBe(503);
    expect(received).toHaveLength(0);
  });

  test('many at once are all read', async () => {
    const replies = await Promise.all(
      Array.from({ length: 100 }, () =>
        post(PROTOBUF, gzipSync(protobufOf(span(), span())), { 'content-encoding': 'gzip' }),
      ),
    );
    expect(replies.map(({ status }) => status)).toEqual(new Array(100).fill(200));
    expect(received).toHaveLength(200);
    expect(receiver.counters.refused['BT_INTERNAL']).toBeUndefined();
  });
});

describe('a real SDK', () => {
  test.each([
    ['protobuf', 'none'],
    ['protobuf', 'gzip'],
    ['json', 'none'],
    ['json', 'gzip'],
  ] as const)('exports by %s, compression %s', async (encoding, compression) => {
    const sdk = await buildSdk(folder);
    const traceId = await sdk.exportTrace(endpoint, encoding, compression, ['ok', 'fails']);
    const byName = Object.fromEntries(received.map((one) => [one.name, one]));
    expect(Object.keys(byName).sort()).toEqual(['fails', 'ok', 'root']);
    expect(byName['fails']).toMatchObject({
      traceId,
      status: 'ERROR',
      statusMessage: 'request timed out',
      kind: 'INTERNAL',
    });
    expect(byName['fails']!.parentSpanId).toBe(byName['root']!.spanId);
    expect(byName['ok']!.attribute('service.name')).toBe('payment-api');
    expect(byName['ok']!.attribute('order.tags')).toEqual(['a', 'b']);
    expect(byName['ok']!.events[0]!.attributes.get('depth')).toBe(1.5);
    expect(byName['ok']!.scope).toEqual({ name: 'test', version: '1.2.3' });
    expect(Math.abs(byName['root']!.startUs / 1000 - Date.now())).toBeLessThan(60_000);
  });
});

describe('on a socket path', () => {
  const path = join(folder, 'otlp.sock');
  const listening = (): Receiver =>
    new Receiver({
      settings: { ...SETTINGS, listen: { path } },
      refusal: () => undefined,
      accept: () => undefined,
      log: () => undefined,
      onUnexpected: () => undefined,
    });

  test('it listens for its own user only, also where a killed process left its socket', async () => {
    const stale = createServer().listen(path);
    await new Promise((resolve) => stale.once('listening', resolve));
    const started = listening();
    expect(await started.listen()).toBe(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const headers = { 'content-type': PROTOBUF, [SENDER_HEADER]: writeSender(senderAt('::1')) };
    const status = await new Promise((resolve, reject) => {
      request({ socketPath: path, path: '/v1/traces', method: 'POST', headers }, (incoming) =>
        resolve(incoming.resume().statusCode),
      )
        .on('error', reject)
        .end(GOOD);
    });
    expect(status).toBe(200);
    await started.close();
    stale.close();
    expect(existsSync(path)).toBe(false);
  });
});
