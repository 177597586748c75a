import type { Judgement, WitnessSpan } from '../../common/engine/judgement';
import { SEVERITY_SCORES, priorityOf } from '../../common/rules/rule';
import { digestOf } from '../../common/violations/canonical';
import type { EvidenceDocument, EvidenceMode } from '../../common/violations/evidence_document';
import { violationId } from '../../common/violations/identity';
import { VIOLATIONS_DATASET, namespaceOf } from '../../common/violations/namespace';
import type {
  SpanReferenceDocument,
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
}

/** The documents of a violated judgement; pure, so that equal input gives equal documents. */
export function draftOf(judgement: Judgement, context: DocumentContext): Draft {
  const verdict = verdictFields(judgement);
  const evidence = evidenceDocument(judgement, { id: verdict.id, revision: 1 }, context.evidence);
  return { violation: violationDocument(judgement, verdict, evidence, context), evidence };
}

function violationDocument(
  judgement: Judgement,
  verdict: VerdictFields,
  evidence: EvidenceDocument,
  context: DocumentContext,
): UnsignedViolation {
  const { rule } = judgement;
  const first = judgement.witnesses[0];
  const startUs = startOf(judgement);
  const name = boundedText(rule.name, MAX_NAME);
  const created = context.foundAt.toISOString();
  return {
    '@timestamp': isoTime(startUs),
    timestamp: { us: startUs },
    data_stream: { type: 'traces', dataset: VIOLATIONS_DATASET, namespace: namespaceOf(rule.space) },
    processor: { event: 'span', name: 'transaction' },
    trace: { id: judgement.traceId },
    transaction: { id: verdict.id },
    ...(first ? { parent: { id: first.spanId } } : {}),
    span: {
      id: verdict.id.slice(0, 16),
      name: boundedText(`betrace.violation: ${name}`, MAX_NAME),
      type: 'betrace',
      subtype: 'violation',
      duration: { us: Math.max(1, first ? first.endUs - first.startUs : 1) },
    },
    service: serviceFields(first),
    agent: { name: 'betrace', version: context.version },
    event: {
      kind: 'alert',
      action: 'betrace.violation',
      outcome: 'failure',
      created,
      severity: SEVERITY_SCORES[rule.severity],
    },
    error: { message: verdict.message },
    labels: { betrace_rule_id: rule.id, severity: rule.severity },
    rule: {
      id: rule.id,
      name,
      version: rule.version,
      category: 'trace',
      ...(context.ruleReference ? { reference: context.ruleReference(rule.id) } : {}),
    },
    betrace: { violation: violationFields(judgement, verdict, name, created, digestOf(evidence)) },
  };
}

function violationFields(
  { rule, completeness, source, waitedMs }: Judgement,
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
      late_spans: 0,
      waited_ms: Math.round(waitedMs),
    },
    created_at: created,
    tags: rule.tags.slice(0, MAX_TAGS).map((tag) => boundedText(tag, MAX_NAME)),
    source,
    evidence_digest: evidenceDigest,
    verdict_digest: digestOf(verdict),
  };
  return { ...fields, status: 'open', superseded: false };
}

function verdictFields({ rule, traceId, witnesses, message }: Judgement): VerdictFields {
  return {
    id: violationId(rule.space, rule.id, rule.version, [traceId]),
    verdict: 'violated',
    rule_id: rule.id,
    rule_version: rule.version,
    space_id: rule.space,
    message: boundedText(message, MAX_MESSAGE),
    trace_ids: [traceId],
    span_references: witnesses.slice(0, MAX_REFERENCES).map(spanReference),
    witness_count: witnesses.length,
  };
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
