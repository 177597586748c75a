import { canonicalJson, sha256Hex } from './canonical';

/**
 * The id of the one violation that a version of a rule can have of a trace in a space: 32 hex digits, the same whatever
 * the replica, the order of the traces or the retry.
 */
export function violationId(space: string, ruleId: string, ruleVersion: string, traceIds: readonly string[]): string {
  const identity = ['betrace/1', space, ruleId, ruleVersion, [...traceIds].sort()];
  return sha256Hex(canonicalJson(identity)).slice(0, 32);
}

/** The `_id` of one revision of a violation. */
export const revisionId = (id: string, revision: number): string => `${id}-${revision}`;

/**
 * The `_id` of the evidence of one revision. Its digest is in it: where two bridges saw different parts of a trace, each
 * one's violation is proven by its own evidence, whoever writes first.
 */
export const evidenceId = (documentId: string, evidenceDigest: string): string =>
  `${documentId}-${evidenceDigest.replace('sha256:', '').slice(0, 16)}`;
