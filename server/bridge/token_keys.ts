import { createPublicKey, createSecretKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { basename, extname } from 'node:path';
import type { Algorithm } from 'jsonwebtoken';
import { BeTraceError } from '../../common/errors';

/** A key that tokens can be verified with, by these algorithms and no others. */
export interface TokenKey {
  readonly id: string | undefined;
  readonly key: KeyObject;
  readonly algorithms: readonly Algorithm[];
}

/**
 * What each kind of key can verify, its usual algorithm first (RFC 7518, 3.1). An algorithm stands for one kind only, so a
 * public key is never taken for a secret, whatever a token says.
 */
const ALGORITHMS = {
  rsa: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  prime256v1: ['ES256'],
  secp384r1: ['ES384'],
  secp521r1: ['ES512'],
  secret: ['HS256', 'HS384', 'HS512'],
} as const satisfies Record<string, readonly Algorithm[]>;
export const TOKEN_ALGORITHMS: readonly string[] = Object.values(ALGORITHMS).flat();

/** RFC 7518, 3.2 and 3.3: a secret as long as the hash, RSA of 2048 bits or more. */
const MIN_SECRET_BYTES: Readonly<Record<string, number>> = { HS256: 32, HS384: 48, HS512: 64 };
const MIN_RSA_BITS = 2048;
const MAX_KEYS = 100;

/** Public keys and secrets of those who make tokens. */
export class TokenKeys {
  private readonly byId: ReadonlyMap<string, TokenKey>;

  /** @throws BT_TOKEN_KEYS_INVALID where a token could not tell which of the keys it means */
  constructor(private readonly keys: readonly TokenKey[]) {
    if (keys.length === 0) fail('there is no key');
    if (keys.length > MAX_KEYS) fail(`there are more than ${MAX_KEYS} keys`);
    this.byId = new Map(keys.flatMap((key) => (key.id === undefined ? [] : [[key.id, key] as const])));
    if (keys.length > 1 && this.byId.size < keys.length) fail('of several keys each needs a key id of its own');
  }

  /** The key that a token's `kid` names; the only one there is where it, or the token, has no id. */
  find(id: string | undefined): TokenKey | undefined {
    const [only, ...others] = this.keys;
    if (others.length > 0) return id === undefined ? undefined : this.byId.get(id);
    return id === undefined || only!.id === undefined || only!.id === id ? only : undefined;
  }
}

/**
 * The keys in files: each a PEM public key or certificate, a JSON Web Key Set (RFC 7517), or a secret, which is all of the
 * file but a line's end. In a folder a file's name without its ending is the key id.
 * @param contents by path
 * @param algorithms those that are allowed; none: the usual one for each key
 * @throws BT_TOKEN_KEYS_INVALID, in words that never show a key
 */
export function readTokenKeys(
  contents: ReadonlyMap<string, string>,
  algorithms: readonly string[],
  isFolder: boolean,
): TokenKeys {
  const keys = [...contents].flatMap(([path, text]) => {
    const id = isFolder ? basename(path, extname(path)) : undefined;
    if (text.trimStart().startsWith('{')) return readKeySet(text, algorithms);
    return [tokenKey(id, text.includes('-----BEGIN ') ? readPem(text) : readSecret(text), algorithms)];
  });
  return new TokenKeys(keys);
}

/** The one key where the setting is the secret itself. */
export const secretTokenKey = (secret: string, algorithms: readonly string[]): TokenKeys =>
  new TokenKeys([tokenKey(undefined, readSecret(secret), algorithms)]);

function readPem(text: string): KeyObject {
  if (text.includes('PRIVATE KEY-----')) fail('a private key is not needed to verify tokens, and must not lie here');
  return attempt(() => createPublicKey(text), 'a PEM text is no public key');
}

const readSecret = (text: string): KeyObject => createSecretKey(Buffer.from(text.replace(/\r?\n$/, ''), 'utf8'));

interface Jwk extends JsonWebKey {
  readonly kid?: unknown;
  readonly alg?: unknown;
  readonly use?: unknown;
}

function readKeySet(text: string, algorithms: readonly string[]): TokenKey[] {
  const { keys } = attempt(() => JSON.parse(text) as { keys?: unknown }, 'a JSON Web Key Set is no JSON');
  if (!Array.isArray(keys)) fail('a JSON Web Key Set has no "keys"');
  return (keys as (Jwk | null)[]).flatMap((jwk) => {
    if (typeof jwk !== 'object' || jwk === null) fail('a JSON Web Key is no object');
    if (jwk.use !== undefined && jwk.use !== 'sig') return [];
    if (jwk.d !== undefined) fail('a private key is not needed to verify tokens, and must not lie here');
    const id = typeof jwk.kid === 'string' ? jwk.kid : undefined;
    try {
      return [tokenKey(id, keyOf(jwk), algorithms, typeof jwk.alg === 'string' ? jwk.alg : undefined)];
    } catch {
      return []; // RFC 7517, 5: what is not supported is passed over
    }
  });
}

const keyOf = (jwk: Jwk): KeyObject =>
  jwk.kty === 'oct'
    ? createSecretKey(Buffer.from(jwk.k ?? '', 'base64url'))
    : createPublicKey({ key: jwk, format: 'jwk' });

/** @param own the only algorithm that the key is meant for, where it says so */
function tokenKey(id: string | undefined, key: KeyObject, algorithms: readonly string[], own?: string): TokenKey {
  const { asymmetricKeyType, asymmetricKeyDetails: details } = key;
  const kind = key.type === 'secret' ? 'secret' : asymmetricKeyType === 'ec' ? details?.namedCurve : asymmetricKeyType;
  if (kind === undefined || !(kind in ALGORITHMS)) fail(`keys of the kind ${kind} are not supported`);
  const possible: readonly Algorithm[] = ALGORITHMS[kind as keyof typeof ALGORITHMS];
  const meant =
    own !== undefined
      ? possible.filter((name) => name === own)
      : algorithms.length > 0
        ? possible
        : possible.slice(0, 1);
  const usable = algorithms.length === 0 ? meant : meant.filter((name) => algorithms.includes(name));
  if (usable.length === 0) fail(`none of the allowed algorithms can be used with a key of the kind ${kind}`);
  if (kind === 'rsa' && (details?.modulusLength ?? 0) < MIN_RSA_BITS) fail(`an RSA key needs ${MIN_RSA_BITS} bits`);
  for (const name of kind === 'secret' ? usable : []) {
    const bytes = MIN_SECRET_BYTES[name]!;
    if ((key.symmetricKeySize ?? 0) < bytes) fail(`a secret for ${name} needs ${bytes} bytes`);
  }
  return { id, key, algorithms: usable };
}

function attempt<T>(read: () => T, otherwise: string): T {
  try {
    return read();
  } catch {
    fail(otherwise);
  }
}

function fail(what: string): never {
  throw new BeTraceError('BT_TOKEN_KEYS_INVALID', `The keys that verify tokens can't be used: ${what}.`);
}
