import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as zlib from 'node:zlib';
import { gzipSync } from 'node:zlib';
import { BeTraceError } from '../../common/errors';
import { Receiver } from './receiver';
import { SENDER_HEADER, senderAt, writeSender } from './sender';
import { buildSdk } from './test_support/sdk';
import type { Reply } from './test_support/http';
import { send } from './test_support/http';
import { MIB, PROTOBUF, protobufOf, type Receiving, span, startReceiver } from './test_support/receiving';
import { ALL_ATTRIBUTES } from './wanted_attributes';

let to: Receiving;

const folder = mkdtempSync(join(tmpdir(), 'betrace-receiver-'));
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(async () => {
  to = await startReceiver();
});
afterAll(() => to.stop());
beforeEach(() => to.forget());
afterEach(() => expect(to.unexpected).toEqual([]));

const GOOD = protobufOf(span());

test.each([
  ['localhost:4319', 200],
  ['127.0.0.1:4319', 200],
  ['evil.example', 403],
])('a request to %s is answered %d: a page whose name was pointed at us is no sender', async (host, status) => {
  expect((await to.post(PROTOBUF, GOOD, { host })).status).toBe(status);
  expect(to.received).toHaveLength(status === 200 ? 1 : 0);
});

describe('bounds', () => {
  test('a connection goes on after a refusal', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const over = (body: Buffer): Promise<Reply> =>
      send(to.endpoint, { headers: { 'content-type': PROTOBUF }, body, agent });
    expect((await over(Buffer.alloc(2 * MIB))).status).toBe(413);
    expect((await over(Buffer.from('what'))).status).toBe(400);
    expect((await over(GOOD)).status).toBe(200);
    agent.destroy();
  });

  test('a bomb is stopped while it inflates, many of them too, and memory stays flat', async () => {
    await to.stop();
    to = await startReceiver({ maxBodyBytes: 64 * MIB, maxInFlightBytes: 128 * MIB });
    const bomb = gzipSync(Buffer.alloc(1024 * MIB));
    expect(bomb.length).toBeLessThan(1.1 * MIB);
    const before = process.memoryUsage();
    let most = 0;
    const watch = setInterval(() => {
      const { external, heapUsed } = process.memoryUsage();
      most = Math.max(most, external + heapUsed - before.external - before.heapUsed);
    }, 5);
    const replies = await Promise.all(
      Array.from({ length: 8 }, () => to.post(PROTOBUF, bomb, { 'content-encoding': 'gzip' })),
    );
    clearInterval(watch);
    const statuses = replies.map(({ status }) => status);
    expect(statuses).toContain(413);
    expect(statuses.every((status) => status === 413 || status === 503)).toBe(true);
    expect(most).toBeLessThan(400 * MIB);
    expect(to.receiver.inFlightBytes).toBe(0);
    await to.stop();
    to = await startReceiver();
  }, 60_000);

  test.each(['deflate', 'deflate, bare', 'zstd'])('a bomb in %s is stopped, too', async (name) => {
    const { zstdCompressSync } = zlib as unknown as { zstdCompressSync?: typeof gzipSync };
    const encode = { deflate: zlib.deflateSync, 'deflate, bare': zlib.deflateRawSync, zstd: zstdCompressSync }[name];
    if (encode === undefined) return; // a Node without zstd
    const bomb = encode(Buffer.alloc(256 * MIB));
    const reply = await to.post(PROTOBUF, bomb, { 'content-encoding': name.split(',', 1)[0] });
    expect([reply.status, to.receiver.inFlightBytes]).toEqual([413, 0]);
  });

  test('bytes in flight are reserved before a body is read; over the bound it is 503', async () => {
    const body = Buffer.alloc(MIB - 10);
    const hold = Array.from({ length: 4 }, () => {
      const held = request(`${to.endpoint}/v1/traces`, {
        method: 'POST',
        agent: false,
        headers: { 'content-type': PROTOBUF, 'content-length': body.length },
      });
      held.on('error', () => undefined);
      held.write(body.subarray(0, 1));
      return held;
    });
    while (to.receiver.inFlightBytes < 4 * body.length) await new Promise((resolve) => setTimeout(resolve, 5));
    const reply = await to.post(PROTOBUF, body);
    expect(reply.status).toBe(503);
    expect(reply.headers['retry-after']).toBeDefined();
    for (const held of hold) held.destroy();
    while (to.receiver.inFlightBytes > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await to.post(PROTOBUF, GOOD)).status).toBe(200);
  });

  test('a refusal that comes while a body is read holds too', async () => {
    const held = request(`${to.endpoint}/v1/traces`, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': PROTOBUF },
    });
    const answered = new Promise<number>((resolve) => held.on('response', (incoming) => resolve(incoming.statusCode!)));
    held.write(GOOD.subarray(0, 5));
    await new Promise((resolve) => setTimeout(resolve, 50));
    to.refusal = new BeTraceError('BT_OVERLOADED', 'Later.');
    held.end(GOOD.subarray(5));
    expect(await answered).toBe(503);
    expect(to.received).toHaveLength(0);
  });

  test('many at once are all read', async () => {
    const replies = await Promise.all(
      Array.from({ length: 100 }, () =>
        to.post(PROTOBUF, gzipSync(protobufOf(span(), span())), { 'content-encoding': 'gzip' }),
      ),
    );
    expect(replies.map(({ status }) => status)).toEqual(new Array(100).fill(200));
    expect(to.received).toHaveLength(200);
    expect(to.receiver.counters.refused['BT_INTERNAL']).toBeUndefined();
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
    const traceId = await sdk.exportTrace(to.endpoint, encoding, compression, ['ok', 'fails']);
    const byName = Object.fromEntries(to.received.map((one) => [one.name, one]));
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
      settings: { maxBodyBytes: MIB, maxInFlightBytes: MIB, maxOpenBytes: MIB, listen: { path } },
      refusal: () => undefined,
      accept: () => undefined,
      wanted: () => ALL_ATTRIBUTES,
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
