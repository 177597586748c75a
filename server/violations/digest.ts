import { digestOf } from '../../common/violations/canonical';

/** Fields of `betrace.violation` that are outside the digest: the projection, and what is made from the digest. */
export const UNSIGNED_FIELDS: ReadonlySet<string> = new Set(['status', 'superseded', 'digest', 'signature', 'key_id']);

/**
 * The digest of a violation's immutable part: everything in its source but the fields above.
 * @throws TypeError where the source is no violation or has no canonical form
 */
export function violationDigest(source: unknown): string {
  if (!isRecord(source) || !isRecord(source['betrace']) || !isRecord(source['betrace']['violation'])) {
    throw new TypeError('This is no violation.');
  }
  const signed = Object.entries(source['betrace']['violation']).filter(([name]) => !UNSIGNED_FIELDS.has(name));
  const violation = Object.fromEntries(signed);
  return digestOf({ ...source, betrace: { ...source['betrace'], violation } });
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
