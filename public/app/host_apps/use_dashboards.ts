import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { DashboardsReport, DashboardsState } from '../../../common/api/dashboards';
import type { ApiError } from '../api/api_error';
import { useAppServices } from '../app_services';
import type { ViolationsView } from './host_apps';

const KEY = ['dashboards'];

/** What there is of BeTrace in the host's own apps; nothing where it has none, or while that is not known. */
export function useDashboards(): DashboardsState | undefined {
  const { call, apps } = useAppServices();
  const { data } = useQuery<DashboardsState, ApiError>(
    KEY,
    ({ signal }) => call<DashboardsState>('GET', '/dashboards', { signal }),
    { enabled: apps !== undefined, staleTime: Infinity },
  );
  return data;
}

export function useInstallDashboards() {
  const { call } = useAppServices();
  const queryClient = useQueryClient();
  return useMutation<DashboardsReport, ApiError>(() => call('POST', '/dashboards'), {
    onSettled: () => queryClient.invalidateQueries(KEY),
  });
}

export const viewOf = ({ dataView, installed }: DashboardsState): ViolationsView => ({ ...dataView, installed });
