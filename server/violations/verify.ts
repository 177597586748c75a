import { createHash, timingSafeEqual } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { digestOf } from '../../common/violations/canonical';
import type { EvidenceState, Verification, VerificationReason } from '../../common/violations/verification';
import { revisionId } from '../../common/violations/identity';
import { isRecord, violationDigest } from './digest';
import type { KeyRing, VerifyKey } from './keys';
import { FORMAT, ISSUER } from './sign';

const MAX_SIGNATURE = 8_192;

/**
 * Says whether a violation is as it was signed. Nothing in the documents is trusted; whatever they hold, there is an
 * answer and no exception.
 * @param source the violation's source, as stored
 * @param documentId the `_id` that it is stored under
 * @param evidence the evidence's source, or undefined where there is none any more
 */
export function verify(
  source: unknown,
  documentId: string,
  evidence: unknown,
  ring: Pick<KeyRing, 'keys'>,
): Verification {
  const fields = isRecord(source) && isRecord(source['betrace']) ? source['betrace']['violation'] : undefined;
  const found = isRecord(fields) ? fields : {};
  const state = evidenceState(evidence, found['evidence_digest']);
  const keyId = typeof found['key_id'] === 'string' ? found['key_id'] : null;
  const answer = (status: Verification['status'], reason: VerificationReason): Verification => ({
    status,
    evidence: state,
    keyId,
    reason,
  });

  const signature = found['signature'];
  if (signature === undefined || signature === null || signature === '') return answer('unsigned', 'no_signature');
  const digest = orUndefined(() => violationDigest(source));
  if (digest === undefined || !sameText(digest, found['digest'])) return answer('altered', 'digest');
  const token = decode(signature);
  if (!token || token.kid !== keyId) return answer('altered', 'signature');
  if (!sameText(digest, token.claims['digest'])) return answer('altered', 'signature');
  const key = ring.keys.get(token.kid);
  if (!key) return answer('unknown_key', 'unknown_key');
  const claims = verifiedClaims(token, key);
  if (!claims) return answer('altered', 'signature');
  const { id, revision } = found;
  const own = typeof id === 'string' && typeof revision === 'number' ? revisionId(id, revision) : undefined;
  const isThis = own === documentId && claims['jti'] === own && claims['sub'] === found['rule_id'];
  if (!isThis || claims['fmt'] !== FORMAT) return answer('altered', 'identity');
  if (state === 'altered') return answer('altered', 'evidence');
  return answer('valid', state === 'erased' ? 'evidence_erased' : 'intact');
}

interface Token {
  readonly text: string;
  readonly kid: string;
  readonly alg: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

function decode(signature: unknown): Token | undefined {
  if (typeof signature !== 'string' || signature.length > MAX_SIGNATURE) return undefined;
  const decoded = orUndefined(() => jwt.decode(signature, { complete: true }));
  const header: unknown = decoded?.header;
  const claims: unknown = decoded?.payload;
  if (!isRecord(header) || !isRecord(claims)) return undefined;
  const { kid, alg } = header;
  return typeof kid === 'string' && typeof alg === 'string' ? { text: signature, kid, alg, claims } : undefined;
}

/** The claims, once the key that is named has signed them with its own algorithm. */
function verifiedClaims({ text, alg }: Token, key: VerifyKey): Readonly<Record<string, unknown>> | undefined {
  if (alg !== key.alg) return undefined;
  return orUndefined(() => {
    const claims = jwt.verify(text, key.verifies, { algorithms: [key.alg], issuer: ISSUER, ignoreExpiration: true });
    return isRecord(claims) ? claims : undefined;
  });
}

function evidenceState(evidence: unknown, digest: unknown): EvidenceState {
  if (evidence === undefined || evidence === null) return 'erased';
  const actual = orUndefined(() => digestOf(evidence));
  return actual !== undefined && sameText(actual, digest) ? 'intact' : 'altered';
}

/** Compares in a time that does not depend on where the texts differ. */
function sameText(expected: string, actual: unknown): boolean {
  if (typeof actual !== 'string') return false;
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(expected), hash(actual));
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
