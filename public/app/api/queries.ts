import {
  type QueryClient,
  useInfiniteQuery,
  type UseInfiniteQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from '@tanstack/react-query';
import type { Activity, Overview } from '../../../common/api/activity';
import type { PreviewMatch } from '../../../common/api/preview';
import type { ExampleTraces, RuleExample } from '../../../common/api/rule_examples';
import type { ImportReport, Packs } from '../../../common/api/rules_import';
import type { Status } from '../../../common/api/status';
import type { KnownAttributes } from '../../../common/api/stored_traces';
import type { Mode, Rule } from '../../../common/rules/rule';
import type { Evidence } from '../../../common/violations/evidence';
import type { Verification } from '../../../common/violations/verification';
import type { Violation } from '../../../common/violations/violation';
import { useAppServices } from '../app_services';
import { measured } from '../telemetry/telemetry';
import type { ApiError } from './api_error';

/** Every rule fits: a page of the API holds as many. */
const MAX_RULES = 10_000;
const VIOLATIONS_PER_PAGE = 50;
const STATUS_EVERY_MS = 10_000;
const ATTRIBUTES_FRESH_MS = 5 * 60_000;
const ACTIVITY_EVERY_MS = 30_000;

/** A rule as it was, or as it is. */
export type RuleRevision = Rule & { readonly deleted: boolean };

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
export type RuleDraft = Pick<Rule, 'name' | 'description' | 'dsl' | 'severity' | 'mode' | 'tags'> & {
  readonly examples: readonly RuleExample[];
};

export const keys = {
  rules: ['rules'] as const,
  rule: (id: string) => ['rules', id] as const,
  violations: ['violations'] as const,
  packs: ['packs'] as const,
  activity: ['activity'] as const,
  overview: ['overview'] as const,
  attributes: ['stored_attributes'] as const,
  status: ['status'] as const,
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

interface SaveRule {
  readonly rule?: Pick<Rule, 'id' | 'revision'>;
  readonly draft: Partial<RuleDraft>;
  readonly ifExamplesFail?: 'refuse' | 'save';
}

/** Creates the rule, or changes the revision of it that is named. */
export function useSaveRule() {
  const { call } = useAppServices();
  const queryClient = useQueryClient();
  return useMutation<Rule, ApiError, SaveRule>(
    ({ rule, draft, ifExamplesFail = 'refuse' }) =>
      measured('save rule', () =>
        rule
          ? call('PUT', `/rules/${encodeURIComponent(rule.id)}`, {
              body: { ...draft, ifExamplesFail, ifRevision: rule.revision },
            })
          : call('POST', '/rules', { body: { ...draft, ifExamplesFail } }),
      ),
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

/** Which rules have found something since a time, and how much. */
export function useActivity(from: () => string): UseQueryResult<Activity, ApiError> {
  const { call } = useAppServices();
  return useQuery(
    keys.activity,
    ({ signal }) => call<Activity>('GET', '/activity', { query: { from: from() }, signal }),
    {
      refetchInterval: ACTIVITY_EVERY_MS,
    },
  );
}

/** @param from of the time that is looked at, as an ISO time, asked for at each reading */
export function useOverview(key: string, from: () => string): UseQueryResult<Overview, ApiError> {
  const { call } = useAppServices();
  return useQuery(
    [...keys.overview, key],
    ({ signal }) => call<Overview>('GET', '/overview', { query: { from: from(), parts: 30 }, signal }),
    { refetchInterval: ACTIVITY_EVERY_MS, keepPreviousData: true },
  );
}

export function useStatus(): UseQueryResult<Status, ApiError> {
  const { call } = useAppServices();
  return useQuery(keys.status, ({ signal }) => call<Status>('GET', '/status', { signal }), {
    refetchInterval: STATUS_EVERY_MS,
  });
}

export function useHistoryOf(id: string): UseQueryResult<{ revisions: readonly RuleRevision[] }, ApiError> {
  const { call } = useAppServices();
  return useQuery([...keys.rule(id), 'history'], ({ signal }) =>
    call('GET', `/rules/${encodeURIComponent(id)}/history`, { signal }),
  );
}

export function usePacks(): UseQueryResult<Packs, ApiError> {
  const { call } = useAppServices();
  return useQuery(keys.packs, ({ signal }) => call<Packs>('GET', '/packs', { signal }));
}

export function useInstallPack() {
  const { call } = useAppServices();
  const queryClient = useQueryClient();
  return useMutation<ImportReport, ApiError, { name: string; mode: Mode }>(
    ({ name, mode }) => call('POST', `/packs/${encodeURIComponent(name)}/install`, { query: { mode } }),
    { onSettled: () => Promise.all([refreshRules(queryClient), queryClient.invalidateQueries(keys.packs)]) },
  );
}

/** Imports a file of rules, or says what importing it would do. */
export function useImportRules() {
  const { call } = useAppServices();
  const queryClient = useQueryClient();
  return useMutation<ImportReport, ApiError, ImportRules>(
    ({ file, dryRun, onConflict }) =>
      measured('import rules', () =>
        call('POST', '/rules/import', { query: { dry_run: String(dryRun), on_conflict: onConflict }, file }),
      ),
    { onSettled: () => refreshRules(queryClient) },
  );
}

interface ImportRules {
  readonly file: { readonly contentType: string; readonly text: string };
  readonly dryRun: boolean;
  readonly onConflict: 'skip' | 'replace';
}

export interface RulesFile {
  readonly rules: readonly { readonly id: string }[];
}

/** Rules as files have them, examples and all. */
export function useExportRules() {
  const { call } = useAppServices();
  return useMutation<RulesFile, ApiError>(() => call<RulesFile>('GET', '/rules/export', { query: { format: 'json' } }));
}

/** The traces of a pasted OTLP/JSON request, as examples. */
export function useExampleTraces() {
  const { call } = useAppServices();
  return useMutation<ExampleTraces, ApiError, object>((body) => call('POST', '/rules/examples', { body }));
}

/** A stored trace that a preview caught, as an example that must match. */
export function useTraceExample() {
  const { call } = useAppServices();
  return useMutation<RuleExample, ApiError, Pick<PreviewMatch, 'traceId' | 'startUs'>>(({ traceId, startUs }) =>
    call('GET', `/stored_traces/${encodeURIComponent(traceId)}/example`, {
      query: { at: new Date(startUs / 1_000).toISOString() },
    }),
  );
}

/** What stored spans of the last day have, to complete a rule by; nothing where they may not be read. */
export function useKnownAttributes(): UseQueryResult<KnownAttributes, ApiError> {
  const { call, can } = useAppServices();
  return useQuery(
    keys.attributes,
    ({ signal }) => call<KnownAttributes>('GET', '/stored_traces/attributes', { signal }),
    {
      enabled: can.write,
      staleTime: ATTRIBUTES_FRESH_MS,
      // completion and a hint in a list do without
      refetchInterval: false,
    },
  );
}

const violationPath = (id: string): string => `/violations/${encodeURIComponent(id)}`;
