import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { call, eventually } from './support/api';
import { type Host, startHost } from './support/host';

const MEBIBYTE = 1024 * 1024;

const spanJson = (fields: object = {}): object => ({
  traceId: randomBytes(16).toString('hex'),
  spanId: randomBytes(8).toString('hex'),
  name: 'odd',
  startTimeUnixNano: '1700000000000000000',
  endTimeUnixNano: '1700000000001000000',
  ...fields,
});
const request = (...spans: object[]): object => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

describe('bad input at /v1/traces', () => {
  let host: Host;
  let url: string;
  let ruleId: string;

  beforeAll(async () => {
    host = await startHost({ BETRACE_SETTLE_MS: '500' });
    url = `${host.url}/v1/traces`;
    const rule = {
      name: 'odd',
      dsl: "trace.has(span => span.attributes['__proto__'] === 'polluted')",
      severity: 'low',
    };
    ruleId = (await call<{ id: string }>('POST', `${host.url}/api/v1/rules`, rule)).body.id;
  });
  afterAll(async () => {
    await call('DELETE', `${host.url}/api/v1/rules/${ruleId}`);
    await host?.stop();
  });
  afterEach(async () => {
    expect((await fetch(`${host.url}/readyz`)).status).toBe(200);
  });

  const send = (body: Uint8Array | string, type: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(url, { method: 'POST', body, headers: { 'content-type': type, ...headers } });

  test.each([
    ['malformed protobuf', Buffer.from('ffffffffff', 'hex'), 'application/x-protobuf', 400],
    ['malformed JSON', '{"resourceSpans": [', 'application/json', 400],
    ['JSON of another form', '{"resourceSpans": "x"}', 'application/json', 400],
    ['an unknown content type', 'spans', 'text/plain', 415],
    ['a broken gzip', 'not gzip', 'application/json', 400],
  ])('%s is refused for good', async (what, body, type, status) => {
    const headers: Record<string, string> = what === 'a broken gzip' ? { 'content-encoding': 'gzip' } : {};
    const answer = await send(body, type, headers);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([status, null]);
    const expected = type === 'application/x-protobuf' ? 'application/x-protobuf' : 'application/json';
    expect(answer.headers.get('content-type')).toBe(expected);
    const text = await answer.text();
    if (expected === 'application/json') expect(Object.keys(JSON.parse(text) as object)).toContain('message');
    else expect(text.length).toBeGreaterThan(0);
  });

  test('a small bomb is stopped while it inflates', async () => {
    const bomb = gzipSync(Buffer.alloc(1024 * MEBIBYTE), { level: 9 });
    expect(bomb.length).toBeLessThan(2 * MEBIBYTE);
    const rss = async (): Promise<number> =>
      Number(
        /^betrace_process_resident_memory_bytes (\S+)/m.exec(await (await fetch(`${host.url}/metrics`)).text())?.[1],
      );
    const before = await rss();
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => send(bomb, 'application/x-protobuf', { 'content-encoding': 'gzip' })),
    );
    expect(answers.every(({ status }) => status === 413 || status === 503)).toBe(true);
    expect(answers.some(({ status }) => status === 413)).toBe(true);
    expect((await rss()) - before).toBeLessThan(512 * MEBIBYTE);
  });

  test('a body over 64 MiB is refused, announced or not', async () => {
    const announced = await new Promise<string>((resolve, reject) => {
      const { port } = new URL(url);
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write(
          `POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\nContent-Length: ${65 * MEBIBYTE}\r\n\r\n`,
        );
        socket.write(Buffer.alloc(MEBIBYTE));
      });
      socket.once('data', (data) => {
        resolve(data.toString());
        socket.destroy();
      });
      socket.once('error', reject);
    });
    expect(announced).toMatch(/^HTTP\/1\.1 413 /);
  });

  test('spans with ids of a wrong length are counted, the rest are taken', async () => {
    const answer = await send(
      JSON.stringify(request(spanJson(), spanJson({ spanId: 'abc' }), spanJson({ traceId: '00' }))),
      'application/json',
    );
    expect(answer.status).toBe(200);
    const { partialSuccess } = (await answer.json()) as {
      partialSuccess: { rejectedSpans: string | number; errorMessage: string };
    };
    expect(Number(partialSuccess.rejectedSpans)).toBe(2);
    expect(partialSuccess.errorMessage).not.toBe('');
  });

  test('an attribute named __proto__ is an attribute like others', async () => {
    const body = JSON.stringify(
      request(spanJson({ attributes: [{ key: '__proto__', value: { stringValue: 'polluted' } }] })),
    );
    expect((await send(body, 'application/json')).status).toBe(200);
    const found = await eventually(
      async () => (await call<{ total: number }>('GET', `${host.url}/api/v1/violations?ruleId=${ruleId}`)).body,
      ({ total }) => total > 0,
    );
    expect(found.total).toBe(1);
  });

  test('two hundred requests of noise leave everything as it was', async () => {
    for (let i = 0; i < 200; i += 1) {
      const answer = await send(randomBytes(1 + (i % 64)), i % 2 ? 'application/x-protobuf' : 'application/json');
      expect([200, 400]).toContain(answer.status);
      await answer.arrayBuffer();
    }
  });
});
