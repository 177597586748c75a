import type { Client, estypes } from '@elastic/elasticsearch';
import { type Activity, type ActivityQuery, type Overview, spanOf } from '../../common/api/activity';
import { SEVERITIES, type Severity } from '../../common/rules/rule';
import { violationsStream } from '../../common/violations/namespace';
import { withStore } from '../elasticsearch/errors';
import { LENIENT } from './queries';

const FIELD = 'betrace.violation';
const FOUND = 'event.created';
const MAX_RULES = 600;
const MOST = 10;

interface Bucket {
  readonly key: string;
  readonly doc_count: number;
}

interface Parts {
  readonly parts: { readonly buckets: readonly { readonly key: number; readonly doc_count: number }[] };
}

interface Period {
  readonly fromMs: number;
  readonly toMs: number;
  readonly partMs: number;
  readonly parts: number;
}

type Changed = Bucket & { readonly now: { readonly doc_count: number } };

/** Counts of violations in a space, each question one aggregation; what was superseded or retracted counts for nothing. */
export class ViolationCounts {
  constructor(private readonly client: Client) {}

  /** By rule. */
  async activity(query: ActivityQuery, space: string): Promise<Activity> {
    const period = periodOf(query);
    const answer = await this.ask(space, [], {
      rules: {
        terms: { field: `${FIELD}.rule_id`, size: MAX_RULES },
        aggs: {
          last: { max: { field: FOUND } },
          now: { filter: within(period.fromMs, period.toMs), aggs: { parts: histogram(period) } },
        },
      },
    });
    const { buckets, sum_other_doc_count: others } = answer['rules'] as {
      buckets: (Bucket & { last: { value: number }; now: Parts & { doc_count: number } })[];
      sum_other_doc_count: number;
    };
    return {
      ...timeOf(period),
      rules: buckets.map(({ key, last, now }) => ({
        ruleId: key,
        count: now.doc_count,
        counts: countsOf(now, period),
        lastAt: new Date(last.value).toISOString(),
      })),
      complete: others === 0,
    };
  }

  /** By severity, rule and service, now and in as long a time before. */
  async overview(query: ActivityQuery, space: string): Promise<Overview> {
    const period = periodOf(query);
    const { fromMs, toMs } = period;
    const now = { filter: within(fromMs, toMs) };
    const most = (field: string, aggs = {}): estypes.AggregationsAggregationContainer => ({
      terms: { field, size: MOST, order: { now: 'desc' } },
      aggs: { now, ...aggs },
    });
    const newest = {
      top_hits: { size: 1, sort: [{ [FOUND]: 'desc' as const }], _source: [`${FIELD}.rule_name`, `${FIELD}.severity`] },
    };
    const answer = await this.ask(space, [within(fromMs - (toMs - fromMs), toMs)], {
      severities: {
        terms: { field: `${FIELD}.severity`, size: SEVERITIES.length },
        aggs: { now: { ...now, aggs: { parts: histogram(period) } } },
      },
      rules: most(`${FIELD}.rule_id`, { newest }),
      services: most('service.name'),
    });
    const bucketsOf = <T>(name: string): readonly T[] => (answer[name] as { buckets?: T[] } | undefined)?.buckets ?? [];
    const found = new Map(
      bucketsOf<Bucket & { now: Parts & { doc_count: number } }>('severities').map((each) => [each.key, each]),
    );
    const severities = SEVERITIES.map((severity) => {
      const bucket = found.get(severity);
      return {
        severity,
        ...(bucket ? changeOf(bucket) : { count: 0, before: 0 }),
        counts: bucket ? countsOf(bucket.now, period) : Array<number>(period.parts).fill(0),
      };
    });
    const sum = (pick: (each: { count: number; before: number }) => number): number =>
      severities.reduce((total, each) => total + pick(each), 0);
    return {
      ...timeOf(period),
      count: sum(({ count }) => count),
      before: sum(({ before }) => before),
      severities,
      rules: bucketsOf<Changed & Newest>('rules').map((each) => ({
        ruleId: each.key,
        ...aboutOf(each),
        ...changeOf(each),
      })),
      services: bucketsOf<Changed>('services').map((each) => ({ service: each.key, ...changeOf(each) })),
    };
  }

  private async ask(
    space: string,
    filter: readonly estypes.QueryDslQueryContainer[],
    aggs: Record<string, estypes.AggregationsAggregationContainer>,
  ): Promise<Record<string, unknown>> {
    const standing: estypes.QueryDslQueryContainer[] = [
      { term: { [`${FIELD}.space_id`]: space } },
      { term: { [`${FIELD}.superseded`]: false } },
      { term: { [`${FIELD}.verdict`]: 'violated' } },
    ];
    const request = {
      index: violationsStream(space),
      ...LENIENT,
      size: 0,
      query: { bool: { filter: [...standing, ...filter] } },
      aggs,
    };
    const { aggregations } = await withStore(() => this.client.search(request));
    // there is none while there is no stream
    return (
      aggregations ??
      Object.fromEntries(Object.keys(aggs).map((name) => [name, { buckets: [], sum_other_doc_count: 0 }]))
    );
  }
}

type Newest = {
  readonly newest: {
    readonly hits: {
      readonly hits: readonly {
        readonly _source: { betrace: { violation: { rule_name: string; severity: Severity } } };
      }[];
    };
  };
};

function aboutOf({ key, newest }: Bucket & Newest): { name: string; severity: Severity } {
  const violation = newest.hits.hits[0]?._source.betrace.violation;
  return { name: violation?.rule_name ?? key, severity: violation?.severity ?? 'LOW' };
}

const changeOf = ({
  doc_count,
  now,
}: {
  doc_count: number;
  now: { doc_count: number };
}): { count: number; before: number } => ({
  count: now.doc_count,
  before: doc_count - now.doc_count,
});

function periodOf(query: ActivityQuery): Period {
  const { fromMs, toMs } = spanOf(query);
  return { fromMs, toMs, parts: query.parts, partMs: Math.max(1, Math.ceil((toMs - fromMs) / query.parts)) };
}

const timeOf = ({ fromMs, toMs, partMs }: Period): Pick<Activity, 'from' | 'to' | 'partMs'> => ({
  from: new Date(fromMs).toISOString(),
  to: new Date(toMs).toISOString(),
  partMs,
});

const within = (fromMs: number, toMs: number): estypes.QueryDslQueryContainer => ({
  range: { [FOUND]: { gte: new Date(fromMs).toISOString(), lt: new Date(toMs).toISOString() } },
});

/** Its parts begin with the period. */
const histogram = ({ fromMs, partMs }: Period): estypes.AggregationsAggregationContainer => ({
  date_histogram: { field: FOUND, fixed_interval: `${partMs}ms`, offset: `${fromMs % partMs}ms`, min_doc_count: 1 },
});

function countsOf({ parts: { buckets } }: Parts, { fromMs, partMs, parts }: Period): number[] {
  const counts = Array<number>(parts).fill(0);
  for (const { key, doc_count } of buckets) {
    const at = Math.floor((key - fromMs) / partMs);
    if (at >= 0 && at < parts) counts[at]! += doc_count;
  }
  return counts;
}
