import { useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import type { SetUpReport, SetUpState, UninstallReport } from '../../../common/api/setup';
import type { ApiError } from '../api/api_error';
import { keys } from '../api/queries';
import { useAppServices } from '../app_services';

const KEY = ['setup'] as const;

/** What there is in Elasticsearch, for who may administer. */
export function useSetUpState(enabled: boolean): UseQueryResult<SetUpState, ApiError> {
  const { call } = useAppServices();
  return useQuery(KEY, ({ signal }) => call<SetUpState>('GET', '/setup', { signal }), { enabled });
}

export function useSetUp() {
  const { call } = useAppServices();
  const queryClient = useQueryClient();
  return useMutation<SetUpReport, ApiError>(() => call<SetUpReport>('POST', '/setup'), {
    onSuccess: ({ state }) => queryClient.setQueryData(KEY, state),
    onSettled: () => queryClient.invalidateQueries(keys.status),
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
