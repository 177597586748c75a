import { EuiCallOut, EuiSkeletonText, EuiSpacer, EuiText, EuiTitle } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import type { Evidence } from '../../../common/violations/evidence';
import type { Violation } from '../../../common/violations/violation';
import { useEvidence } from '../api/queries';
import { formatDuration } from '../shared/time';
import { Trouble } from '../shared/trouble';
import { EvidenceSpans } from './evidence_spans';
import { SpanReferences } from './span_references';

/** The spans that break the rule and what was missing; where the evidence was erased, the spans' names that are left. */
export const EvidenceSection = ({ violation }: { violation: Violation }) => {
  const { data, error, refetch } = useEvidence(violation.id);
  return (
    <section>
      <EuiTitle size="xs">
        <h3>{i18n.translate('betrace.evidence.title', { defaultMessage: 'Evidence' })}</h3>
      </EuiTitle>
      <EuiSpacer size="s" />
      {error && <Trouble error={error} hasData={data !== undefined} onRetry={() => void refetch()} />}
      {!data && !error && <EuiSkeletonText lines={4} />}
      {data?.evidence && <EvidenceDetails evidence={data.evidence} witnessCount={violation.witnessCount} />}
      {data?.evidence === null && (
        <>
          <EuiCallOut
            size="s"
            iconType="eraser"
            title={i18n.translate('betrace.evidence.gone', {
              defaultMessage: 'The evidence was erased, or can no longer be read. These spans broke the rule:',
            })}
          />
          <EuiSpacer size="s" />
          <SpanReferences references={violation.spanReferences} />
        </>
      )}
    </section>
  );
};

export const EvidenceDetails = ({ evidence, witnessCount }: { evidence: Evidence; witnessCount: number }) => {
  const { spans, absences, redacted, truncated } = evidence;
  const more = witnessCount - spans.length;
  return (
    <>
      {spans.length > 0 && <EvidenceSpans spans={spans} />}
      {absences.length > 0 && (
        <>
          <EuiSpacer size="m" />
          <EuiText size="s">
            <p>{i18n.translate('betrace.evidence.absences', { defaultMessage: 'Looked for, and not there:' })}</p>
            <ul>
              {absences.map(({ lookedFor, window }, index) => (
                <li key={index}>
                  <code>{lookedFor}</code>{' '}
                  {window &&
                    i18n.translate('betrace.evidence.window', {
                      defaultMessage: 'within {duration}',
                      values: { duration: formatDuration(window.toUs - window.fromUs) },
                    })}
                </li>
              ))}
            </ul>
          </EuiText>
        </>
      )}
      <Remarks
        remarks={[
          more > 0 &&
            i18n.translate('betrace.evidence.more', {
              defaultMessage: '{more, plural, one {# more span} other {# more spans}} broke the rule.',
              values: { more },
            }),
          redacted > 0 &&
            i18n.translate('betrace.evidence.redacted', {
              defaultMessage: 'Something was taken out of {redacted, plural, one {# value} other {# values}}.',
              values: { redacted },
            }),
          truncated &&
            i18n.translate('betrace.evidence.truncated', {
              defaultMessage: 'Something was left out to keep the evidence small.',
            }),
        ]}
      />
    </>
  );
};

const Remarks = ({ remarks }: { remarks: readonly (string | false)[] }) => {
  const said = remarks.filter((remark) => remark !== false);
  if (said.length === 0) return null;
  return (
    <>
      <EuiSpacer size="s" />
      <EuiText size="xs" color="subdued">
        <p>{said.join(' ')}</p>
      </EuiText>
    </>
  );
};
