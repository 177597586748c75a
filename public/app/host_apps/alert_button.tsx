import { EuiButton } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React, { useState } from 'react';
import type { Rule, Severity } from '../../../common/rules/rule';
import { useAppServices } from '../app_services';
import { AlertFlyout } from './alert_flyout';
import { useDashboards, viewOf } from './use_dashboards';

interface AlertButtonProps {
  readonly rules: readonly Rule[];
  /** What the page shows is what is proposed. */
  readonly severity: Severity | undefined;
  readonly ruleId: string | undefined;
}

/** "Alert me": nothing where the host has no alerts. */
export const AlertButton = (props: AlertButtonProps) => {
  const { apps } = useAppServices();
  const state = useDashboards();
  const [isOpen, setOpen] = useState(false);
  if (!apps || !state) return null;
  return (
    <>
      <EuiButton iconType="bell" onClick={() => setOpen(true)} data-test-subj="betraceAlertMe">
        {i18n.translate('betrace.alert.open', { defaultMessage: 'Alert me' })}
      </EuiButton>
      {isOpen && <AlertFlyout {...props} alerts={apps.alerts} view={viewOf(state)} onClose={() => setOpen(false)} />}
    </>
  );
};
