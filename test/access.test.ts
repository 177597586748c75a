import { request } from 'node:http';
import { call } from './support/api';
import { type Host, printedKey, startHost } from './support/host';

/** A request whose Host header is ours to choose, which fetch doesn't allow. */
const statusWithHost = (url: string, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });

const RULE = { name: 'A rule', dsl: "trace.has(span => span.name === 'x')", severity: 'low' };

describe('on loopback', () => {
  let host: Host;
  beforeAll(async () => {
    host = await startHost();
  });
  afterAll(() => host?.stop());

  test('no login is asked for, and no page elsewhere can post', async () => {
    const url = `${host.url}/api/v1/rules`;
    const body = JSON.stringify(RULE);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const answer = await fetch(url, { method: 'POST', body, headers: { 'content-type': type } });
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([403, 'BT_CROSS_SITE']);
    }
    expect((await fetch(`${url}/x`, { method: 'DELETE' })).status).toBe(403);
    const withHeader = await fetch(`${url}/x`, { method: 'DELETE', headers: { 'x-betrace-request': '1' } });
    expect(withHeader.status).toBe(404);
    expect((await call('POST', url, RULE)).status).toBe(201);
  });

  test.each([
    '/healthz',
    '/readyz',
    '/metrics',
    '/api/v1/rules',
    '/api/v1/status',
    '/api/rules',
    '/v1/traces',
    '/nothing',
  ])('a name that is not ours is refused at %s', async (path) => {
    expect(await statusWithHost(`${host.url}${path}`, 'evil.example')).toBe(403);
    expect(await statusWithHost(`${host.url}${path}`, 'localhost.evil.example:80')).toBe(403);
    expect(await statusWithHost(`${host.url}${path}`, 'localhost')).not.toBe(403);
  });
});

describe('off loopback', () => {
  let host: Host;
  let admin: string;
  beforeAll(async () => {
    host = await startHost({ BETRACE_HOST: '0.0.0.0' });
    admin = await printedKey(host);
  });
  afterAll(() => host?.stop());

  const as = (key: string): Record<string, string> => ({ authorization: `ApiKey ${key}` });

  test('nothing but /healthz answers without a key', async () => {
    expect((await call('GET', `${host.url}/healthz`)).status).toBe(200);
    for (const path of [
      '/readyz',
      '/metrics',
      '/api/v1/rules',
      '/api/v1/violations',
      '/api/v1/openapi.json',
      '/nothing',
    ]) {
      expect([path, (await fetch(`${host.url}${path}`)).status]).toEqual([path, 401]);
    }
    const spans = await fetch(`${host.url}/v1/traces`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    expect([spans.status, spans.headers.get('content-type')]).toEqual([401, 'application/json']);
    expect(
      (await call('GET', `${host.url}/api/v1/rules`, undefined, as(`bt_${'0'.repeat(16)}_${'x'.repeat(43)}`))).status,
    ).toBe(401);
    expect((await call('GET', `${host.url}/api/v1/rules`, undefined, as(`${admin.slice(0, -1)}!`))).status).toBe(401);
  });

  test('the first administrator key was printed once, and makes others with less to say', async () => {
    expect(admin).not.toBe('');
    expect(host.output().split(admin)).toHaveLength(2);
    const make = async (role: string): Promise<string> => {
      const answer = await call<{ key: string }>('POST', `${host.url}/api/v1/keys`, { name: role, role }, as(admin));
      expect(answer.status).toBe(201);
      return answer.body.key;
    };
    const [reader, editor, ingest] = [await make('reader'), await make('editor'), await make('ingest')];
    const status = async (method: string, path: string, key: string, body?: unknown): Promise<number> =>
      (await call(method, `${host.url}${path}`, body, as(key))).status;

    expect(await status('GET', '/api/v1/rules', reader)).toBe(200);
    expect(await status('GET', '/api/v1/status', reader)).toBe(200);
    expect(await status('GET', '/api/v1/status', ingest)).toBe(403);
    expect(await status('POST', '/api/v1/rules', reader, RULE)).toBe(403);
    expect(await status('POST', '/v1/traces', reader, {})).toBe(403);
    expect(await status('POST', '/api/v1/rules', editor, RULE)).toBe(201);
    expect(await status('GET', '/api/v1/keys', editor)).toBe(403);
    expect(await status('POST', '/v1/traces', ingest, {})).toBe(200);
    expect(await status('GET', '/api/v1/rules', ingest)).toBe(403);
    expect(await status('GET', '/readyz', ingest)).toBe(403);

    const keys = await call<{ keys: { id: string; name: string }[] }>(
      'GET',
      `${host.url}/api/v1/keys`,
      undefined,
      as(admin),
    );
    expect(JSON.stringify(keys.body)).not.toContain('hash');
    const id = keys.body.keys.find(({ name }) => name === 'reader')?.id;
    expect(await status('DELETE', `/api/v1/keys/${id}`, admin)).toBe(204);
    expect(await status('GET', '/api/v1/rules', reader)).toBe(401);
  });
});
