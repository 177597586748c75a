import { useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import type { SetUpReport, SetUpState, UninstallReport } from '../../../common/api/setup';
import type { Status } from '../../../common/api/status';
import type { ApiError } from '../api/api_error';
import { useAppServices } from '../app_services';

const EVERY_MS = 5_000;
const KEYS = { status: ['status'] as const, setUp: ['setup'] as const };

/** How the host fares, followed. */
export function useStatus(): UseQueryResult<Status, ApiError> {
  const { call } = useAppServices();
  return useQuery(KEYS.status, ({ signal }) => call<Status>('GET', '/status', { signal }), {
    refetchInterval: EVERY_MS,
  });
}

/** What there is in Elasticsearch, for who may administer. */
export function useSetUpState(enabled: boolean): UseQueryResult<SetUpState, ApiError> {
  const { call } = useAppServices();
  return useQuery(KEYS.setUp, ({ signal }) => call<SetUpState>('GET', '/setup', { signal }), { enabled });
}

export function useSetUp() {
  const { call } = useAppServices();
  const queryClient = useQueryClient();
  return useMutation<SetUpReport, ApiError>(() => call<SetUpReport>('POST', '/setup'), {
    onSuccess: ({ state }) => queryClient.setQueryData(KEYS.setUp, state),
    onSettled: () => queryClient.invalidateQueries(KEYS.status),
  });
}

/** Removes nothing unless `dryRun` is false. */
export function useRemoval() {
  const { call } = useAppServices();
  const queryClient = useQueryClient();
  return useMutation<UninstallReport, ApiError, { readonly dryRun: boolean; readonly data: boolean }>(
    (body) => call<UninstallReport>('POST', '/uninstall', { body }),
    { onSettled: (_report, _error, { dryRun }) => (dryRun ? undefined : queryClient.invalidateQueries()) },
  );
}
