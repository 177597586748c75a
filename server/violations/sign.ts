import jwt from 'jsonwebtoken';
import type { EvidenceDocument } from '../../common/violations/evidence_document';
import { revisionId } from '../../common/violations/identity';
import type { ViolationDocument } from '../../common/violations/violation_document';
import { violationDigest } from './digest';
import type { Draft } from './document';
import type { KeyRing } from './keys';

export const FORMAT = 1;
export const ISSUER = 'betrace';

/** A violation and its evidence, ready to be written under one id. */
export interface Signed {
  readonly violation: ViolationDocument;
  readonly evidence: EvidenceDocument;
}

export type Signer = (draft: Pick<Draft, 'violation' | 'evidence'>) => Signed;

/** A signer with the ring's signing key. */
export function createSigner(ring: KeyRing): Signer {
  const { kid, alg, signs } = ring.signing;
  return ({ violation, evidence }) => {
    const fields = violation.betrace.violation;
    const digest = violationDigest(violation);
    const claims = {
      fmt: FORMAT,
      iss: ISSUER,
      jti: revisionId(fields.id, fields.revision),
      sub: fields.rule_id,
      iat: Math.floor(Date.parse(fields.created_at) / 1_000),
      digest,
    };
    const signature = jwt.sign(claims, signs, { algorithm: alg, keyid: kid });
    return {
      violation: { ...violation, betrace: { violation: { ...fields, digest, signature, key_id: kid } } },
      evidence,
    };
  };
}
