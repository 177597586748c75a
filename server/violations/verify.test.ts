import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import jwt from 'jsonwebtoken';
import { digestOf } from '../../common/violations/canonical';
import { revisionId } from '../../common/violations/identity';
import type { ViolationDocument } from '../../common/violations/violation_document';
import { UNSIGNED_FIELDS, violationDigest } from './digest';
import { type KeyRing, keyRing, privateKeyFromPem, publicKeyFromPem, secretKey } from './keys';
import { changeLeaf, judgement, leavesOf, signed, stored, testRing } from './test_support/fixtures';
import { verify } from './verify';

const ring = testRing();
const { violation, evidence } = stored(signed(judgement(), ring));
const fields = violation.betrace.violation;
const ID = revisionId(fields.id, fields.revision);

const ecPem = (namedCurve = 'P-256') =>
  generateKeyPairSync('ec', {
    namedCurve,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });

/** The document with other fields of `betrace.violation`. */
const withFields = (other: Record<string, unknown>): ViolationDocument =>
  ({ ...violation, betrace: { violation: { ...fields, ...other } } }) as ViolationDocument;

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

test('as it was signed: valid, and it says whether the evidence is there', () => {
  expect(verify(violation, ID, evidence, ring)).toEqual({
    status: 'valid',
    evidence: 'intact',
    keyId: ring.signing.kid,
    reason: 'intact',
  });
  expect(verify(violation, ID, undefined, ring)).toMatchObject({ status: 'valid', evidence: 'erased' });
});

const isUnsigned = (path: readonly (string | number)[]): boolean =>
  path[0] === 'betrace' && path[1] === 'violation' && UNSIGNED_FIELDS.has(String(path[2]));
const signedLeaves = leavesOf(violation).filter((path) => !isUnsigned(path));

test('the walk sees the whole document', () => expect(signedLeaves.length).toBeGreaterThan(60));

test.each(signedLeaves.map((path) => [path.join('.'), path] as const))('altered: %s', (_, path) => {
  const changed = stored(violation);
  changeLeaf(changed, path);
  expect(verify(changed, ID, evidence, ring)).toMatchObject({ status: 'altered', reason: 'digest' });

  const removed = stored(violation);
  const parent = path.slice(0, -1).reduce((at: unknown, key) => (at as Record<string, unknown>)[key], removed);
  if (Array.isArray(parent)) parent.splice(Number(path.at(-1)), 1);
  else Reflect.deleteProperty(parent as object, path.at(-1)!);
  expect(verify(removed, ID, evidence, ring).status).toBe('altered');
});

test.each(leavesOf(evidence).map((path) => [path.join('.'), path] as const))('evidence altered: %s', (_, path) => {
  const changed = stored(evidence);
  changeLeaf(changed, path);
  expect(verify(violation, ID, changed, ring)).toMatchObject({ status: 'altered', evidence: 'altered' });
});

test('a field that was added, and one named __proto__, alter', () => {
  expect(verify({ ...violation, extra: 1 }, ID, evidence, ring).status).toBe('altered');
  const text = JSON.stringify(violation).replace('{', '{"__proto__":{"a":1},');
  expect(verify(JSON.parse(text), ID, evidence, ring).status).toBe('altered');
});

test('the projection is outside the signature', () => {
  const states = ['open', 'acknowledged', 'closed', 'retracted'] as const;
  for (const status of states)
    expect(verify(withFields({ status, superseded: true }), ID, evidence, ring).status).toBe('valid');
});

test('digest, signature and key id can not be changed unseen either', () => {
  expect(verify(withFields({ digest: digestOf(1) }), ID, evidence, ring).status).toBe('altered');
  expect(verify(withFields({ key_id: 'other' }), ID, evidence, ring).status).toBe('altered');
  expect(verify(withFields({ key_id: undefined }), ID, evidence, ring).status).toBe('altered');
  const [header, payload, mac] = fields.signature.split('.') as [string, string, string];
  const flipped = mac.startsWith('A') ? `B${mac.slice(1)}` : `A${mac.slice(1)}`;
  for (const signature of [
    `${header}.${payload}.${flipped}`,
    `${header}.${payload}.`,
    `${header}.${payload}`,
    'x',
    7,
    {},
  ])
    expect(verify(withFields({ signature }), ID, evidence, ring)).toMatchObject({
      status: 'altered',
      reason: 'signature',
    });
});

test('unsigned: no signature', () => {
  for (const signature of [undefined, null, ''])
    expect(verify(withFields({ signature }), ID, evidence, ring).status).toBe('unsigned');
});

test('a digest that was made to fit does not help', () => {
  const forged = withFields({ message: 'all is well' });
  const fitting = withFields({ message: 'all is well', digest: violationDigest(forged) });
  expect(verify(fitting, ID, evidence, ring)).toMatchObject({ status: 'altered', reason: 'signature' });
});

test('a violation stored under the name of another is altered', () => {
  expect(verify(violation, revisionId(fields.id, 2), evidence, ring)).toMatchObject({ reason: 'identity' });
  const other = stored(signed(judgement({ traceId: 'f'.repeat(32) }), ring)).violation;
  expect(verify(other, ID, undefined, ring)).toMatchObject({ status: 'altered', reason: 'identity' });
  const swapped = withFields({ signature: other.betrace.violation.signature });
  expect(verify(swapped, ID, evidence, ring).status).toBe('altered');
});

test('evidence of another violation is altered evidence', () => {
  const other = signed(judgement({ traceId: 'f'.repeat(32) }), ring).evidence;
  expect(verify(violation, ID, other, ring)).toMatchObject({ status: 'altered', evidence: 'altered' });
});

describe('keys', () => {
  test('unknown: a key that the ring does not hold', () => {
    expect(verify(violation, ID, evidence, testRing())).toMatchObject({
      status: 'unknown_key',
      keyId: ring.signing.kid,
    });
  });

  test('altered all the same, where that can be seen without the key', () => {
    const changed = withFields({ message: 'x' });
    expect(verify(changed, ID, evidence, testRing()).status).toBe('altered');
    const fitting = withFields({ message: 'x', digest: violationDigest(changed) });
    expect(verify(fitting, ID, evidence, testRing()).status).toBe('altered');
  });

  test('a rotated ring still verifies what its older key signed', () => {
    const rotated = keyRing(secretKey(randomBytes(32)), [ring.signing]);
    expect(verify(violation, ID, evidence, rotated).status).toBe('valid');
  });

  test('ES256: verified with the public key alone', () => {
    const pem = ecPem();
    const signing = keyRing(privateKeyFromPem(pem.privateKey, 'test'));
    const item = stored(signed(judgement(), signing));
    const publicOnly: Pick<KeyRing, 'keys'> = {
      keys: new Map([[signing.signing.kid, publicKeyFromPem(pem.publicKey, 'test')]]),
    };
    expect(verify(item.violation, ID, item.evidence, publicOnly).status).toBe('valid');
    const changed = { ...item.violation, timestamp: { us: 1 } };
    expect(verify(changed, ID, item.evidence, publicOnly).status).toBe('altered');
  });

  const claims = { fmt: 1, iss: 'betrace', jti: ID, sub: fields.rule_id, iat: 1, digest: fields.digest };

  test('the algorithm is the key’s, not the header’s: an HMAC with the public key is refused', () => {
    const pem = ecPem();
    const key = publicKeyFromPem(pem.publicKey, 'test');
    const content = `${part({ alg: 'HS256', typ: 'JWT', kid: key.kid })}.${part(claims)}`;
    const mac = createHmac('sha256', pem.publicKey).update(content).digest('base64url');
    const forged = withFields({ signature: `${content}.${mac}`, key_id: key.kid });
    expect(verify(forged, ID, evidence, { keys: new Map([[key.kid, key]]) })).toMatchObject({
      status: 'altered',
      reason: 'signature',
    });
  });

  test.each(['none', 'None', 'HS512', 'HS384'])('the algorithm %s is refused', (alg) => {
    const content = `${part({ alg, typ: 'JWT', kid: ring.signing.kid })}.${part(claims)}`;
    for (const mac of ['', 'AAAA'])
      expect(verify(withFields({ signature: `${content}.${mac}` }), ID, evidence, ring).status).toBe('altered');
  });

  test.each([
    ['fmt', { ...claims, fmt: 2 }],
    ['iss', { ...claims, iss: 'other' }],
    ['jti', { ...claims, jti: 'x-1' }],
    ['sub', { ...claims, sub: 'x' }],
    ['digest', { ...claims, digest: 'sha256:00' }],
  ])('a signature of ours with another %s is refused', (_, other) => {
    const signature = jwt.sign(other, ring.signing.signs, { algorithm: 'HS256', keyid: ring.signing.kid });
    expect(verify(withFields({ signature }), ID, evidence, ring).status).toBe('altered');
  });
});

test('no document makes it throw, and none that is made up is valid', () => {
  const anything = fc.anything({ withNullPrototype: true, withObjectString: true, withBigInt: true, withDate: true });
  const field = fc.constantFrom(...Object.keys(fields));
  fc.assert(
    fc.property(anything, anything, anything, field, (a, b, c, name) => {
      for (const source of [a, { betrace: a }, { betrace: { violation: a } }, withFields({ [name]: a })])
        for (const proof of [b, evidence]) {
          const { status } = verify(source, String(ID), proof, ring);
          const isTrue = status === 'valid' && source !== a && violationDigest(source) === fields.digest;
          if (status === 'valid') expect(isTrue).toBe(true);
        }
      expect(() => verify(c, ID, a, ring)).not.toThrow();
    }),
    { numRuns: 500 },
  );
  let deep: unknown = 1;
  for (let level = 0; level < 100_000; level++) deep = { deep };
  expect(verify(withFields({ message: deep }), ID, deep, ring).status).toBe('altered');
});
