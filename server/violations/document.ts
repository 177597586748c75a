import type { WitnessSpan } from '../../common/engine/judgement';
import { SEVERITY_SCORES, priorityOf } from '../../common/rules/rule';
import { digestOf } from '../../common/violations/canonical';
import type { EvidenceDocument, EvidenceMode } from '../../common/violations/evidence_document';
import type { Finding } from '../../common/violations/finding';
import { violationId } from '../../common/violations/identity';
import { VIOLATIONS_DATASET, namespaceOf } from '../../common/violations/namespace';
import type {
  Assertion,
  SpanLikeFields,
  SpanReferenceDocument,
  SuppressedDocument,
  UnsignedViolation,
  UnsignedViolationFields,
  VerdictFields,
} from '../../common/violations/violation_document';
import { evidenceDocument } from './evidence';
import { MAX_NAME, NO_SERVICE, isoTime, startOf } from './span_fields';
import { boundedText } from './text';

const MAX_MESSAGE = 4_096;
const MAX_REFERENCES = 100;
const MAX_TAGS = 100;

export interface DocumentContext {
  /** When the violation was found. */
  readonly foundAt: Date;
  /** BeTrace's own version. */
  readonly version: string;
  readonly evidence: EvidenceMode;
  /** Where people read about a rule. */
  readonly ruleReference?: (ruleId: string) => string;
}

/** A violation that is not signed yet, and its evidence. */
export interface Draft {
  readonly violation: UnsignedViolation;
  readonly evidence: EvidenceDocument;
  /** It takes the place of what was found before; else what was found first stands. */
  readonly replaces: boolean;
  /** What it retracts may not be in the store yet, and come later. */
  readonly isUnsure: boolean;
}

/** The id of the violation that a finding is of. */
export const idOf = ({ rule, traceId }: Finding): string => violationId(rule.space, rule.id, rule.version, [traceId]);

/**
 * The documents of what was violated or retracted, as a first revision; pure, so that equal input gives equal documents.
 * @throws RangeError or TypeError where a number in the finding has no JSON form
 */
export function draftOf(finding: Finding, context: DocumentContext): Draft {
  const isRetraction = finding.verdict === 'retracted';
  const verdict = verdictFields(finding, {
    id: idOf(finding),
    verdict: isRetraction ? 'retracted' : 'violated',
    message: isRetraction ? retractionOf(finding) : finding.message,
  });
  const evidence = evidenceDocument(finding, { id: verdict.id, revision: 1 }, context.evidence);
  const replaces = isRetraction || finding.lateSpans !== undefined;
  return {
    violation: { ...violationDocument(finding, verdict, evidence, context), ...spanLikeFields(finding, verdict) },
    evidence,
    replaces,
    isUnsure: finding.isUnsure === true,
  };
}

/** Violations of a rule that were only counted. */
export interface Suppression {
  readonly id: string;
  /** The first of them: an example. */
  readonly first: Finding;
  readonly count: number;
  readonly from: Date;
  readonly to: Date;
  /** How many were written in that time. */
  readonly written: number;
}

/** The documents that say how many violations were not written: of no trace, so that APM shows none of it. */
export function suppressionDraft({ id, first, ...counted }: Suppression, context: DocumentContext): Draft {
  const name = boundedText(first.rule.name, MAX_NAME);
  const [from, to] = [counted.from.toISOString(), counted.to.toISOString()];
  const message = `${counted.count} violations of "${name}" from ${from} to ${to} are not written, beyond the ${counted.written} that are: the rule matches more than is allowed for`;
  const verdict = verdictFields(first, { id, verdict: 'suppressed', message });
  const evidence = evidenceDocument(first, { id, revision: 1 }, context.evidence);
  const suppressed = { count: counted.count, from, to };
  const document = violationDocument(first, verdict, evidence, context, suppressed);
  return { violation: { ...document, '@timestamp': from }, evidence, replaces: false, isUnsure: false };
}

const EVENTS = {
  violated: { kind: 'alert', action: 'betrace.violation', outcome: 'failure' },
  retracted: { kind: 'event', action: 'betrace.retraction', outcome: 'unknown' },
  suppressed: { kind: 'metric', action: 'betrace.suppression', outcome: 'unknown' },
} as const satisfies Record<Assertion, object>;

function violationDocument(
  finding: Finding,
  verdict: VerdictFields,
  evidence: EvidenceDocument,
  context: DocumentContext,
  suppressed?: SuppressedDocument,
): UnsignedViolation {
  const { rule } = finding;
  const name = boundedText(rule.name, MAX_NAME);
  const created = context.foundAt.toISOString();
  const fields = violationFields(finding, verdict, name, created, digestOf(evidence));
  return {
    '@timestamp': isoTime(startOf(finding)),
    data_stream: { type: 'traces', dataset: VIOLATIONS_DATASET, namespace: namespaceOf(rule.space) },
    service: serviceFields(finding.witnesses[0]),
    agent: { name: 'betrace', version: context.version },
    event: { ...EVENTS[verdict.verdict], created, severity: SEVERITY_SCORES[rule.severity] },
    ...(verdict.verdict === 'violated' ? { error: { message: verdict.message } } : {}),
    rule: {
      id: rule.id,
      name,
      version: rule.version,
      category: 'trace',
      ...(context.ruleReference ? { reference: context.ruleReference(rule.id) } : {}),
    },
    betrace: { violation: { ...fields, ...(suppressed ? { suppressed } : {}) } },
  };
}

function spanLikeFields(
  finding: Finding,
  { id, verdict }: VerdictFields,
): SpanLikeFields & Pick<UnsignedViolation, 'labels'> {
  const first = finding.witnesses[0];
  const kind = verdict === 'retracted' ? 'retraction' : 'violation';
  const { id: ruleId, severity } = finding.rule;
  return {
    timestamp: { us: startOf(finding) },
    labels: { betrace_rule_id: ruleId, severity },
    processor: { event: 'span', name: 'transaction' },
    trace: { id: finding.traceId },
    transaction: { id },
    ...(first ? { parent: { id: first.spanId } } : {}),
    span: {
      id: id.slice(0, 16),
      name: boundedText(`betrace.${kind}: ${boundedText(finding.rule.name, MAX_NAME)}`, MAX_NAME),
      type: 'betrace',
      subtype: kind,
      duration: { us: Math.max(1, first ? first.endUs - first.startUs : 1) },
    },
  };
}

function violationFields(
  { rule, completeness, source, waitedMs, lateSpans }: Finding,
  verdict: VerdictFields,
  ruleName: string,
  created: string,
  evidenceDigest: string,
): UnsignedViolation['betrace']['violation'] {
  const fields: UnsignedViolationFields = {
    ...verdict,
    revision: 1,
    rule_name: ruleName,
    severity: rule.severity,
    priority: priorityOf(rule.severity),
    completeness: {
      orphans: completeness.orphans,
      truncated: completeness.truncated,
      split: completeness.split,
      dropped: completeness.dropped,
      root_seen: completeness.root_seen,
      late_spans: lateSpans ?? 0,
      waited_ms: Math.round(waitedMs),
    },
    created_at: created,
    tags: rule.tags.slice(0, MAX_TAGS).map((tag) => boundedText(tag, MAX_NAME)),
    source,
    evidence_digest: evidenceDigest,
    verdict_digest: digestOf(verdict),
  };
  return { ...fields, status: verdict.verdict === 'retracted' ? 'retracted' : 'open', superseded: false };
}

function verdictFields(
  { rule, traceId, witnesses }: Finding,
  { message, ...said }: Pick<VerdictFields, 'id' | 'verdict' | 'message'>,
): VerdictFields {
  return {
    ...said,
    rule_id: rule.id,
    rule_version: rule.version,
    space_id: rule.space,
    message: boundedText(message, MAX_MESSAGE),
    trace_ids: [traceId],
    span_references: witnesses.slice(0, MAX_REFERENCES).map(spanReference),
    witness_count: witnesses.length,
  };
}

/** Names and numbers only, as in every message. */
function retractionOf({ rule, message, lateSpans = 0 }: Finding): string {
  const late = lateSpans === 1 ? '1 span came late' : `${lateSpans} spans came late`;
  const name = boundedText(rule.name, MAX_NAME);
  return (
    message || `The violation of "${name}" no longer holds: ${late}, and by all of them the trace is as it should be`
  );
}

const spanReference = (witness: WitnessSpan): SpanReferenceDocument => ({
  trace_id: witness.traceId,
  span_id: witness.spanId,
  ...(witness.service === undefined ? {} : { service: boundedText(witness.service, MAX_NAME) }),
  name: boundedText(witness.name, MAX_NAME),
  role: boundedText(witness.role, MAX_NAME),
});

const serviceFields = (first: WitnessSpan | undefined): UnsignedViolation['service'] => ({
  name: boundedText(first?.service ?? NO_SERVICE, MAX_NAME),
  ...(first?.environment === undefined ? {} : { environment: boundedText(first.environment, MAX_NAME) }),
});
