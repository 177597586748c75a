import type { Client, estypes } from '@elastic/elasticsearch';
import type { KnownAttributes } from '../../common/api/stored_traces';
import { lookAtFields, searched } from './fields';
import { OTEL_MARK, readSpan, TIMESTAMP, TRACE_INDICES } from './mapping';
import { asStored } from './store_errors';

/** Spans that are looked at: enough to know what is frequent. */
const SAMPLE = 1_000;
const MOST_ATTRIBUTES = 500;
const MOST_VALUES = 20;
const MOST_NAMES = 200;
const LONGEST_VALUE = 100;
const DAY_MS = 86_400_000;
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/**
 * Names and frequent values in stored spans, as the client's user may see them: of a sample, drawn evenly over the time
 * (most recent spans where Elasticsearch can't draw).
 * @throws BT_TRACES_FORBIDDEN, BT_STORE_UNAVAILABLE
 */
export async function knownAttributes(
  client: Client,
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
  patterns: readonly string[] = TRACE_INDICES,
  signal: AbortSignal = new AbortController().signal,
): Promise<KnownAttributes> {
  const known = new Known();
  const { indices } = await lookAtFields(client, patterns, [], signal);
  if (indices.length > 0) {
    const until = to === undefined ? Date.now() : Date.parse(to);
    const since = from === undefined ? until - DAY_MS : Date.parse(from);
    const ofTime: estypes.QueryDslQueryContainer = {
      range: { [TIMESTAMP]: { gte: since, lt: until, format: 'epoch_millis' } },
    };
    const isOtel: estypes.QueryDslQueryContainer = { exists: { field: OTEL_MARK } };
    for (const layout of [{ filter: [isOtel] }, { must_not: [isOtel] }]) {
      const answer = await asStored(() =>
        client.search<Readonly<Record<string, unknown>>>(
          {
            index: searched(patterns),
            ignore_unavailable: true,
            size: SAMPLE / 2,
            track_total_hits: false,
            query: {
              function_score: {
                query: { bool: { ...layout, must: [ofTime] } },
                functions: [{ random_score: {} }],
                boost_mode: 'replace',
              },
            },
          },
          { signal, maxResponseSize: MAX_ANSWER_BYTES },
        ),
      );
      for (const { _source } of answer.hits.hits) if (_source) known.add(_source);
    }
  }
  return known.listed();
}

type Scalar = string | number | boolean;

class Known {
  private readonly attributes = new Map<string, { count: number; values: Map<Scalar, number> }>();
  private readonly names = new Map<string, number>();
  private readonly services = new Map<string, number>();

  add(source: Readonly<Record<string, unknown>>): void {
    const span = readSpan(source);
    if (span === undefined) return;
    count(this.names, span.name);
    const service = span.resource.get('service.name');
    if (typeof service === 'string') count(this.services, service);
    for (const [key, value] of [...span.resource, ...span.attributes]) {
      const known = this.attributes.get(key) ?? { count: 0, values: new Map<Scalar, number>() };
      this.attributes.set(key, known);
      known.count += 1;
      const isScalar = typeof value === 'number' || typeof value === 'boolean';
      if (isScalar || (typeof value === 'string' && value.length <= LONGEST_VALUE)) count(known.values, value);
    }
  }

  listed(): KnownAttributes {
    const attributes = [...this.attributes].sort(([, a], [, b]) => b.count - a.count);
    return {
      attributes: attributes.slice(0, MOST_ATTRIBUTES).map(([key, { count: all, values }]) => ({
        key,
        values: isTelling(values, all) ? frequent(values, MOST_VALUES) : [],
      })),
      names: frequent(this.names, MOST_NAMES),
      services: frequent(this.services, MOST_NAMES),
      complete: attributes.length <= MOST_ATTRIBUTES,
    };
  }
}

/** Ids and the like, of which each span has another, are no values to choose from. */
const isTelling = (values: ReadonlyMap<Scalar, number>, all: number): boolean =>
  values.size <= MOST_VALUES || values.size * 2 < all;

const count = <T>(counts: Map<T, number>, value: T): void => void counts.set(value, (counts.get(value) ?? 0) + 1);

const frequent = <T>(counts: ReadonlyMap<T, number>, most: number): T[] =>
  [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, most)
    .map(([value]) => value);
