import canonicalize from 'canonicalize';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** Half of a surrogate pair alone, as JSON.stringify escapes it: after an even number of backslashes. */
const LONE_SURROGATE = /(?<!\\)(?:\\\\)*\\ud[89a-f][0-9a-f]{2}/;

/**
 * The one text of a JSON value by RFC 8785.
 * @throws TypeError for what is no I-JSON: lone surrogates, bigints, numbers that are not finite, undefined
 */
export function canonicalJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = canonicalize(value);
  } catch (error) {
    throw new TypeError(`There is no canonical form: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (text === undefined) throw new TypeError('There is no canonical form of undefined.');
  if (LONE_SURROGATE.test(text)) throw new TypeError('There is no canonical form of a lone surrogate.');
  return text;
}

/** SHA-256 in lower-case hex. */
export const sha256Hex = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)));

/** `sha256:<hex>` over the canonical form. */
export const digestOf = (value: unknown): string => `sha256:${sha256Hex(canonicalJson(value))}`;

/** True where the value has a canonical form, and that digest. */
export function hasDigest(value: unknown, digest: string): boolean {
  try {
    return digestOf(value) === digest;
  } catch {
    return false;
  }
}
