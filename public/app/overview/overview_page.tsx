import { EuiButtonGroup, EuiSkeletonText, EuiSpacer } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import { useHistory, useLocation } from 'react-router-dom';
import { useOverview, useRules, useStatus } from '../api/queries';
import { Page } from '../shared/page';
import { Trouble } from '../shared/trouble';
import { OverviewBody } from './overview_body';
import { DEFAULT_PERIOD, type Period, periodLabel, periodOf, PERIODS } from './periods';

/** `/overview`: whether to worry, and where to look. */
export const OverviewPage = () => {
  const history = useHistory();
  const period = periodOf(useLocation().search);
  const overview = useOverview(period, () => new Date(Date.now() - PERIODS[period]).toISOString());
  const status = useStatus();
  const rules = useRules();
  const show = (id: string): void =>
    history.push({ pathname: '/overview', search: id === DEFAULT_PERIOD ? '' : `?period=${id}` });
  const error = overview.error ?? status.error;
  return (
    <Page section="overview">
      <EuiButtonGroup
        legend={i18n.translate('betrace.overview.period', { defaultMessage: 'Time' })}
        buttonSize="compressed"
        idSelected={period}
        onChange={show}
        options={(Object.keys(PERIODS) as Period[]).map((id) => ({ id, label: periodLabel(id) }))}
      />
      <EuiSpacer size="m" />
      {error && (
        <>
          <Trouble
            error={error}
            hasData={overview.data !== undefined}
            onRetry={() => void Promise.all([overview.refetch(), status.refetch()])}
          />
          <EuiSpacer size="m" />
        </>
      )}
      {overview.data && status.data ? (
        <OverviewBody
          overview={overview.data}
          status={status.data}
          hasRules={rules.data ? rules.data.total > 0 : true}
        />
      ) : (
        !error && <EuiSkeletonText lines={8} />
      )}
    </Page>
  );
};
