import {
  type QueryClient,
  useInfiniteQuery,
  type UseInfiniteQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from '@tanstack/react-query';
import type { Rule } from '../../../common/rules/rule';
import type { Evidence } from '../../../common/violations/evidence';
import type { Verification } from '../../../common/violations/verification';
import type { Violation } from '../../../common/violations/violation';
import { useAppServices } from '../app_services';
import type { ApiError } from './api_error';

/** Every rule fits: a page of the API holds as many. */
const MAX_RULES = 10_000;
const VIOLATIONS_PER_PAGE = 50;

export interface RulesPage {
  readonly rules: readonly Rule[];
  readonly total: number;
}

export interface ViolationsPage {
  readonly violations: readonly Violation[];
  readonly total: number;
  readonly cursor: string | null;
}

/** What violations are looked for by; `from` and `to` are ISO times. */
export interface ViolationsFilter {
  readonly ruleId?: string | undefined;
  readonly severity?: string | undefined;
  readonly traceId?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly q?: string | undefined;
}

/** What an author decides about a rule. */
export type RuleDraft = Pick<Rule, 'name' | 'description' | 'dsl' | 'severity' | 'mode' | 'tags'>;

const keys = {
  rules: ['rules'] as const,
  rule: (id: string) => ['rules', id] as const,
  violations: ['violations'] as const,
};

export function useRules(): UseQueryResult<RulesPage, ApiError> {
  const { call } = useAppServices();
  return useQuery(keys.rules, ({ signal }) =>
    call<RulesPage>('GET', '/rules', { query: { limit: MAX_RULES }, signal }),
  );
}

export function useRule(id: string): UseQueryResult<Rule, ApiError> {
  const { call } = useAppServices();
  return useQuery(keys.rule(id), ({ signal }) => call<Rule>('GET', `/rules/${encodeURIComponent(id)}`, { signal }));
}

/** Creates the rule, or changes the revision of it that is named. */
export function useSaveRule() {
  const { call } = useAppServices();
  const queryClient = useQueryClient();
  return useMutation<Rule, ApiError, { rule?: Pick<Rule, 'id' | 'revision'>; draft: Partial<RuleDraft> }>(
    ({ rule, draft }) =>
      rule
        ? call('PUT', `/rules/${encodeURIComponent(rule.id)}`, { body: { ...draft, ifRevision: rule.revision } })
        : call('POST', '/rules', { body: draft }),
    { onSettled: () => refreshRules(queryClient) },
  );
}

export function useDeleteRule() {
  const { call } = useAppServices();
  const queryClient = useQueryClient();
  return useMutation<unknown, ApiError, Pick<Rule, 'id' | 'revision'>>(
    ({ id, revision }) => call('DELETE', `/rules/${encodeURIComponent(id)}`, { query: { ifRevision: revision } }),
    { onSettled: () => refreshRules(queryClient) },
  );
}

const refreshRules = (queryClient: QueryClient): Promise<void> => queryClient.invalidateQueries(keys.rules);

/** @param everyMs asks again so often; 0: never */
export function useViolations(
  filter: () => ViolationsFilter,
  key: readonly unknown[],
  everyMs: number,
): UseInfiniteQueryResult<ViolationsPage, ApiError> {
  const { call } = useAppServices();
  return useInfiniteQuery(
    [...keys.violations, ...key],
    ({ pageParam, signal }: { pageParam?: string; signal?: AbortSignal }) =>
      call<ViolationsPage>('GET', '/violations', {
        query: { ...filter(), limit: VIOLATIONS_PER_PAGE, cursor: pageParam },
        signal,
      }),
    {
      getNextPageParam: ({ cursor }) => cursor ?? undefined,
      ...(everyMs > 0 ? { refetchInterval: everyMs } : {}),
      keepPreviousData: true,
    },
  );
}

export function useViolation(id: string): UseQueryResult<Violation, ApiError> {
  const { call } = useAppServices();
  return useQuery(['violation', id], ({ signal }) => call<Violation>('GET', violationPath(id), { signal }));
}

export function useEvidence(id: string): UseQueryResult<{ evidence: Evidence | null }, ApiError> {
  const { call } = useAppServices();
  return useQuery(['evidence', id], ({ signal }) => call('GET', `${violationPath(id)}/evidence`, { signal }));
}

/** Asked anew at every look: what was true of a document a minute ago is no proof now. */
export function useVerification(id: string): UseQueryResult<Verification, ApiError> {
  const { call } = useAppServices();
  return useQuery(['verification', id], ({ signal }) => call('GET', `${violationPath(id)}/verify`, { signal }), {
    cacheTime: 0,
  });
}

const violationPath = (id: string): string => `/violations/${encodeURIComponent(id)}`;
