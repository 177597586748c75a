import { Agent } from 'node:http';
import { connect } from 'node:net';
import * as zlib from 'node:zlib';
import fc from 'fast-check';
import { damaged } from './test_support/damage';
import { requests, toOtlpJson } from './test_support/generate';
import { send } from './test_support/http';
import { encodeRequest } from './test_support/otlp_proto';
import {
  JSON_TYPE,
  MIB,
  PROTOBUF,
  protobufOf,
  type Receiving,
  span,
  startReceiver,
  statusOf,
} from './test_support/receiving';

/** Anything at all, over real connections: each request gets one well-formed answer, and the receiver goes on. */
const RUNS = process.env['BETRACE_TEST_FULL'] === '1' ? 3_000 : 250;
jest.setTimeout(600_000);

let to: Receiving;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
beforeAll(async () => {
  to = await startReceiver({ maxBodyBytes: MIB, maxInFlightBytes: 2 * MIB, ingest: { maxSpans: 1_000 } });
});
afterAll(async () => {
  agent.destroy();
  await to.stop();
});
afterEach(async () => {
  expect(to.unexpected).toEqual([]);
  expect(to.receiver.inFlightBytes).toBe(0);
  to.forget();
  expect((await to.post(PROTOBUF, protobufOf(span()))).status).toBe(200);
  expect(to.received).toHaveLength(1);
});

/** Answered as OTLP answers, and never by 5xx: nothing here presses for memory. */
async function expectAnswer(headers: Record<string, string>, body: Buffer): Promise<void> {
  const reply = await send(to.endpoint, { headers, body, agent });
  if (reply.status !== 200) {
    expect([400, 413, 415]).toContain(reply.status);
    expect(statusOf(reply).message).toMatch(/\w/);
  }
  to.forget();
}
const check = (any: fc.Arbitrary<[Record<string, string>, Buffer]>): Promise<void> =>
  fc.assert(
    fc.asyncProperty(any, ([headers, body]) => expectAnswer(headers, body)),
    { numRuns: RUNS },
  );

const codings = fc.constantFrom<[string, (body: Buffer) => Buffer]>(
  ['identity', (body) => body],
  ['gzip', zlib.gzipSync],
  ['deflate', zlib.deflateSync],
  ['deflate', zlib.deflateRawSync],
);
const encodings = requests.chain((request) =>
  fc.constantFrom<[string, Buffer]>([PROTOBUF, encodeRequest(request)], [JSON_TYPE, Buffer.from(toOtlpJson(request))]),
);

test('requests that are damaged before they are compressed', () =>
  check(
    fc
      .tuple(encodings, codings)
      .chain(([[type, body], [coding, compress]]) =>
        damaged(body).map((bytes): [Record<string, string>, Buffer] => [
          { 'content-type': type, 'content-encoding': coding },
          compress(bytes),
        ]),
      ),
  ));

test('requests that are damaged after that', () =>
  check(
    fc
      .tuple(encodings, codings)
      .chain(([[type, body], [coding, compress]]) =>
        damaged(compress(body)).map((bytes): [Record<string, string>, Buffer] => [
          { 'content-type': type, 'content-encoding': coding },
          bytes,
        ]),
      ),
  ));

test('any bytes, under any headers that HTTP has', () =>
  check(
    fc.tuple(
      fc.record({
        'content-type': fc.oneof(fc.constantFrom(PROTOBUF, JSON_TYPE), fc.stringMatching(/^[!-~]{1,40}$/)),
        'content-encoding': fc.oneof(
          fc.constantFrom('', 'gzip', 'deflate', 'zstd', 'gzip, gzip', 'GZIP '),
          fc.stringMatching(/^[!-~]{1,20}$/),
        ),
      }),
      fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)),
    ),
  ));

/** Fields of any number, type and claimed length, in one another. */
const { field: wire } = fc.letrec<{ field: Buffer }>((tie) => ({
  field: fc.oneof(
    { depthSize: 'medium' },
    fc
      .tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 7 }), fc.uint8Array({ maxLength: 12 }))
      .map(([number, type, rest]) => Buffer.concat([Buffer.of((number << 3) | type), rest])),
    fc
      .tuple(fc.integer({ min: 1, max: 15 }), fc.array(tie('field'), { maxLength: 4 }), fc.integer({ min: -2, max: 2 }))
      .map(([number, parts, off]) => {
        const body = Buffer.concat(parts);
        return Buffer.concat([Buffer.of((number << 3) | 2), varint(Math.max(0, body.length + off)), body]);
      }),
    fc.constantFrom(0x08, 0x0a, 0x12, 0x30).map((tag) => Buffer.of(tag, ...new Array<number>(9).fill(0xff), 0x01)),
  ),
}));

test('protobuf of wrong wire types, huge varints and lengths that lie', () =>
  check(
    fc
      .array(wire, { minLength: 1, maxLength: 4 })
      .map((parts): [Record<string, string>, Buffer] => [{ 'content-type': PROTOBUF }, Buffer.concat(parts)]),
  ));

test('values of any depth', () =>
  check(
    fc
      .tuple(fc.integer({ min: 1, max: 5_000 }), fc.boolean())
      .map(([depth, isJson]): [Record<string, string>, Buffer] => [
        { 'content-type': isJson ? JSON_TYPE : PROTOBUF },
        isJson ? deepJson(depth) : deepProtobuf(depth),
      ]),
  ));

test('bytes that are no HTTP end one connection, and nothing else', async () => {
  const heads = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    damaged(
      Buffer.from(
        `POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${JSON_TYPE}\r\nContent-Length: 2\r\n\r\n{}`,
      ),
    ),
    damaged(
      Buffer.from(
        `POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
      ),
    ),
  );
  const { hostname, port } = new URL(to.endpoint);
  await fc.assert(
    fc.asyncProperty(heads, async (bytes) => {
      const answer = await new Promise<string>((resolve) => {
        const chunks: Buffer[] = [];
        connect(Number(port), hostname)
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .on('error', () => undefined)
          .on('close', () => resolve(Buffer.concat(chunks).toString('latin1')))
          .end(bytes);
      });
      for (const [, status] of answer.matchAll(/^HTTP\/1\.1 (\d+)/gm)) expect(Number(status)).toBeLessThan(500);
    }),
    { numRuns: RUNS },
  );
  await new Promise((resolve) => setTimeout(resolve, 50));
});

test('under pressure answers are 503 with Retry-After, or as ever', async () => {
  const body = zlib.gzipSync(
    Buffer.concat(Array.from({ length: 500 }, () => protobufOf(span({ name: 'x'.repeat(1_000) })))),
  );
  const headers = { 'content-type': PROTOBUF, 'content-encoding': 'gzip' };
  const replies = await Promise.all(Array.from({ length: 60 }, () => send(to.endpoint, { headers, body })));
  for (const reply of replies) {
    expect([200, 503]).toContain(reply.status);
    if (reply.status === 503) expect(reply.headers['retry-after']).toBe(String(statusOf(reply).retrySeconds));
  }
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200, 503]));
});

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; bytes.length === 0 || rest > 0; rest = Math.floor(rest / 128)) {
    bytes.push((rest % 128) | (rest >= 128 ? 128 : 0));
  }
  return Buffer.from(bytes);
}

const delimited = (number: number, body: Buffer): Buffer =>
  Buffer.concat([Buffer.of((number << 3) | 2), varint(body.length), body]);

function deepProtobuf(depth: number): Buffer {
  let value: Buffer = Buffer.alloc(0);
  for (let level = 0; level < depth; level += 1) value = delimited(5, delimited(1, value));
  const attribute = Buffer.concat([delimited(1, Buffer.from('k')), delimited(2, value)]);
  const ids = [delimited(1, Buffer.alloc(16, 1)), delimited(2, Buffer.alloc(8, 1))];
  return delimited(1, delimited(2, delimited(2, Buffer.concat([...ids, delimited(9, attribute)]))));
}

function deepJson(depth: number): Buffer {
  const value = `${'{"arrayValue":{"values":['.repeat(depth)}{}${']}}'.repeat(depth)}`;
  const ids = `"traceId":"${'1'.repeat(32)}","spanId":"${'1'.repeat(16)}"`;
  const attributes = `[{"key":"k","value":${value}}]`;
  return Buffer.from(`{"resourceSpans":[{"scopeSpans":[{"spans":[{${ids},"attributes":${attributes}}]}]}]}`);
}
