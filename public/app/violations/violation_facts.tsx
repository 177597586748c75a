import { EuiDescriptionList, EuiFlexGroup, EuiFlexItem, EuiLink, EuiText } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React, { type ReactNode } from 'react';
import type { Violation } from '../../../common/violations/violation';
import { useAppServices } from '../app_services';
import { AppLink } from '../shared/link';
import { CopyButton } from '../shared/copy_button';
import { formatDateTime } from '../shared/time';

/** When, where, by which rule. */
export const ViolationFacts = ({ violation }: { violation: Violation }) => {
  const { timeZone } = useAppServices();
  const { service, environment, ruleId, ruleName, ruleVersion } = violation;
  const facts: { title: string; description: NonNullable<ReactNode> }[] = [
    {
      title:
        violation.verdict === 'retracted'
          ? i18n.translate('betrace.violation.retracted', { defaultMessage: 'Retracted' })
          : i18n.translate('betrace.violation.found', { defaultMessage: 'Found' }),
      description: formatDateTime(violation.createdAt, timeZone),
    },
    {
      title: i18n.translate('betrace.violation.occurred', { defaultMessage: 'Happened' }),
      description: formatDateTime(violation.occurredAt, timeZone),
    },
    {
      title: i18n.translate('betrace.violation.service', { defaultMessage: 'Service' }),
      description: environment === undefined ? service : `${service} (${environment})`,
    },
    {
      title: i18n.translate('betrace.violation.rule', { defaultMessage: 'Rule' }),
      description: (
        <>
          <AppLink to={`/rules/${encodeURIComponent(ruleId)}`}>{ruleName}</AppLink>{' '}
          <EuiText size="xs" color="subdued" component="span">
            {i18n.translate('betrace.violation.ruleVersion', {
              defaultMessage: 'version {version}',
              values: { version: ruleVersion.slice(0, 8) },
            })}
          </EuiText>
        </>
      ),
    },
    ...violation.traceIds.map((traceId) => ({
      title: i18n.translate('betrace.violation.trace', { defaultMessage: 'Trace' }),
      description: <TraceFact traceId={traceId} />,
    })),
  ];
  return <EuiDescriptionList type="column" compressed listItems={facts} columnWidths={[1, 3]} />;
};

const TraceFact = ({ traceId }: { traceId: string }) => {
  const { traceHref } = useAppServices();
  const href = traceHref?.(traceId);
  return (
    <EuiFlexGroup gutterSize="s" alignItems="center" wrap responsive={false}>
      <EuiFlexItem grow={false}>
        <code>{traceId}</code>
      </EuiFlexItem>
      <EuiFlexItem grow={false}>
        <CopyButton text={traceId} />
      </EuiFlexItem>
      {href && (
        <EuiFlexItem grow={false}>
          <EuiLink href={href}>
            {i18n.translate('betrace.violation.showTrace', { defaultMessage: 'Show the trace' })}
          </EuiLink>
        </EuiFlexItem>
      )}
      <EuiFlexItem grow={false}>
        <AppLink to={`/violations?from=now-90d&traceId=${traceId}`}>
          {i18n.translate('betrace.violation.ofThisTrace', { defaultMessage: 'All violations of this trace' })}
        </AppLink>
      </EuiFlexItem>
    </EuiFlexGroup>
  );
};
