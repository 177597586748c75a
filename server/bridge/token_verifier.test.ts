import { createHmac, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import jwt from 'jsonwebtoken';
import type { TokenKeys } from './token_keys';
import { readTokenKeys, secretTokenKey } from './token_keys';
import { TokenVerifier } from './token_verifier';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const SECRET = randomBytes(32).toString('hex');

const NOW = Date.UTC(2026, 0, 1);
const NOW_S = NOW / 1000;
const SETTINGS = {
  algorithms: [],
  issuers: ['https://issuer.example'],
  audiences: ['betrace'],
  clockToleranceSeconds: 30,
  spacesClaim: 'betrace.spaces',
};
const CLAIMS = {
  iss: 'https://issuer.example',
  aud: ['other', 'betrace'],
  sub: 'shop',
  exp: NOW_S + 60,
  'betrace.spaces': ['shop', 'audit', 'shop'],
};

const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }) as string;
const single = (text: string, algorithms: readonly string[] = []): TokenKeys =>
  readTokenKeys(new Map([['/keys/one.pem', text]]), algorithms, false);
const set = (...keys: object[]): string => JSON.stringify({ keys });
const jwk = (key: KeyObject, fields: object): object => ({ ...key.export({ format: 'jwk' }), ...fields });

let now = NOW;
beforeEach(() => (now = NOW));
const verifier = (keys: TokenKeys, settings: Partial<typeof SETTINGS> = {}): TokenVerifier =>
  new TokenVerifier(keys, { ...SETTINGS, ...settings }, () => now);
const sign = (key: KeyObject | string, options: jwt.SignOptions, claims: object = CLAIMS): string =>
  jwt.sign(JSON.parse(JSON.stringify(claims)) as object, key, { noTimestamp: true, ...options });
const bearer = (token: string): string => `Bearer ${token}`;
/** By hand: what no library would sign. */
function forge(header: object, claims: object, secret: string | Buffer): string {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

test.each<[string, TokenKeys, string]>([
  ['an RSA key in PEM, RS256', single(pem(rsa.publicKey)), sign(rsa.privateKey, { algorithm: 'RS256' })],
  ['a P-256 key in PEM, ES256', single(pem(p256.publicKey)), sign(p256.privateKey, { algorithm: 'ES256' })],
  ['a P-384 key in PEM, ES384', single(pem(p384.publicKey)), sign(p384.privateKey, { algorithm: 'ES384' })],
  ['a secret, HS256', secretTokenKey(SECRET, []), sign(SECRET, { algorithm: 'HS256' })],
  ['a secret in a file that ends with a line', single(`${SECRET}\n`), sign(SECRET, { algorithm: 'HS256' })],
  ['an algorithm that is allowed', single(pem(rsa.publicKey), ['PS512']), sign(rsa.privateKey, { algorithm: 'PS512' })],
  [
    'a key of a set, by its id',
    single(set(jwk(otherRsa.publicKey, { kid: 'a' }), jwk(rsa.publicKey, { kid: 'b' }), { kty: 'unknown', kid: 'c' })),
    sign(rsa.privateKey, { algorithm: 'RS256', keyid: 'b' }),
  ],
  [
    'a key of a folder, by its file',
    readTokenKeys(
      new Map([
        ['/keys/old.pem', pem(rsa.publicKey)],
        ['/keys/new.key', SECRET],
      ]),
      [],
      true,
    ),
    sign(SECRET, { algorithm: 'HS256', keyid: 'new' }),
  ],
])('a token is verified with %s', (_what, keys, token) => {
  expect(verifier(keys).verify(bearer(token))).toEqual({
    id: expect.stringMatching(/^token:/),
    spaces: ['audit', 'shop'],
  });
});

describe('a token is refused', () => {
  const publicPem = pem(rsa.publicKey);
  const keys = single(
    set(jwk(rsa.publicKey, { kid: 'rsa' }), { kty: 'oct', kid: 'hmac', k: Buffer.from(SECRET).toString('base64url') }),
  );
  const rs = (claims: object, header: object = {}): string =>
    sign(rsa.privateKey, { algorithm: 'RS256', keyid: 'rsa', ...header }, claims);
  const without = (name: keyof typeof CLAIMS): object => ({ ...CLAIMS, [name]: undefined });

  test('which would else be taken', () => expect(verifier(keys).verify(bearer(rs(CLAIMS)))).toHaveProperty('spaces'));

  test.each<[string, string, string]>([
    ['of another key', sign(otherRsa.privateKey, { algorithm: 'RS256', keyid: 'rsa' }), 'refused'],
    ['of a key that is not known', rs(CLAIMS, { keyid: 'other' }), 'unknown_key'],
    ['that names no key, where there are several', sign(rsa.privateKey, { algorithm: 'RS256' }), 'unknown_key'],
    ['with `none`', jwt.sign(CLAIMS, '', { algorithm: 'none', keyid: 'rsa' }), 'malformed'],
    ['with `none` and a signature', forge({ alg: 'none', kid: 'rsa' }, CLAIMS, SECRET), 'refused'],
    ['with `NoNe`', forge({ alg: 'NoNe', kid: 'hmac' }, CLAIMS, SECRET), 'refused'],
    ['by an algorithm that is not the usual one', rs(CLAIMS, { algorithm: 'RS512' }), 'refused'],
    ['whose secret is our public key (PEM)', forge({ alg: 'HS256', kid: 'rsa' }, CLAIMS, publicPem), 'refused'],
    [
      'whose secret is our public key (trimmed)',
      forge({ alg: 'HS256', kid: 'rsa' }, CLAIMS, publicPem.trim()),
      'refused',
    ],
    [
      'whose secret is our public key (DER)',
      forge({ alg: 'HS256', kid: 'rsa' }, CLAIMS, rsa.publicKey.export({ type: 'spki', format: 'der' })),
      'refused',
    ],
    ['of a secret, by the name of RSA', forge({ alg: 'RS256', kid: 'hmac' }, CLAIMS, SECRET), 'refused'],
    [
      'with extensions that must be understood',
      forge({ alg: 'HS256', kid: 'hmac', crit: ['exp'] }, CLAIMS, SECRET),
      'malformed',
    ],
    ['whose kid is no string', forge({ alg: 'HS256', kid: ['hmac'] }, CLAIMS, SECRET), 'malformed'],
    ['that has expired', rs({ ...CLAIMS, exp: NOW_S - 31 }), 'expired'],
    ['that never expires', rs(without('exp')), 'no_expiry'],
    ['that is not valid yet', rs({ ...CLAIMS, nbf: NOW_S + 31 }), 'refused'],
    ['of another issuer', rs({ ...CLAIMS, iss: 'https://issuer.example.evil' }), 'refused'],
    ['of no issuer', rs(without('iss')), 'refused'],
    ['for another audience', rs({ ...CLAIMS, aud: 'betrace2' }), 'refused'],
    ['for no audience', rs(without('aud')), 'refused'],
    ['with something behind it', `${rs(CLAIMS)}.x`, 'malformed'],
    ['that is longer than a token is', `${'a'.repeat(9_000)}.a.a`, 'malformed'],
    ['that is none', 'abc', 'malformed'],
    ['whose parts are no JSON', 'a.b.c', 'malformed'],
    ['that is empty', '..', 'malformed'],
  ])('%s', (_what, token, fault) => expect(verifier(keys).verify(bearer(token))).toBe(fault));

  test.each([undefined, '', 'Bearer', 'Basic YTpi', 'ApiKey bt_0', 'Bearer  a.b.c'])(
    'the header %p names none',
    (header) => expect(verifier(keys).verify(header)).toMatch(/^(none|malformed)$/),
  );

  test.each([
    undefined,
    [],
    '',
    ' ',
    ['Shop'],
    ['a', 1],
    ['a b'],
    ['*'],
    ['../x'],
    { a: 1 },
    7,
    ['x'.repeat(101)],
    Array.from({ length: 33 }, (_, at) => `s${at}`),
  ])('its spaces are %j: it is forbidden, whoever it is', (named) => {
    const token = rs({ ...CLAIMS, 'betrace.spaces': named });
    expect(() => verifier(keys).verify(bearer(token))).toThrow(expect.objectContaining({ code: 'BT_FORBIDDEN' }));
  });

  test('whatever of it is changed', () => {
    const token = rs(CLAIMS);
    const check = verifier(keys);
    expect(check.verify(bearer(token))).toHaveProperty('spaces'); // remembered: what differs must not profit
    fc.assert(
      fc.property(fc.nat(token.length - 2), fc.constantFrom(...'AQgw-_09az.'), (at, character) => {
        const changed = token.slice(0, at) + character + token.slice(at + 1);
        if (changed !== token) expect(typeof check.verify(bearer(changed))).toBe('string');
      }),
    );
  });
});

test('spaces may be one text, and the claim another', () => {
  const token = sign(SECRET, { algorithm: 'HS256' }, { ...CLAIMS, 'https://x.example/spaces': ' b  a b ' });
  const keys = secretTokenKey(SECRET, []);
  const settings = { spacesClaim: 'https://x.example/spaces' };
  expect(verifier(keys, settings).verify(bearer(token))).toMatchObject({ spaces: ['a', 'b'] });
  expect(() => verifier(keys, { spacesClaim: '__proto__' }).verify(bearer(token))).toThrow('names no space');
});

test('what was verified is remembered no longer than the token holds', () => {
  const check = verifier(single(pem(p256.publicKey)));
  const token = bearer(sign(p256.privateKey, { algorithm: 'ES256' }));
  const verify = jest.spyOn(jwt, 'verify');
  const first = check.verify(token);
  expect(check.verify(token)).toBe(first);
  expect(verify).toHaveBeenCalledTimes(1);
  now = (CLAIMS.exp + SETTINGS.clockToleranceSeconds) * 1000 - 1;
  expect(check.verify(token)).toBe(first);
  now += 1;
  expect(check.verify(token)).toBe('expired');
  verify.mockRestore();
});

test('a sender is its issuer and subject, whichever token it shows', () => {
  const check = verifier(secretTokenKey(SECRET, []), { issuers: [] });
  const idOf = (claims: object): unknown =>
    (check.verify(bearer(sign(SECRET, { algorithm: 'HS256' }, { ...CLAIMS, ...claims }))) as { id: string }).id;
  expect(idOf({ exp: NOW_S + 99 })).toBe(idOf({}));
  expect(idOf({ sub: 'other' })).not.toBe(idOf({}));
  expect(idOf({ iss: 'other' })).not.toBe(idOf({}));
  expect(idOf({ sub: undefined, exp: NOW_S + 1 })).not.toBe(idOf({ sub: undefined, exp: NOW_S + 2 }));
});

describe('keys are refused', () => {
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const { publicKey: ed25519 } = generateKeyPairSync('ed25519');
  test.each<[string, string, readonly string[], string]>([
    ['that are private', rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, [], 'private key'],
    ['that are private, in a set', set(jwk(p256.privateKey, { kid: 'a' })), [], 'private key'],
    ['of too few bits', pem(small.publicKey), [], '2048'],
    ['of too few bytes', 'short', [], '32 bytes'],
    ['that are nothing', '\n', [], '32 bytes'],
    ['that are too short for the algorithm', 'x'.repeat(32), ['HS512'], '64 bytes'],
    ['that can do none of what is allowed', pem(p256.publicKey), ['RS256'], 'allowed algorithms'],
    ['of a kind that tokens are not signed with', pem(ed25519), [], 'ed25519'],
    ['that are broken', '-----BEGIN PUBLIC KEY-----\nxx\n-----END PUBLIC KEY-----', [], 'no public key'],
    ['in a set that is broken', '{"keys":', [], 'no JSON'],
    [
      'in a set that has none that can be used',
      set({ kty: 'EC', kid: 'a' }, jwk(rsa.publicKey, { use: 'enc' })),
      [],
      'no key',
    ],
    [
      'of which two have one id',
      set(jwk(rsa.publicKey, { kid: 'a' }), jwk(p256.publicKey, { kid: 'a' })),
      [],
      'key id',
    ],
    ['of which one has no id', set(jwk(rsa.publicKey, { kid: 'a' }), jwk(p256.publicKey, {})), [], 'key id'],
  ])('%s', (_what, text, algorithms, message) => {
    const read = (): unknown => single(text, algorithms);
    expect(read).toThrow(expect.objectContaining({ code: 'BT_TOKEN_KEYS_INVALID' }));
    expect(read).toThrow(message);
  });

  test('a key of a set is used for what it says, and for nothing else', () => {
    const keys = single(set(jwk(rsa.publicKey, { kid: 'a', alg: 'RS512' })));
    expect(keys.find('a')).toMatchObject({ algorithms: ['RS512'] });
    expect(() => single(set(jwk(rsa.publicKey, { kid: 'a', alg: 'RS512' })), ['RS256'])).toThrow('no key');
    expect(() => single(set(jwk(rsa.publicKey, { kid: 'a', alg: 'none' })))).toThrow('no key');
  });
});
