import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import jwt from 'jsonwebtoken';
import { SENDER_HEADER, writeSender } from './sender';
import { JSON_TYPE, jsonOf, type Receiving, span, startReceiver, statusOf } from './test_support/receiving';

const folder = mkdtempSync(join(tmpdir(), 'betrace-tokens-'));
afterAll(() => rmSync(folder, { recursive: true }));
const keys = join(folder, 'keys');
const empty = mkdtempSync(join(folder, 'empty-'));
const [OLD, NEW] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];
const SETTINGS = {
  algorithms: [],
  issuers: [],
  audiences: ['betrace'],
  clockToleranceSeconds: 0,
  spacesClaim: 'betrace.spaces',
};
const tokenOf = (secret: string, claims: object = { 'betrace.spaces': ['shop'] }, keyid = 'old'): string =>
  jwt.sign(claims, secret, { audience: 'betrace', expiresIn: 60, keyid });

let to: Receiving;
beforeAll(async () => {
  mkdirSync(keys);
  writeFileSync(join(keys, 'old.key'), OLD);
  to = await startReceiver({ ingest: { tokens: { keys: { file: keys }, ...SETTINGS } } });
});
afterAll(() => to.stop());
beforeEach(() => to.forget());

const send = async (authorization?: string, headers: object = {}): ReturnType<Receiving['post']> =>
  to.post(JSON_TYPE, jsonOf(span()), { ...(authorization && { authorization }), ...headers });

test('spans belong to the spaces of the token', async () => {
  expect((await send(`Bearer ${tokenOf(OLD, { 'betrace.spaces': ['b', 'a'] })}`)).status).toBe(200);
  expect(to.spaces).toEqual([['a', 'b']]);
});

test('whatever is wrong with credentials, the answer is the same to the byte', async () => {
  const wrong = [
    undefined,
    'Bearer x',
    `Bearer ${tokenOf(NEW)}`,
    `Bearer ${tokenOf(OLD, {}, 'other')}`,
    `Bearer ${jwt.sign({}, OLD, { audience: 'other', expiresIn: 60, keyid: 'old' })}`,
  ];
  const replies = await Promise.all(wrong.map((authorization) => send(authorization)));
  for (const { status, headers, body } of replies) {
    expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer realm="BeTrace"']);
    expect(body).toEqual(replies[0]!.body);
  }
  expect(statusOf(replies[0]!).code).toBe(16);
  expect(to.receiver.counters.refused).toMatchObject({ BT_UNAUTHENTICATED: wrong.length });
  expect(to.logs.map(({ fields }) => fields['reason']).sort()).toEqual(['malformed', 'none', 'refused', 'unknown_key']);
  expect(JSON.stringify(to.logs)).not.toMatch(/eyJ/);
});

test('a token without spaces is 403, and known to be nobody else', async () => {
  const reply = await send(`Bearer ${tokenOf(OLD, {})}`);
  expect([reply.status, statusOf(reply).code]).toEqual([403, 7]);
});

test('nobody is believed who says for whom it sends', async () => {
  const forged = { [SENDER_HEADER]: writeSender({ id: 'x', spaces: ['secret'] }) };
  expect((await send(undefined, forged)).status).toBe(401);
  expect((await send(`Bearer ${tokenOf(OLD)}`, forged)).status).toBe(200);
  expect(to.spaces).toEqual([['shop']]);
  const open = await startReceiver();
  expect((await open.post(JSON_TYPE, jsonOf(span()), forged)).status).toBe(200);
  expect(open.spaces).toEqual([['default']]);
  await open.stop();
});

test('keys are added, broken and taken away while it runs', async () => {
  const withNew = `Bearer ${tokenOf(NEW, undefined, 'new')}`;
  const withOld = `Bearer ${tokenOf(OLD)}`;
  expect([(await send(withNew)).status, (await send(withOld)).status]).toEqual([401, 200]);

  writeFileSync(join(keys, 'new.key'), NEW);
  await until(async () => (await send(withNew)).status === 200);
  expect((await send(withOld)).status).toBe(200);

  writeFileSync(join(keys, 'broken.key'), 'short');
  await until(async () => to.logs.some(({ fields }) => fields['code'] === 'BT_TOKEN_KEYS_INVALID'));
  expect((await send(withNew)).status).toBe(200);

  rmSync(join(keys, 'broken.key'));
  rmSync(join(keys, 'old.key'));
  await until(async () => (await send(withOld)).status === 401); // although it had been verified before
  expect(JSON.stringify(to.logs)).not.toContain(NEW);
}, 30_000);

async function until(attempt: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; !(await attempt()); await sleep(50)) {
    if (Date.now() > end) throw new Error('not so after ten seconds');
  }
}

test.each([{ file: join(folder, 'none') }, { file: empty }, { secret: 'short' }])('%j are no keys', async (source) => {
  const starting = startReceiver({ ingest: { tokens: { keys: source, ...SETTINGS } } });
  await expect(starting).rejects.toMatchObject({ code: 'BT_TOKEN_KEYS_INVALID' });
});
