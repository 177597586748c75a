import { EuiButton, EuiButtonEmpty } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import { useAppServices } from '../app_services';
import { errorText } from '../shared/error_text';
import { useDashboards, useInstallDashboards } from './use_dashboards';

/** Leads to the dashboard, or installs it with what it needs; nothing where the host has no dashboards. */
export const InstallDashboards = () => {
  const { apps, can, notify } = useAppServices();
  const state = useDashboards();
  const install = useInstallDashboards();
  if (!apps || !state) return null;
  if (state.installed) {
    return (
      <EuiButtonEmpty href={apps.dashboardHref(state.dashboard)} iconType="dashboardApp">
        {i18n.translate('betrace.dashboards.open', { defaultMessage: 'Dashboard' })}
      </EuiButtonEmpty>
    );
  }
  if (!can.write) return null;
  const failure = i18n.translate('betrace.dashboards.failed', { defaultMessage: 'The dashboard was not installed' });
  return (
    <EuiButton
      iconType="dashboardApp"
      isLoading={install.isLoading}
      onClick={() =>
        install.mutate(undefined, {
          onSuccess: ({ failed }) =>
            failed.length > 0
              ? notify.failure(failure, failed.map(({ id, reason }) => `${id}: ${reason}`).join(', '))
              : notify.success(
                  i18n.translate('betrace.dashboards.installed', { defaultMessage: 'The dashboard is installed' }),
                ),
          onError: (error) => notify.failure(failure, errorText(error)),
        })
      }
    >
      {i18n.translate('betrace.dashboards.install', { defaultMessage: 'Install the dashboard' })}
    </EuiButton>
  );
};
