export type VerificationStatus = 'valid' | 'altered' | 'unknown_key' | 'unsigned';
export type EvidenceState = 'intact' | 'altered' | 'erased';

/** Why a verification ended as it did. */
export const VERIFICATION_REASONS = {
  intact: 'The violation and its evidence are as they were signed.',
  evidence_erased: 'The violation is as it was signed; its evidence was erased.',
  evidence: 'The evidence is not what the violation was signed with.',
  digest: 'The violation is not what was signed.',
  signature: 'The signature does not belong to this violation.',
  identity: 'The signature is of another violation or revision.',
  no_signature: 'The violation carries no signature.',
  unknown_key: 'The key that the signature names is not known here.',
} as const;

export type VerificationReason = keyof typeof VERIFICATION_REASONS;

export interface Verification {
  readonly status: VerificationStatus;
  readonly evidence: EvidenceState;
  /** The key that the violation names; null where it names none. */
  readonly keyId: string | null;
  readonly reason: VerificationReason;
}
