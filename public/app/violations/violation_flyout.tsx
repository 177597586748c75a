import {
  EuiBadge,
  EuiCallOut,
  EuiFlexGroup,
  EuiFlexItem,
  EuiFlyout,
  EuiFlyoutBody,
  EuiFlyoutHeader,
  EuiHorizontalRule,
  EuiSkeletonText,
  EuiSpacer,
  EuiText,
  EuiTitle,
} from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import type { Violation } from '../../../common/violations/violation';
import { useViolation } from '../api/queries';
import { ViolationLinks } from '../host_apps/violation_links';
import { SeverityBadge } from '../shared/severity_badge';
import { Trouble } from '../shared/trouble';
import { CompletenessList } from './completeness_list';
import { EvidenceSection } from './evidence_section';
import { VerificationCallout } from './verification_callout';
import { ViolationFacts } from './violation_facts';

const TITLE_ID = 'betraceViolationTitle';

/** One violation whole: what happened, whether the signature verifies, the spans, how complete the trace was. */
export const ViolationFlyout = ({ id, onClose }: { id: string; onClose: () => void }) => {
  const { data: violation, error, refetch } = useViolation(id);
  return (
    <EuiFlyout onClose={onClose} size="m" ownFocus aria-labelledby={TITLE_ID} data-test-subj="betraceViolationFlyout">
      <EuiFlyoutHeader hasBorder>
        <EuiTitle size="m">
          <h2 id={TITLE_ID}>
            {violation?.ruleName ?? i18n.translate('betrace.violation.title', { defaultMessage: 'Violation' })}
          </h2>
        </EuiTitle>
        {violation && <Badges violation={violation} />}
      </EuiFlyoutHeader>
      <EuiFlyoutBody>
        {error && <Trouble error={error} hasData={violation !== undefined} onRetry={() => void refetch()} />}
        {!violation && !error && <EuiSkeletonText lines={8} />}
        {violation && (
          <>
            <Message violation={violation} />
            <EuiSpacer size="m" />
            <VerificationCallout id={id} />
            <EuiSpacer size="l" />
            <ViolationFacts violation={violation} />
            <ViolationLinks violation={violation} />
            {violation.verdict !== 'retracted' && (
              <>
                <EuiHorizontalRule margin="l" />
                <EvidenceSection violation={violation} />
              </>
            )}
            <EuiHorizontalRule margin="l" />
            <CompletenessList violation={violation} />
          </>
        )}
      </EuiFlyoutBody>
    </EuiFlyout>
  );
};

/** What happened; or, where spans came late, that it did not. */
const Message = ({ violation: { verdict, message } }: { violation: Violation }) =>
  verdict === 'retracted' ? (
    <EuiCallOut
      size="s"
      iconType="info"
      title={i18n.translate('betrace.violation.noLongerHolds', { defaultMessage: 'This violation no longer holds' })}
    >
      <p>{message}</p>
    </EuiCallOut>
  ) : (
    <EuiText>
      <p>{message}</p>
    </EuiText>
  );

const Badges = ({ violation: { severity, verdict, tags } }: { violation: Violation }) => (
  <>
    <EuiSpacer size="s" />
    <EuiFlexGroup gutterSize="xs" wrap responsive={false}>
      <EuiFlexItem grow={false}>
        <SeverityBadge severity={severity} />
      </EuiFlexItem>
      {verdict === 'retracted' && (
        <EuiFlexItem grow={false}>
          <EuiBadge>{i18n.translate('betrace.violation.retracted', { defaultMessage: 'Retracted' })}</EuiBadge>
        </EuiFlexItem>
      )}
      {tags.map((tag) => (
        <EuiFlexItem grow={false} key={tag}>
          <EuiBadge color="hollow">{tag}</EuiBadge>
        </EuiFlexItem>
      ))}
    </EuiFlexGroup>
  </>
);
