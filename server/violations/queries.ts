import type { estypes } from '@elastic/elasticsearch';
import type { Severity } from '../../common/rules/rule';
import { decodeCursor } from '../elasticsearch/cursor';
import { revisionId } from '../../common/violations/identity';
import { evidenceStream, violationsStream } from '../../common/violations/namespace';

export interface ViolationQuery {
  readonly ruleId?: string | undefined;
  readonly severity?: Severity | undefined;
  readonly traceId?: string | undefined;
  /** Found at or after. */
  readonly from?: Date | undefined;
  /** Found before. */
  readonly to?: Date | undefined;
  /** Words of the message or the rule's name. */
  readonly q?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Streams come into being with their first document: one that is not there yet is an empty one. */
export const LENIENT = {
  ignore_unavailable: true,
  allow_no_indices: true,
  allow_partial_search_results: false,
} as const;

const FIELD = 'betrace.violation';

/** What a listing asks Elasticsearch: newest found first, what was superseded or retracted left out. */
export function searchRequest(query: ViolationQuery, space: string): estypes.SearchRequest {
  const filter: estypes.QueryDslQueryContainer[] = [
    { term: { [`${FIELD}.space_id`]: space } },
    { term: { [`${FIELD}.superseded`]: false } },
    { term: { [`${FIELD}.verdict`]: 'violated' } },
  ];
  if (query.ruleId !== undefined) filter.push({ term: { [`${FIELD}.rule_id`]: query.ruleId } });
  if (query.severity !== undefined) filter.push({ term: { [`${FIELD}.severity`]: query.severity } });
  if (query.traceId !== undefined) filter.push({ term: { [`${FIELD}.trace_ids`]: query.traceId.toLowerCase() } });
  if (query.from || query.to) filter.push({ range: { 'event.created': range(query.from, query.to) } });
  const must = query.q ? [words(query.q)] : [];
  return {
    index: violationsStream(space),
    ...LENIENT,
    size: query.limit,
    track_total_hits: true,
    query: { bool: { filter, must } },
    sort: [{ 'event.created': { order: 'desc' } }, { [`${FIELD}.id`]: { order: 'desc' } }],
    ...(query.cursor === undefined ? {} : { search_after: decodeCursor(query.cursor, ['number', 'string']) }),
  };
}

/** The latest revision of each of the violations, in all backing indices. */
export const latestRequest = (ids: readonly string[], spaces: readonly string[]): estypes.SearchRequest => ({
  index: [...new Set(spaces.map(violationsStream))],
  ...LENIENT,
  size: ids.length,
  query: { terms: { [`${FIELD}.id`]: [...ids] } },
  collapse: { field: `${FIELD}.id` },
  sort: [{ [`${FIELD}.revision`]: { order: 'desc' } }],
  _source: [`${FIELD}.id`, `${FIELD}.revision`, `${FIELD}.verdict`, `${FIELD}.verdict_digest`],
});

const MAX_HITS = 10_000;

/** All revisions of the violations that have one of these verdicts. */
export const earlierRequest = (
  ids: readonly string[],
  digests: readonly string[],
  spaces: readonly string[],
): estypes.SearchRequest => ({
  index: spaces.map(violationsStream),
  ...LENIENT,
  size: MAX_HITS,
  query: {
    bool: {
      filter: [{ terms: { [`${FIELD}.id`]: [...ids] } }, { terms: { [`${FIELD}.verdict_digest`]: [...digests] } }],
    },
  },
  _source: [`${FIELD}.id`, `${FIELD}.verdict_digest`],
});

/** All revisions of the violations that are not marked as superseded, with what is needed to change them. */
export const notSupersededRequest = (ids: readonly string[], spaces: readonly string[]): estypes.SearchRequest => ({
  index: spaces.map(violationsStream),
  ...LENIENT,
  size: MAX_HITS,
  query: { bool: { filter: [{ terms: { [`${FIELD}.id`]: [...ids] } }, { term: { [`${FIELD}.superseded`]: false } }] } },
  seq_no_primary_term: true,
  _source: [`${FIELD}.id`, `${FIELD}.revision`],
});

/** Violations that stand of traces that were read back from Elasticsearch. */
export const standingRequest = (
  traceIds: readonly string[],
  space: string,
  after: estypes.SortResults | undefined,
): estypes.SearchRequest => ({
  index: violationsStream(space),
  ...LENIENT,
  size: 1_000,
  query: {
    bool: {
      filter: [
        { terms: { [`${FIELD}.trace_ids`]: [...traceIds] } },
        { term: { [`${FIELD}.superseded`]: false } },
        { term: { [`${FIELD}.verdict`]: 'violated' } },
        { terms: { [`${FIELD}.source`]: ['es_otel', 'es_apm'] } },
      ],
    },
  },
  sort: [{ [`${FIELD}.id`]: { order: 'asc' } }],
  _source: [`${FIELD}.trace_ids`, `${FIELD}.rule_id`, `${FIELD}.rule_version`],
  ...(after === undefined ? {} : { search_after: after }),
});

const MAX_REVISIONS = 64;

/**
 * One violation, whole. It is asked for by what it is stored under too, so that one whose own id was changed is still
 * found, and found out. The space is in the stream's name and in the id.
 */
export const violationRequest = (id: string, space: string): estypes.SearchRequest => ({
  index: violationsStream(space),
  ...LENIENT,
  size: 1,
  query: {
    bool: { should: [{ term: { [`${FIELD}.id`]: id } }, { ids: { values: revisionIds(id) } }] },
  },
  sort: [{ [`${FIELD}.revision`]: { order: 'desc' } }],
});

const MAX_COPIES = 8;

/** One piece of evidence: more than one document where a rollover came between two attempts to write it. */
export const evidenceRequest = (evidenceId: string, space: string): estypes.SearchRequest => ({
  index: evidenceStream(space),
  ...LENIENT,
  size: MAX_COPIES,
  query: { ids: { values: [evidenceId] } },
});

const revisionIds = (id: string): string[] =>
  Array.from({ length: MAX_REVISIONS }, (_, index) => revisionId(id, index + 1));

const range = (from: Date | undefined, to: Date | undefined): estypes.QueryDslDateRangeQuery => ({
  ...(from ? { gte: from.toISOString() } : {}),
  ...(to ? { lt: to.toISOString() } : {}),
});

/** Every word must be there, the last one may be the start of one; nothing in the text is an operator. */
const words = (query: string): estypes.QueryDslQueryContainer => ({
  multi_match: { query, type: 'bool_prefix', operator: 'and', fields: [`${FIELD}.message`, `${FIELD}.rule_name.text`] },
});
