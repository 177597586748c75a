import { createHash, createPrivateKey, createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { BeTraceError } from '../../common/errors';

export type Algorithm = 'HS256' | 'ES256';

const MIN_SECRET_BYTES = 32;
const MAX_SECRET_BYTES = 1_024;

/** A key that verifies; the algorithm belongs to it, whatever a signature's header says. */
export interface VerifyKey {
  readonly kid: string;
  readonly alg: Algorithm;
  readonly verifies: KeyObject;
}

export interface SigningKey extends VerifyKey {
  readonly signs: KeyObject;
}

/** One key that signs, and any number that only verify. */
export interface KeyRing {
  readonly signing: SigningKey;
  /** By kid; the signing key is one of them. */
  readonly keys: ReadonlyMap<string, VerifyKey>;
}

export function keyRing(signing: SigningKey, verifying: readonly VerifyKey[] = []): KeyRing {
  return { signing, keys: new Map([...verifying, signing].map((key) => [key.kid, key])) };
}

/** An HS256 key. Its kid is made from the secret, so that hosts that share the one agree on the other. */
export function secretKey(secret: Uint8Array): SigningKey {
  const bytes = Buffer.from(secret);
  const key = createSecretKey(bytes);
  const kid = `hs-${shortHash('betrace/kid/hs256', bytes)}`;
  return { kid, alg: 'HS256', signs: key, verifies: key };
}

/**
 * The HS256 key behind a base64 text.
 * @param origin names the setting or file in the error; the text itself is never shown
 */
export function secretKeyFromText(text: string, origin: string): SigningKey {
  const trimmed = text.trim();
  const isBase64 = /^[A-Za-z0-9+/_-]+={0,2}$/.test(trimmed);
  const secret = Buffer.from(trimmed, 'base64');
  if (!isBase64 || secret.length < MIN_SECRET_BYTES || secret.length > MAX_SECRET_BYTES) {
    throw invalid(
      `${origin} must be base64 of ${MIN_SECRET_BYTES} to ${MAX_SECRET_BYTES} random bytes, e.g. from \`openssl rand -base64 32\`.`,
    );
  }
  if (new Set(secret).size < 8) throw invalid(`${origin} is not random.`);
  return secretKey(secret);
}

/** The ES256 key of a PEM text with a private key on the curve P-256. */
export function privateKeyFromPem(pem: string, origin: string): SigningKey {
  const signs = parsePem(() => createPrivateKey(pem), origin, 'private');
  return { ...ecKey(createPublicKey(signs)), signs };
}

/** The verify-only ES256 key of a PEM text with a public key on the curve P-256. */
export const publicKeyFromPem = (pem: string, origin: string): VerifyKey =>
  ecKey(parsePem(() => createPublicKey(pem), origin, 'public'));

/** True for the text of a PEM file. */
export const isPem = (text: string): boolean => text.includes('-----BEGIN ');

function ecKey(verifies: KeyObject): VerifyKey {
  const kid = `es-${shortHash('betrace/kid/es256', verifies.export({ type: 'spki', format: 'der' }))}`;
  return { kid, alg: 'ES256', verifies };
}

function parsePem(parse: () => KeyObject, origin: string, kind: 'private' | 'public'): KeyObject {
  let key: KeyObject;
  try {
    key = parse();
  } catch {
    throw invalid(`${origin} holds no readable ${kind} key in PEM.`);
  }
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw invalid(`${origin} must hold a key on the curve P-256 (prime256v1).`);
  }
  return key;
}

const shortHash = (domain: string, bytes: Uint8Array): string =>
  createHash('sha256').update(domain).update('\0').update(bytes).digest('hex').slice(0, 16);

const invalid = (message: string): BeTraceError => new BeTraceError('BT_SIGNING_KEY_INVALID', message);
