import { isOrigin } from './cors';
import { type Reply, send } from './test_support/http';
import { JSON_TYPE, jsonOf, type Receiving, span, startReceiver, statusOf } from './test_support/receiving';

const SHOP = 'https://shop.example';
const preflight = (to: Receiving, origin: string, path = '/v1/traces'): Promise<Reply> =>
  send(to.endpoint, {
    method: 'OPTIONS',
    path,
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
  });
const allowed = (reply: Reply): unknown => reply.headers['access-control-allow-origin'];

describe('origins that are named', () => {
  let to: Receiving;
  beforeAll(async () => {
    to = await startReceiver({ ingest: { cors: { origins: [SHOP, 'http://localhost:3000'], maxAgeSeconds: 60 } } });
  });
  afterAll(() => to.stop());

  test.each([SHOP, 'http://localhost:3000'])(
    '%s may send: its preflight is answered as the Fetch standard asks',
    async (origin) => {
      const reply = await preflight(to, origin);
      expect(reply.status).toBe(204);
      expect(reply.headers).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': 'authorization, content-encoding, content-type',
        'access-control-allow-credentials': 'true',
        'access-control-max-age': '60',
        vary: 'Origin',
      });
      const sent = await to.post(JSON_TYPE, jsonOf(span()), { origin });
      expect([sent.status, allowed(sent), sent.headers['vary']]).toEqual([200, origin, 'Origin']);
      expect(sent.headers['access-control-expose-headers']).toBe('retry-after');
    },
  );

  test.each([`${SHOP}.evil.example`, 'http://shop.example', `${SHOP}:8443`, 'null', 'https://SHOP.example', '*'])(
    '%s may not',
    async (origin) => {
      expect(allowed(await preflight(to, origin))).toBeUndefined();
      expect(allowed(await to.post(JSON_TYPE, jsonOf(span()), { origin }))).toBeUndefined();
    },
  );

  test('a page is told of refusals, too', async () => {
    const reply = await to.post(JSON_TYPE, '{', { origin: SHOP });
    expect([reply.status, allowed(reply), statusOf(reply).code]).toEqual([400, SHOP, 3]);
  });

  test.each(['/v1/logs', '/v1/tracesx', '/'])('%s is no business of pages', async (path) => {
    const reply = await preflight(to, SHOP, path);
    expect([reply.status, allowed(reply)]).toEqual([404, undefined]);
  });
});

test('without origins there is no CORS', async () => {
  const to = await startReceiver();
  const reply = await preflight(to, SHOP);
  expect([reply.status, allowed(reply)]).toEqual([405, undefined]);
  expect(allowed(await to.post(JSON_TYPE, jsonOf(span()), { origin: SHOP }))).toBeUndefined();
  await to.stop();
});

test('* is every origin, and none with cookies', async () => {
  const to = await startReceiver({ ingest: { cors: { origins: ['*'], maxAgeSeconds: 60 } } });
  const reply = await preflight(to, SHOP);
  expect([allowed(reply), reply.headers['access-control-allow-credentials']]).toEqual(['*', undefined]);
  await to.stop();
});

test.each([
  ['https://shop.example', true],
  ['http://localhost:3000', true],
  ['https://shop.example/', false],
  ['https://shop.example/path', false],
  ['https://Shop.example', false],
  ['https://shop.example:443', false],
  ['shop.example', false],
  ['null', false],
  ['file:///x', false],
  ['*', false],
])('%s can be an origin: %p', (text, is) => expect(isOrigin(text)).toBe(is));
