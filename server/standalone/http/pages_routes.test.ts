import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import Fastify, { type FastifyInstance } from 'fastify';
import { pagesRoutes } from './pages_routes';

let folder: string;
let app: FastifyInstance;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'betrace-pages-'));
  mkdirSync(path.join(folder, 'public'));
  writeFileSync(path.join(folder, 'public/betrace.app.js'), 'export {};');
  writeFileSync(path.join(folder, 'public/betrace.app.js.gz'), gzipSync('export {};'));
  writeFileSync(path.join(folder, 'secret'), 'of somebody else');
  app = Fastify();
  await app.register(pagesRoutes(path.join(folder, 'public')));
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

test.each(['/app/', '/app/rules', '/app/violations/00ff?from=now-1h'])('%s is the page', async (url) => {
  const { statusCode, headers, body } = await app.inject(url);
  expect([statusCode, headers['content-type'], headers['cache-control']]).toEqual([
    200,
    'text/html; charset=utf-8',
    undefined,
  ]);
  expect(body).toContain('src="/app/assets/betrace.standalone.js"');
  expect(body).not.toMatch(/<script(?![^>]*src=)|<style|\son\w+=|javascript:/i);
});

test('scripts come from files alone; styles carry a nonce that is new every time', async () => {
  const [one, other] = [await app.inject('/app/'), await app.inject('/app/')];
  const policy = String(one.headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toMatch(/script-src 'self';/);
  expect(policy).not.toMatch(/unsafe/);
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1];
  expect(one.body).toContain(`nonce="${nonce}"`);
  expect(other.headers['content-security-policy']).not.toBe(policy);
});

test('the page tells of an agent, and lets it talk with its server, only where there is one', async () => {
  expect((await app.inject('/app/')).body).not.toContain('betrace-rum');
  expect((await app.inject('/app/')).headers['content-security-policy']).toContain("connect-src 'self';");
  const other = Fastify();
  const rum = { serverUrl: 'https://apm.example:8200/p;x', serviceName: 'a', environment: '"><b>&', sampleRate: 0.5 };
  await other.register(pagesRoutes(path.join(folder, 'public'), rum));
  const { body, headers } = await other.inject('/app/');
  expect(headers['content-security-policy']).toContain("connect-src 'self' https://apm.example:8200;");
  const [, content] = /<meta name="betrace-rum" content="([^"]*)">/.exec(body)!;
  expect(content).not.toMatch(/[<>]/);
  const text = content!.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
  expect(JSON.parse(text)).toEqual(rum);
  await other.close();
});

test('a file is kept by browsers that ask whether it has changed', async () => {
  const url = '/app/assets/betrace.app.js';
  const { statusCode, headers } = await app.inject(url);
  expect([statusCode, headers['cache-control']]).toEqual([200, 'no-cache']);
  expect(headers['content-type']).toMatch(/javascript/);
  const again = await app.inject({ url, headers: { 'if-none-match': String(headers.etag) } });
  expect(again.statusCode).toBe(304);
});

test('a browser that takes gzip gets the twin that was made before', async () => {
  const url = '/app/assets/betrace.app.js';
  const { rawPayload, headers } = await app.inject({ url, headers: { 'accept-encoding': 'gzip, deflate' } });
  expect(headers['content-encoding']).toBe('gzip');
  expect(headers['content-type']).toMatch(/javascript/);
  expect(gunzipSync(rawPayload).toString()).toBe('export {};');
});

test.each(['%2e%2e%2fsecret', '..%5csecret', 'nothing.js', '', '%00'])(
  'there is no %j among the files',
  async (file) => {
    const { statusCode, body } = await app.inject(`/app/assets/${file}`);
    expect(statusCode).toBeGreaterThanOrEqual(400);
    expect(body).not.toContain('of somebody else');
  },
);

test('the address of the host leads to the app', async () => {
  const { statusCode, headers } = await app.inject('/');
  expect([statusCode, headers.location]).toEqual([302, '/app/']);
});
