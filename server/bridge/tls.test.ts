import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { Agent, request, type RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { type Certificate, certificate, writeCertificate } from './test_support/certificates';
import { PROTOBUF, protobufOf, type Receiving, span, startReceiver } from './test_support/receiving';
import { openTls } from './tls';
import { readTokenKeys } from './token_keys';

const folder = mkdtempSync(join(tmpdir(), 'betrace-tls-'));
afterAll(() => rmSync(folder, { recursive: true }));
let place = 0;
const ownFolder = (): string => {
  const path = join(folder, String((place += 1)));
  mkdirSync(path);
  return path;
};

let authority: Certificate;
let first: Certificate;
let second: Certificate;
beforeAll(async () => {
  authority = await certificate('authority');
  first = await certificate('first', authority);
  second = await certificate('second', authority);
});

const running: Receiving[] = [];
afterEach(() => Promise.all(running.splice(0).map((to) => to.stop())));
const start = async (tls: { certFile: string; keyFile: string; clientCaFile?: string }): Promise<Receiving> => {
  const to = await startReceiver({ ingest: { tls } });
  running.push(to);
  return to;
};

/** The status, and the name in the server's certificate, over a connection of its own or an agent's. */
const post = (to: Receiving, options: RequestOptions = {}): Promise<[number, string]> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': PROTOBUF };
    const outgoing = request(
      `${to.endpoint}/v1/traces`,
      { method: 'POST', headers, ca: authority.cert, agent: false, ...options },
      (answer) => {
        const { subject } = (answer.socket as TLSSocket).getPeerCertificate();
        answer.resume().on('end', () => resolve([answer.statusCode!, subject.CN as string]));
      },
    );
    outgoing.on('error', reject).end(protobufOf(span()));
  });
async function eventually(attempt: () => Promise<boolean>): Promise<void> {
  for (const until = Date.now() + 10_000; !(await attempt()); await sleep(50)) {
    if (Date.now() > until) throw new Error('not so after ten seconds');
  }
}

test('spans are taken by HTTPS, and by nothing else', async () => {
  const to = await start(writeCertificate(ownFolder(), first));
  expect(to.endpoint).toMatch(/^https:/);
  expect(await post(to)).toEqual([200, 'first']);
  await expect(fetch(`${to.endpoint.replace('https', 'http')}/v1/traces`)).rejects.toThrow();
  await expect(post(to, { ca: second.cert })).rejects.toThrow(/certificate/);
  await expect(post(to, { maxVersion: 'TLSv1.1', minVersion: 'TLSv1' })).rejects.toThrow();
  expect(to.received).toHaveLength(1);
});

test('a changed certificate is that of the next connection; those that are open go on', async () => {
  const own = ownFolder();
  const to = await start(writeCertificate(own, first));
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: authority.cert });
  expect(await post(to, { agent })).toEqual([200, 'first']);
  writeCertificate(own, second);
  await eventually(async () => (await post(to))[1] === 'second');
  expect(await post(to, { agent })).toEqual([200, 'first']);
  agent.destroy();
  expect(to.logs).toContainEqual(
    expect.objectContaining({ level: 'info', message: 'The TLS certificate was changed' }),
  );
}, 20_000);

test('a folder that a link is turned to is a change, too (as Kubernetes does it)', async () => {
  const own = ownFolder();
  for (const [name, one] of Object.entries({ a: first, b: second })) {
    mkdirSync(join(own, name));
    writeCertificate(join(own, name), one);
  }
  symlinkSync('a', join(own, 'now'));
  const to = await start({ certFile: join(own, 'now/tls.crt'), keyFile: join(own, 'now/tls.key') });
  expect(await post(to)).toEqual([200, 'first']);
  symlinkSync('b', join(own, 'next'));
  renameSync(join(own, 'next'), join(own, 'now'));
  await eventually(async () => (await post(to))[1] === 'second');
}, 20_000);

test("files that can't be used are logged once and change nothing; good ones after them do", async () => {
  const own = ownFolder();
  const { certFile, keyFile } = writeCertificate(own, first);
  const to = await start({ certFile, keyFile });
  const warnings = (): unknown[] => to.logs.filter(({ level }) => level === 'warn');
  for (const [at, spoil] of [
    () => writeFileSync(keyFile, second.key), // of another certificate
    () => writeFileSync(certFile, ''),
    () => unlinkSync(certFile),
  ].entries()) {
    spoil();
    await eventually(() => Promise.resolve(warnings().length === at + 1));
    expect(await post(to)).toEqual([200, 'first']);
  }
  await sleep(2_500);
  expect(warnings()).toHaveLength(3);
  expect(JSON.stringify(to.logs)).not.toContain('BEGIN');
  writeCertificate(own, second);
  await eventually(async () => (await post(to))[1] === 'second');
}, 30_000);

test("with a clients' CA only those send that show one of its certificates", async () => {
  const own = ownFolder();
  const clientCaFile = join(own, 'ca.crt');
  writeFileSync(clientCaFile, authority.cert);
  const to = await start({ ...writeCertificate(own, first), clientCaFile });
  const stranger = await certificate('stranger');
  expect(await post(to, await certificate('a sender', authority))).toEqual([200, 'first']);
  await expect(post(to)).rejects.toThrow();
  await expect(post(to, stranger)).rejects.toThrow();
  expect(to.received).toHaveLength(1);

  writeFileSync(clientCaFile, stranger.cert);
  await eventually(() =>
    post(to, stranger).then(
      () => true,
      () => false,
    ),
  );
  await expect(post(to, second)).rejects.toThrow();
}, 20_000);

test('a change between reading and listening is not missed', async () => {
  const own = ownFolder();
  const logs: string[] = [];
  const tls = await openTls(writeCertificate(own, first), (_level, message) => void logs.push(message), 20);
  writeCertificate(own, second);
  await eventually(() => Promise.resolve(logs.includes('The TLS certificate was changed')));
  const served: unknown[] = [];
  tls.serve({ setSecureContext: ({ cert }) => void served.push(cert) });
  expect([tls.options.cert, served]).toEqual([first.cert, [second.cert]]);
  tls.stop();
});

test.each<[string, (own: string) => { certFile: string; keyFile: string; clientCaFile?: string }]>([
  ['are not there', (own) => ({ certFile: join(own, 'no'), keyFile: join(own, 'no') })],
  ["don't go together", (own) => writeCertificate(own, { cert: first.cert, key: second.key })],
  ['are empty', (own) => writeCertificate(own, { cert: '', key: '' })],
  ['are something else', (own) => writeCertificate(own, { cert: 'x', key: 'y' })],
  [
    'have an empty CA, which would be taken for that of everybody',
    (own) => {
      writeFileSync(join(own, 'ca.crt'), '\n');
      return { ...writeCertificate(own, first), clientCaFile: join(own, 'ca.crt') };
    },
  ],
])('files that %s keep it from listening', async (_what, make) => {
  await expect(startReceiver({ ingest: { tls: make(ownFolder()) } })).rejects.toMatchObject({ code: 'BT_TLS_INVALID' });
});

test('a certificate holds a key that verifies tokens, as a public key does', () => {
  expect(readTokenKeys(new Map([['a', first.cert]]), [], false).find(undefined)).toMatchObject({
    algorithms: ['ES256'],
  });
});
