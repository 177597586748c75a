import { EuiButtonEmpty } from '@elastic/eui';
import { i18n } from '@kbn/i18n';
import React from 'react';
import { useAppServices } from '../app_services';
import type { Look } from './host_apps';
import { useDashboards, viewOf } from './use_dashboards';

/** Leads to the documents, with the query ready; nothing where the host has no such app. */
export const DiscoverButton = ({ look }: { look: Look }) => {
  const { apps } = useAppServices();
  const state = useDashboards();
  if (!apps || !state) return null;
  return (
    <EuiButtonEmpty href={apps.discoverHref(look, viewOf(state))} iconType="discoverApp">
      {i18n.translate('betrace.discover.open', { defaultMessage: 'Discover' })}
    </EuiButtonEmpty>
  );
};
