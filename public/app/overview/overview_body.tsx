import {
  EuiCallOut,
  EuiFlexGrid,
  EuiFlexItem,
  EuiPanel,
  EuiSpacer,
  EuiStat,
  EuiText,
  EuiTitle,
  useEuiTheme,
} from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import type { Overview } from '../../../common/api/activity';
import type { Status } from '../../../common/api/status';
import { useAppServices } from '../app_services';
import { CountsChart } from '../shared/counts_chart';
import { AppLink } from '../shared/link';
import { severityLabel } from '../shared/severity_badge';
import { severityColors } from '../shared/severity_colors';
import { formatNumber } from '../shared/time';
import { Change } from './change';
import { ailmentsOf, hasInput, workOf } from './health';
import { judge } from './judgement';
import { TopRules, TopServices } from './top_tables';

interface OverviewBodyProps {
  readonly overview: Overview;
  readonly status: Status;
  readonly hasRules: boolean;
}

const CHART_HEIGHT = 260;

/** Whether to worry, at a look; then how much of what, when, by which rules, in which services. */
export const OverviewBody = ({ overview, status, hasRules }: OverviewBodyProps) => {
  const { euiTheme } = useEuiTheme();
  const colors = severityColors({ colors: euiTheme.colors });
  const isEmpty = overview.count === 0 && overview.before === 0;
  return (
    <>
      <Verdict overview={overview} status={status} hasRules={hasRules} />
      <EuiSpacer size="l" />
      <EuiFlexGrid columns={4} gutterSize="m">
        {overview.severities.map(({ severity, count, before }) => (
          <EuiFlexItem key={severity}>
            <EuiPanel hasBorder hasShadow={false} paddingSize="m">
              <EuiStat
                title={formatNumber(count)}
                titleSize="m"
                titleColor={count > 0 && (severity === 'CRITICAL' || severity === 'HIGH') ? 'danger' : 'default'}
                description={severityLabel(severity)}
              >
                <Change count={count} before={before} />
              </EuiStat>
            </EuiPanel>
          </EuiFlexItem>
        ))}
      </EuiFlexGrid>
      {!isEmpty && (
        <>
          <EuiSpacer size="l" />
          <EuiTitle size="xs">
            <h2>{i18n.translate('betrace.overview.overTime', { defaultMessage: 'Violations over time' })}</h2>
          </EuiTitle>
          <EuiSpacer size="s" />
          <CountsChart
            label={i18n.translate('betrace.overview.overTime', { defaultMessage: 'Violations over time' })}
            from={overview.from}
            partMs={overview.partMs}
            height={CHART_HEIGHT}
            // the gravest at the bottom, where their changes are seen best
            series={overview.severities.map(({ severity, counts }) => ({
              id: severity,
              name: severityLabel(severity),
              color: colors[severity],
              counts,
            }))}
          />
          <EuiSpacer size="l" />
          <EuiFlexGrid columns={2} gutterSize="l">
            <EuiFlexItem>
              <TopRules rules={overview.rules} from={overview.from} />
            </EuiFlexItem>
            <EuiFlexItem>
              <TopServices services={overview.services} />
            </EuiFlexItem>
          </EuiFlexGrid>
        </>
      )}
    </>
  );
};

const ICONS = { danger: 'error', warning: 'warning', primary: 'clock', success: 'check' } as const;

const Verdict = ({ overview, status, hasRules }: OverviewBodyProps) => {
  const { can } = useAppServices();
  const ailments = ailmentsOf(status);
  const { level, text } = judge(overview, ailments, hasInput(status));
  if (!hasRules && (level === 'success' || level === 'primary')) {
    return (
      <EuiCallOut
        iconType="list"
        title={i18n.translate('betrace.overview.noRules', {
          defaultMessage: 'There are no rules yet: nothing is looked for',
        })}
      >
        {can.write && (
          <AppLink to="/rules/create">
            {i18n.translate('betrace.overview.createRule', { defaultMessage: 'Create a rule' })}
          </AppLink>
        )}
      </EuiCallOut>
    );
  }
  return (
    <div role="status" data-test-subj="betraceVerdict">
      <EuiCallOut color={level} iconType={ICONS[level]} title={text}>
        <EuiText size="s">
          {ailments.length > 0 && (
            <ul>
              {ailments.map((ailment) => (
                <li key={ailment.text}>{ailment.text}</li>
              ))}
            </ul>
          )}
          {level === 'primary' && (
            <p>
              {i18n.translate('betrace.overview.sendSpans', {
                defaultMessage:
                  'Rules judge traces as they come in, not those that are stored already. Let a Collector or an SDK send its spans here, by OTLP.',
              })}
            </p>
          )}
          <p>{workOf(status)}</p>
        </EuiText>
      </EuiCallOut>
    </div>
  );
};
