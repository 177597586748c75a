import type { Severity } from '../rules/rule';
import type { Assertion, ViolationDocument, ViolationStatus } from './violation_document';

export interface SpanReference {
  readonly traceId: string;
  readonly spanId: string;
  readonly service?: string;
  readonly name: string;
  readonly role: string;
}

/** A violation as the API gives it. */
export interface Violation {
  readonly id: string;
  readonly revision: number;
  readonly verdict: Assertion;
  readonly ruleId: string;
  readonly ruleName: string;
  readonly ruleVersion: string;
  readonly severity: Severity;
  readonly priority: number;
  readonly message: string;
  readonly service: string;
  readonly environment?: string;
  readonly traceIds: readonly string[];
  readonly spanReferences: readonly SpanReference[];
  readonly witnessCount: number;
  /** Where the verdict is `suppressed`: how many violations were counted and not written, and when. */
  readonly suppressed?: { readonly count: number; readonly from: string; readonly to: string };
  readonly completeness: {
    readonly orphans: number;
    readonly truncated: boolean;
    readonly split: boolean;
    readonly dropped: number;
    readonly rootSeen: boolean;
    readonly lateSpans: number;
    readonly waitedMs: number;
  };
  /** When the offending span started; `createdAt` is when the violation was found. */
  readonly occurredAt: string;
  readonly createdAt: string;
  readonly tags: readonly string[];
  readonly spaceId: string;
  readonly source: string;
  readonly status: ViolationStatus;
  readonly superseded: boolean;
  readonly verdictDigest: string;
  readonly evidenceDigest: string;
  readonly digest: string;
  readonly signature: string;
  readonly keyId: string;
}

/** The API's form of a stored violation. */
export function toViolation(document: ViolationDocument): Violation {
  const fields = document.betrace.violation;
  const { completeness } = fields;
  return {
    id: fields.id,
    revision: fields.revision,
    verdict: fields.verdict,
    ruleId: fields.rule_id,
    ruleName: fields.rule_name,
    ruleVersion: fields.rule_version,
    severity: fields.severity,
    priority: fields.priority,
    message: fields.message,
    service: document.service.name,
    ...(document.service.environment === undefined ? {} : { environment: document.service.environment }),
    traceIds: fields.trace_ids,
    spanReferences: fields.span_references.map(({ trace_id, span_id, ...rest }) => ({
      traceId: trace_id,
      spanId: span_id,
      ...rest,
    })),
    witnessCount: fields.witness_count,
    ...(fields.suppressed === undefined ? {} : { suppressed: fields.suppressed }),
    completeness: {
      orphans: completeness.orphans,
      truncated: completeness.truncated,
      split: completeness.split,
      dropped: completeness.dropped,
      rootSeen: completeness.root_seen,
      lateSpans: completeness.late_spans,
      waitedMs: completeness.waited_ms,
    },
    occurredAt: document['@timestamp'],
    createdAt: fields.created_at,
    tags: fields.tags,
    spaceId: fields.space_id,
    source: fields.source,
    status: fields.status,
    superseded: fields.superseded,
    verdictDigest: fields.verdict_digest,
    evidenceDigest: fields.evidence_digest,
    digest: fields.digest,
    signature: fields.signature,
    keyId: fields.key_id,
  };
}
