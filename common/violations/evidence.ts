import type { Kind, Status } from '../trace/span';
import type { AttributeType, EvidenceDocument, EvidenceMode } from './evidence_document';

export interface EvidenceAttributeView {
  readonly key: string;
  /** Text as it is, everything else as JSON. */
  readonly value: string;
  readonly type: AttributeType;
  readonly redacted: boolean;
  readonly truncated: boolean;
}

export interface EvidenceSpanView {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly service?: string;
  readonly environment?: string;
  readonly kind: Kind;
  readonly status: Status;
  readonly statusMessage: string;
  /** Microseconds since 1970. */
  readonly startUs: number;
  readonly endUs: number;
  readonly role: string;
  readonly attributes: readonly EvidenceAttributeView[];
}

export interface EvidenceAbsenceView {
  readonly lookedFor: string;
  /** Where it was looked for; null: in the whole trace. */
  readonly window: { readonly fromUs: number; readonly toUs: number } | null;
}

/** The evidence of a violation as the API gives it. */
export interface Evidence {
  readonly mode: EvidenceMode;
  readonly spans: readonly EvidenceSpanView[];
  readonly absences: readonly EvidenceAbsenceView[];
  /** How many values something was taken out of. */
  readonly redacted: number;
  /** Something was left out to keep the evidence small. */
  readonly truncated: boolean;
}

/**
 * The API's form of a stored evidence document.
 * @throws TypeError for a document that was changed beyond reading
 */
export function toEvidence(document: EvidenceDocument): Evidence {
  const { mode, spans, absences, redacted, truncated } = document.betrace.evidence;
  return {
    mode,
    spans: spans.map((span) => ({
      traceId: span.trace_id,
      spanId: span.span_id,
      parentSpanId: span.parent_span_id ?? null,
      name: span.name,
      ...(span.service === undefined ? {} : { service: span.service }),
      ...(span.environment === undefined ? {} : { environment: span.environment }),
      kind: span.kind,
      status: span.status,
      statusMessage: span.status_message,
      startUs: span.start_us,
      endUs: span.end_us,
      role: span.role,
      attributes: span.attributes.map(({ key, value, type, redacted, truncated }) => ({
        key,
        value,
        type,
        redacted: redacted === true,
        truncated: truncated === true,
      })),
    })),
    absences: absences.map(({ looked_for, window }) => ({
      lookedFor: looked_for,
      window: window ? { fromUs: window.from_us, toUs: window.to_us } : null,
    })),
    redacted,
    truncated,
  };
}
