import { EuiFlexGroup, EuiFlexItem, EuiLink } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import type { Violation } from '../../../common/violations/violation';
import { useAppServices } from '../app_services';
import { violationKql } from './kql';
import { useDashboards, viewOf } from './use_dashboards';

const HOUR_MS = 3_600_000;
const OVER_TIME = 'betrace-over-time-';

/** From a violation to the host's other apps; nothing where it has none. */
export const ViolationLinks = ({ violation }: { violation: Violation }) => {
  const { apps } = useAppServices();
  const state = useDashboards();
  if (!apps || !state) return null;
  const view = viewOf(state);
  const around = (ms: number): string => new Date(Date.parse(violation.occurredAt) + ms).toISOString();
  const document = apps.discoverHref(
    { kql: violationKql(violation.id), from: around(-HOUR_MS), to: around(HOUR_MS) },
    view,
  );
  const overTime = state.lens.find(({ id }) => id.startsWith(OVER_TIME));
  return (
    <EuiFlexGroup gutterSize="m" wrap responsive={false}>
      <EuiFlexItem grow={false}>
        <EuiLink href={document}>
          {i18n.translate('betrace.violation.inDiscover', { defaultMessage: 'Its documents in Discover' })}
        </EuiLink>
      </EuiFlexItem>
      {state.installed && overTime && (
        <EuiFlexItem grow={false}>
          <EuiLink href={apps.lensHref(overTime.id, view, violation.ruleId, { from: 'now-7d', to: 'now' })}>
            {i18n.translate('betrace.violation.ruleOverTime', { defaultMessage: 'The rule over time in Lens' })}
          </EuiLink>
        </EuiFlexItem>
      )}
    </EuiFlexGroup>
  );
};
