import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import jwt from 'jsonwebtoken';
import { SENDER_HEADER, writeSender } from '../server/bridge/sender';
import { certificate, writeCertificate } from '../server/bridge/test_support/certificates';
import { call, eventually } from './support/api';
import { type OwnElasticsearch, startOwnElasticsearch } from './support/elasticsearch';
import { type Host, type HostEnvironment, printedKey, startHost as start, waitUntil } from './support/host';
import { temporaryFolder } from './support/temporary';

/** One of its own: the first key is shown once, to whoever asks for one first. */
let elasticsearch: OwnElasticsearch;
beforeAll(async () => {
  elasticsearch = await startOwnElasticsearch();
});
afterAll(() => elasticsearch?.remove());
const startHost = (settings: HostEnvironment): Promise<Host> => start({ ...elasticsearch.environment, ...settings });

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const keyFile = join(temporaryFolder(), 'issuer.pem');
writeFileSync(keyFile, publicKey.export({ type: 'spki', format: 'pem' }));

const bearer = (spaces: readonly string[], subject = 'shop'): string =>
  `Bearer ${jwt.sign({ 'betrace.spaces': spaces }, privateKey, {
    algorithm: 'ES256',
    audience: 'betrace',
    expiresIn: 300,
    subject,
  })}`;

const NAME = `access.${randomBytes(4).toString('hex')}`;
const RULE = { name: NAME, dsl: `trace.has(span => span.name === '${NAME}')`, severity: 'low' };
const traceOf = (traceId: string, spans = 1): object => ({
  resourceSpans: [
    {
      scopeSpans: [
        {
          spans: Array.from({ length: spans }, () => {
            const now = String(BigInt(Date.now()) * 1_000_000n);
            const spanId = randomBytes(8).toString('hex');
            return { traceId, spanId, name: NAME, startTimeUnixNano: now, endTimeUnixNano: now };
          }),
        },
      ],
    },
  ],
});
const newTrace = (): string => randomBytes(16).toString('hex');

/** Headers that fetch would not send as they are. */
const post = (url: string, body: object, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    httpRequest(
      `${url}/v1/traces`,
      { method: 'POST', agent: false, headers: { 'content-type': 'application/json', ...headers } },
      (answer) => resolve(answer.resume().statusCode ?? 0),
    )
      .on('error', reject)
      .end(JSON.stringify(body));
  });

describe('off loopback, with keys for tokens', () => {
  let host: Host;
  let admin: Record<string, string>;
  beforeAll(async () => {
    host = await startHost({
      BETRACE_HOST: '0.0.0.0',
      BETRACE_JWT_KEY_FILE: keyFile,
      BETRACE_CORS_ORIGINS: 'https://shop.example',
      BETRACE_QUOTA_SPANS_PER_SECOND: '100',
      BETRACE_QUOTA_BURST_SECONDS: '1',
      BETRACE_SETTLE_MS: '200',
    });
    admin = { authorization: `ApiKey ${await printedKey(host)}` };
  });
  afterAll(() => host?.stop());

  const makeKey = async (body: object): Promise<{ status: number; body: { key: string; spaces?: string[] } }> =>
    call<{ key: string; spaces?: string[] }>('POST', `${host.url}/api/v1/keys`, { name: 'a sender', ...body }, admin);

  test('spans belong to the spaces of their credential, whatever a client says beside it', async () => {
    const { body: rule, status } = await call<{ id: string }>('POST', `${host.url}/api/v1/rules`, RULE, admin);
    expect(status).toBe(201);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const made = await makeKey({ role: 'ingest', spaces: ['other'] });
    expect([made.status, made.body.spaces]).toEqual([201, ['other']]);
    const { body: plain } = await makeKey({ role: 'ingest' });
    expect(plain.spaces).toEqual(['default']);

    const forged = writeSender({ id: 'key:forged', spaces: ['default'] });
    const apart: Record<string, string>[] = [
      { authorization: bearer(['other']) },
      { authorization: `ApiKey ${made.body.key}` },
      { authorization: bearer(['other']), [SENDER_HEADER]: forged },
      { authorization: bearer(['other']), 'X-BeTrace-Sender': forged, connection: `close, ${SENDER_HEADER}` },
    ];
    for (const headers of apart) expect(await post(host.url, traceOf(newTrace()), headers)).toBe(200);
    const among = [
      { authorization: bearer(['default']) },
      { authorization: bearer(['other', 'default']) },
      { authorization: `ApiKey ${plain.key}` },
      admin,
    ];
    const traces: string[] = [];
    for (const headers of among) {
      const traceId = newTrace();
      traces.push(traceId);
      expect(await post(host.url, traceOf(traceId), headers as Record<string, string>)).toBe(200);
    }
    const url = `${host.url}/api/v1/violations?ruleId=${rule.id}`;
    /** None where the stream is only just being made (503). */
    const violationsOf = async (): Promise<string[][]> => {
      const found = await call<{ violations: { traceIds: string[] }[] }>('GET', url, undefined, admin);
      expect([200, 503]).toContain(found.status);
      return found.status === 200 ? found.body.violations.map(({ traceIds }) => traceIds) : [];
    };
    await eventually(violationsOf, (found) => found.length >= traces.length);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect((await violationsOf()).flat().sort()).toEqual(traces.sort());
  });

  test('spans need a credential that is for spans, and the rest of the API none of those', async () => {
    const answer = await call('POST', `${host.url}/v1/traces`, {});
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'ApiKey, Bearer realm="BeTrace"']);
    const wrong = [
      { authorization: `Bearer ${jwt.sign({}, 'x'.repeat(32), { audience: 'betrace', expiresIn: 9 })}` },
      { authorization: `ApiKey bt_${'0'.repeat(16)}_${'x'.repeat(43)}` },
      { [SENDER_HEADER]: writeSender({ id: 'x', spaces: ['default'] }) },
    ];
    for (const headers of wrong) {
      const refused = await call('POST', `${host.url}/v1/traces`, {}, headers as Record<string, string>);
      expect([refused.status, refused.body]).toEqual([401, answer.body]);
    }
    const forbidden = await call('POST', `${host.url}/v1/traces`, {}, { authorization: bearer([]) });
    expect(forbidden.status).toBe(403);
    const { body: reader } = await makeKey({ role: 'reader' });
    expect(reader.spaces).toEqual(['default']);
    expect((await call('POST', `${host.url}/v1/traces`, {}, { authorization: `ApiKey ${reader.key}` })).status).toBe(
      403,
    );
    expect(
      (await call('GET', `${host.url}/api/v1/rules`, undefined, { authorization: bearer(['default']) })).status,
    ).toBe(401);
    expect((await makeKey({ role: 'ingest', spaces: ['A b'] })).status).toBe(400);
    expect((await makeKey({ role: 'ingest', spaces: [] })).status).toBe(400);
    const metrics = await (await fetch(`${host.url}/metrics`, { headers: admin })).text();
    expect(metrics).toMatch(/betrace_ingest_refused_total\{code="BT_UNAUTHENTICATED"\} 4/);
    expect(metrics).toMatch(/betrace_ingest_refused_total\{code="BT_FORBIDDEN"\} 2/);
  });

  test('a credential has its quota, and another its own', async () => {
    const send = (subject: string, spans: number) =>
      call<{ code: number }>('POST', `${host.url}/v1/traces`, traceOf(newTrace(), spans), {
        authorization: bearer(['q'], subject),
      });
    expect((await send('greedy', 500)).status).toBe(200);
    const refused = await send('greedy', 1);
    expect([refused.status, refused.body.code]).toEqual([429, 8]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(4);
    expect((await send('modest', 1)).status).toBe(200);
    await waitUntil(async () => {
      const metrics = await (await fetch(`${host.url}/metrics`, { headers: admin })).text();
      return metrics.includes('betrace_bridge_requests_refused_total{code="BT_QUOTA_EXCEEDED"} 1');
    });
  });

  test('pages of the origins that are named may send spans, and do nothing else', async () => {
    const ask = (path: string, origin: string): Promise<Response> =>
      fetch(`${host.url}${path}`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
      });
    const preflight = await ask('/v1/traces', 'https://shop.example');
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([
      204,
      'https://shop.example',
    ]);
    for (const [path, origin] of [
      ['/v1/traces', 'https://evil.example'],
      ['/api/v1/rules', 'https://shop.example'],
      ['/v1/tracesx', 'https://shop.example'],
      ['/', 'https://shop.example'],
    ] as const) {
      expect((await ask(path, origin)).headers.get('access-control-allow-origin')).toBeNull();
    }
    const headers = { origin: 'https://shop.example', authorization: bearer(['default']) };
    const sent = await call('POST', `${host.url}/v1/traces`, {}, headers);
    expect([sent.status, sent.headers.get('access-control-allow-origin')]).toEqual([200, 'https://shop.example']);
    const refused = await call('POST', `${host.url}/v1/traces`, {}, { origin: 'https://shop.example' });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, 'https://shop.example']);
  });
});

test('on loopback keys for tokens are asked of senders, and of nobody else', async () => {
  const host = await startHost({ BETRACE_JWT_KEY_FILE: keyFile });
  expect((await call('POST', `${host.url}/v1/traces`, {})).status).toBe(401);
  expect((await call('POST', `${host.url}/v1/traces`, {}, { authorization: bearer(['default']) })).status).toBe(200);
  expect((await call('GET', `${host.url}/api/v1/rules`)).status).toBe(200);
  const { body } = await call<{ key: string }>('POST', `${host.url}/api/v1/keys`, { name: 'a', role: 'ingest' });
  expect((await call('POST', `${host.url}/v1/traces`, {}, { authorization: `ApiKey ${body.key}` })).status).toBe(200);
  await host.stop();
});

test('the port speaks HTTPS where it has a certificate, and another one once that has changed', async () => {
  const authority = await certificate('authority');
  const folder = temporaryFolder();
  const { certFile, keyFile: tlsKey } = writeCertificate(folder, await certificate('first', authority));
  const host = await startHost({ BETRACE_TLS_CERT_FILE: certFile, BETRACE_TLS_KEY_FILE: tlsKey });
  const { port } = new URL(host.url);
  const sent = (): Promise<[number, string]> =>
    new Promise((resolve, reject) => {
      httpsRequest(
        `https://localhost:${port}/v1/traces`,
        { method: 'POST', agent: false, ca: authority.cert, headers: { 'content-type': 'application/json' } },
        (answer) => {
          const { subject } = (answer.socket as TLSSocket).getPeerCertificate();
          answer.resume().on('end', () => resolve([answer.statusCode ?? 0, subject.CN as string]));
        },
      )
        .on('error', reject)
        .end('{}');
    });
  expect(await sent()).toEqual([200, 'first']);
  expect(host.output()).toContain(`https://localhost:${port}`);
  await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
  writeCertificate(folder, await certificate('second', authority));
  await waitUntil(async () => (await sent())[1] === 'second');
  expect(await host.stop()).toBe(0);
});

test.each([
  [{ BETRACE_JWT_KEY_FILE: '/nowhere/keys.pem' }, "The keys that verify tokens can't be read: ENOENT"],
  [{ BETRACE_TLS_CERT_FILE: keyFile, BETRACE_TLS_KEY_FILE: keyFile }, "can't be used"],
  [{ BETRACE_HOST: '0.0.0.0', BETRACE_CORS_ORIGINS: '*' }, 'only where senders need no credentials'],
])('%j keeps the host from starting, and says why', async (settings, message) => {
  await expect(startHost(settings)).rejects.toThrow(message);
});
