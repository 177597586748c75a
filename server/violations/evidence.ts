import type { WitnessSpan } from '../../common/engine/judgement';
import type {
  EvidenceAttribute,
  EvidenceDocument,
  EvidenceMode,
  EvidenceSpan,
} from '../../common/violations/evidence_document';
import type { Finding } from '../../common/violations/finding';
import { EVIDENCE_DATASET, namespaceOf } from '../../common/violations/namespace';
import { evidenceAttribute, redactedText } from './evidence_value';
import { MAX_NAME, NO_SERVICE, isoTime, startOf } from './span_fields';
import { boundedText } from './text';

export const MAX_EVIDENCE_BYTES = 64 * 1024;
const MAX_STATUS_MESSAGE = 2_048;
const MAX_ABSENCES = 32;
const MAX_LOOKED_FOR = 1_024;
/** What a later revision may need more than the first. */
const REVISION_DIGITS = 15;

/** What evidence may still grow by, and what became of it on the way. */
class Ledger {
  redacted = 0;
  truncated = false;

  constructor(private left: number) {}

  /** Takes the item's bytes; false, and marked as truncated, where there is no room. */
  admit(item: unknown): boolean {
    const bytes = Buffer.byteLength(JSON.stringify(item)) + 1;
    if (bytes > this.left) {
      this.truncated = true;
      return false;
    }
    this.left -= bytes;
    return true;
  }
}

/** The evidence document of a finding: at most 64 KiB, redacted, and the same wherever the same spans were judged. */
export function evidenceDocument(
  finding: Finding,
  violation: { readonly id: string; readonly revision: number },
  mode: EvidenceMode,
): EvidenceDocument {
  const { rule } = finding;
  const first = finding.witnesses[0];
  const shape = (
    spans: readonly EvidenceSpan[],
    absences: EvidenceDocument['betrace']['evidence']['absences'],
    ledger: Pick<Ledger, 'redacted' | 'truncated'>,
  ): EvidenceDocument => ({
    '@timestamp': isoTime(startOf(finding)),
    data_stream: { type: 'logs', dataset: EVIDENCE_DATASET, namespace: namespaceOf(rule.space) },
    event: { kind: 'event', action: 'betrace.evidence' },
    trace: { id: finding.traceId },
    service: { name: boundedText(first?.service ?? NO_SERVICE, MAX_NAME) },
    rule: { id: rule.id, version: rule.version },
    betrace: {
      evidence: {
        ...violation,
        space_id: rule.space,
        mode,
        spans,
        absences,
        redacted: ledger.redacted,
        truncated: ledger.truncated,
      },
    },
  });
  const frame = Buffer.byteLength(
    JSON.stringify(shape([], [], { redacted: Number.MAX_SAFE_INTEGER, truncated: false })),
  );
  const ledger = new Ledger(MAX_EVIDENCE_BYTES - frame - REVISION_DIGITS);
  const absences = absencesOf(finding, ledger);
  const spans = spansOf(finding.witnesses, mode, ledger);
  return shape(spans, absences, ledger);
}

function absencesOf(finding: Finding, ledger: Ledger): EvidenceDocument['betrace']['evidence']['absences'] {
  const absences = finding.absences.slice(0, MAX_ABSENCES).map(({ looked_for, window }) => ({
    looked_for: boundedText(looked_for, MAX_LOOKED_FOR),
    ...(window ? { window: { from_us: window.fromUs, to_us: window.toUs } } : {}),
  }));
  if (finding.absences.length > MAX_ABSENCES) ledger.truncated = true;
  return absences.filter((absence) => ledger.admit(absence));
}

/** All spans first, then their attributes, so that one span's long attributes don't push another span out. */
function spansOf(witnesses: readonly WitnessSpan[], mode: EvidenceMode, ledger: Ledger): EvidenceSpan[] {
  const kept: { span: EvidenceSpan; attributes: EvidenceAttribute[]; witness: WitnessSpan }[] = [];
  for (const witness of witnesses) {
    const attributes: EvidenceAttribute[] = [];
    const span = { ...spanFields(witness, ledger), attributes };
    if (!ledger.admit(span)) break;
    kept.push({ span, attributes, witness });
  }
  if (mode !== 'none') for (const { attributes, witness } of kept) addAttributes(attributes, witness, ledger);
  return kept.map(({ span }) => span);
}

function addAttributes(attributes: EvidenceAttribute[], witness: WitnessSpan, ledger: Ledger): void {
  for (const [key, value] of witness.attributes) {
    const attribute = evidenceAttribute(key, value);
    if (!ledger.admit(attribute)) return;
    if (attribute.redacted) ledger.redacted++;
    if (attribute.truncated) ledger.truncated = true;
    attributes.push(attribute);
  }
}

function spanFields(witness: WitnessSpan, ledger: Ledger): Omit<EvidenceSpan, 'attributes'> {
  const statusMessage = redactedText(witness.statusMessage, MAX_STATUS_MESSAGE);
  if (statusMessage.redacted) ledger.redacted++;
  return {
    trace_id: witness.traceId,
    span_id: witness.spanId,
    ...(witness.parentSpanId === null ? {} : { parent_span_id: witness.parentSpanId }),
    name: boundedText(witness.name, MAX_NAME),
    ...(witness.service === undefined ? {} : { service: boundedText(witness.service, MAX_NAME) }),
    ...(witness.environment === undefined ? {} : { environment: boundedText(witness.environment, MAX_NAME) }),
    kind: witness.kind,
    status: witness.status,
    status_message: statusMessage.text,
    start_us: witness.startUs,
    end_us: witness.endUs,
    role: boundedText(witness.role, MAX_NAME),
  };
}
