import { digestOf, sha256Hex } from '../../common/violations/canonical';
import { revisionId } from '../../common/violations/identity';
import type { Assertion } from '../../common/violations/violation_document';
import type { Draft } from './document';

/** The latest revision of a violation that is in the store. */
export interface Standing {
  readonly revision: number;
  readonly verdict: Assertion;
  readonly verdictDigest: string;
  /** Where it is a retraction: the verdicts, among those that were asked for, that an earlier revision has. */
  readonly earlier?: ReadonlySet<string>;
}

/**
 * Which revision a draft becomes where this stands; undefined where there is nothing to write. What was found first stands,
 * unless something takes its place by name, or it was retracted and this is another verdict than any that was retracted.
 * What may still be on its way from a host that died is retracted where it would stand: it then finds its place taken.
 */
export function nextRevision(draft: Draft, standing: Standing | undefined): number | undefined {
  const { verdict, verdict_digest: digest } = draft.violation.betrace.violation;
  if (!standing) return verdict === 'retracted' && !draft.isUnsure ? undefined : 1;
  const next = standing.revision + 1;
  if (verdict === 'retracted') return standing.verdict === 'retracted' ? undefined : next;
  if (standing.verdictDigest === digest) return undefined;
  if (draft.replaces) return next;
  return standing.verdict === 'retracted' && standing.earlier?.has(digest) !== true ? next : undefined;
}

/** The same documents as a later revision, with a place of its own in the trace. */
export function atRevision(draft: Draft, revision: number): Draft {
  const fields = draft.violation.betrace.violation;
  if (revision === fields.revision) return draft;
  const { span } = draft.violation;
  const evidence = { ...draft.evidence, betrace: { evidence: { ...draft.evidence.betrace.evidence, revision } } };
  const betrace = { violation: { ...fields, revision, evidence_digest: digestOf(evidence) } };
  const spanId = sha256Hex(revisionId(fields.id, revision)).slice(0, 16);
  const place = span ? { span: { ...span, id: spanId } } : {};
  return { ...draft, evidence, violation: { ...draft.violation, ...place, betrace } };
}
