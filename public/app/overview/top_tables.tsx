import { EuiBasicTable, EuiSpacer, EuiTitle } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import type { Overview } from '../../../common/api/activity';
import { AppLink } from '../shared/link';
import { noItemsMessage } from '../shared/no_items_message';
import { SeverityBadge } from '../shared/severity_badge';
import { formatNumber } from '../shared/time';
import { Change } from './change';

type RuleRow = Overview['rules'][number];
type ServiceRow = Overview['services'][number];

const countName = (): string => i18n.translate('betrace.overview.column.count', { defaultMessage: 'Violations' });

const countColumn = {
  field: 'count' as const,
  width: '9em',
  align: 'right' as const,
  render: (count: number, { before }: { before: number }) => (
    <div style={{ textAlign: 'right' }}>
      {formatNumber(count)}
      <Change count={count} before={before} />
    </div>
  ),
};

const Heading = ({ text }: { text: string }) => (
  <>
    <EuiTitle size="xs">
      <h2>{text}</h2>
    </EuiTitle>
    <EuiSpacer size="s" />
  </>
);

/** The rules with the most violations, each with a way to those. */
export const TopRules = ({ rules, from }: { rules: readonly RuleRow[]; from: string }) => {
  const title = i18n.translate('betrace.overview.rules', { defaultMessage: 'Rules behind most of them' });
  return (
    <div>
      <Heading text={title} />
      <EuiBasicTable<RuleRow>
        tableCaption={title}
        items={[...rules]}
        rowHeader="name"
        noItemsMessage={noItemsMessage(false)}
        columns={[
          {
            field: 'name',
            name: i18n.translate('betrace.overview.column.rule', { defaultMessage: 'Rule' }),
            render: (name: string, { ruleId }) => (
              <AppLink to={`/violations?ruleId=${encodeURIComponent(ruleId)}&from=${encodeURIComponent(from)}`}>
                {name}
              </AppLink>
            ),
          },
          {
            field: 'severity',
            name: i18n.translate('betrace.overview.column.severity', { defaultMessage: 'Severity' }),
            width: '7em',
            render: (severity: RuleRow['severity']) => <SeverityBadge severity={severity} />,
          },
          { ...countColumn, name: countName() },
        ]}
      />
    </div>
  );
};

/** The services that most violations are in. */
export const TopServices = ({ services }: { services: readonly ServiceRow[] }) => {
  const title = i18n.translate('betrace.overview.services', { defaultMessage: 'Services behind most of them' });
  return (
    <div>
      <Heading text={title} />
      <EuiBasicTable<ServiceRow>
        tableCaption={title}
        items={[...services]}
        rowHeader="service"
        noItemsMessage={noItemsMessage(false)}
        columns={[
          {
            field: 'service',
            name: i18n.translate('betrace.overview.column.service', { defaultMessage: 'Service' }),
          },
          { ...countColumn, name: countName() },
        ]}
      />
    </div>
  );
};
