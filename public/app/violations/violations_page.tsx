import { EuiButton, EuiFlexGroup, EuiFlexItem, EuiSpacer, EuiText } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React, { useCallback } from 'react';
import { useHistory, useLocation, useParams } from 'react-router-dom';
import { useRules, useViolations } from '../api/queries';
import { AlertButton } from '../host_apps/alert_button';
import { DiscoverButton } from '../host_apps/discover_button';
import { InstallDashboards } from '../host_apps/install_dashboards';
import { stateKql } from '../host_apps/kql';
import { Page } from '../shared/page';
import { formatNumber } from '../shared/time';
import { Trouble } from '../shared/trouble';
import { FilterBar } from './filter_bar';
import { NoViolations } from './no_violations';
import { ViolationFlyout } from './violation_flyout';
import { DEFAULT_STATE, formatState, parseState, toFilter, type ViolationsState } from './violations_filter';
import { ViolationsTable } from './violations_table';

/** `/violations`, and `/violations/<id>` with that one's details beside the list. */
export const ViolationsPage = () => {
  const history = useHistory();
  const { search } = useLocation();
  const { id } = useParams<{ id?: string }>();
  const state = parseState(search);
  const found = useViolations(
    () => toFilter(state),
    [formatState({ ...state, refreshMs: DEFAULT_STATE.refreshMs })],
    state.refreshMs,
  );
  const rules = useRules();
  const show = useCallback(
    (change: Partial<ViolationsState>) =>
      history.push({ pathname: '/violations', search: formatState({ ...parseState(search), ...change }) }),
    [history, search],
  );
  const close = useCallback(() => history.push({ pathname: '/violations', search }), [history, search]);
  const violations = found.data?.pages.flatMap((page) => page.violations) ?? [];

  return (
    <Page
      section="violations"
      actions={[
        <AlertButton key="alert" rules={rules.data?.rules ?? []} severity={state.severity} ruleId={state.ruleId} />,
        <InstallDashboards key="dashboards" />,
        <DiscoverButton key="discover" look={{ kql: stateKql(state), from: state.from, to: state.to }} />,
      ]}
    >
      <FilterBar state={state} rules={rules.data?.rules ?? []} onChange={show} />
      <EuiSpacer size="m" />
      {found.error && (
        <>
          <Trouble error={found.error} hasData={found.data !== undefined} onRetry={() => void found.refetch()} />
          <EuiSpacer size="m" />
        </>
      )}
      {found.data && violations.length === 0 && (
        <NoViolations state={state} hasRules={rules.data ? rules.data.total > 0 : undefined} onChange={show} />
      )}
      {(violations.length > 0 || found.isLoading) && (
        <>
          <EuiText size="xs" color="subdued" aria-live="polite">
            {found.data &&
              i18n.translate('betrace.violations.count', {
                defaultMessage:
                  '{shown} of {total, plural, one {# violation} other {# violations}}, newest found first',
                values: { shown: formatNumber(violations.length), total: found.data.pages[0]?.total ?? 0 },
              })}
          </EuiText>
          <EuiSpacer size="s" />
          <ViolationsTable violations={violations} isLoading={found.isLoading} search={search} selected={id} />
        </>
      )}
      {found.hasNextPage && (
        <EuiFlexGroup justifyContent="center" responsive={false}>
          <EuiFlexItem grow={false}>
            <EuiSpacer size="m" />
            <EuiButton onClick={() => void found.fetchNextPage()} isLoading={found.isFetchingNextPage}>
              {i18n.translate('betrace.violations.showMore', { defaultMessage: 'Show more' })}
            </EuiButton>
          </EuiFlexItem>
        </EuiFlexGroup>
      )}
      {id !== undefined && <ViolationFlyout key={id} id={id} onClose={close} />}
    </Page>
  );
};
