import type { Client, estypes } from '@elastic/elasticsearch';
import type { Condition } from '../../common/engine';
import type { TraceView } from '../../common/trace/trace';
import { BY_FILTER, type EventsBySpan, type StoredTrace, tracesOf, viewOf } from './assemble';
import { keysOf, queriesOf } from './conditions_query';
import { EventReader } from './events';
import { fieldsOf, lookAtFields } from './fields';
import { TIMESTAMP, TRACE_ID, TRACE_INDICES } from './mapping';
import { pagesByTrace } from './pages';
import { slicesOf } from './slices';
import { Snapshot } from './snapshot';

type Query = estypes.QueryDslQueryContainer;

export interface TraceReaderOptions {
  /** Whose: all that is read is read as this client's user. */
  readonly client: Client;
  readonly patterns?: readonly string[];
  readonly eventPatterns?: readonly string[];
}

/**
 * What is asked for: traces with a span that starts in `[from, to)` and, where there is a filter, a span that matches it,
 * the same or another.
 */
export interface TraceQuery {
  readonly from: Date;
  readonly to: Date;
  readonly filter?: Query | undefined;
  /** All of these hold of every trace that is of interest; others may be left out. */
  readonly needs: readonly Condition[];
  /** Attributes whose spans are counted. */
  readonly attributes?: readonly string[];
  /** Whether events of spans are wanted. */
  readonly events: boolean;
}

/** Spans start at most so long before or after the span that a trace is chosen by. */
export const TRACE_REACH_MS = 3_600_000;

/** Above this share of traces all are read in order; below, the ids are found first and only those traces read. */
const SHARE_TO_SCAN = 0.3;
/** How much more than the range may be read to read it in order. */
const MOST_MARGIN = 0.5;
const DOCUMENTS_PER_SLICE = 10_000;
const IDS_PER_SLICE = 20_000;
const IDS_PER_PAGE = 1_000;
const IDS_PER_LOAD = 250;
/** Up to here Elasticsearch counts different ids nearly exactly. */
const PRECISION = 40_000;

interface Counted {
  readonly doc_count: number;
  readonly traces?: { readonly value: number };
}

export interface Count {
  readonly value: number;
  readonly exact: boolean;
}

/** How much there is, before anything is read. */
export interface Survey {
  readonly traces: Count;
  readonly candidates: Count;
  /** How many spans have it, by attribute. */
  readonly attributes: ReadonlyMap<string, number>;
}

/** Reads traces back from Elasticsearch, in both layouts, as one user and at one moment. */
export class TraceReader {
  constructor(private readonly options: TraceReaderOptions) {}

  /**
   * Looks at what there is; the reading reads from the same moment. Close it.
   * @returns undefined where there are no streams of traces at all
   * @throws BT_TRACES_FORBIDDEN, BT_STORE_UNAVAILABLE
   */
  async open(query: TraceQuery, signal: AbortSignal): Promise<TraceReading | undefined> {
    const { client, patterns = TRACE_INDICES } = this.options;
    const keys = [...keysOf(query.needs), ...(query.attributes ?? [])];
    const { indices, types } = await lookAtFields(client, patterns, keys, signal);
    if (indices.length === 0) return undefined;
    const snapshot = await Snapshot.open(client, patterns, signal);
    try {
      const events = query.events ? await EventReader.open(client, this.options.eventPatterns, signal) : 'unwanted';
      const conditions = queriesOf(query.needs, types);
      return await TraceReading.survey(snapshot, query, conditions, events);
    } catch (error) {
      await snapshot.close();
      throw error;
    }
  }
}

/** One reading of stored traces. */
export class TraceReading {
  private constructor(
    private readonly snapshot: Snapshot,
    private readonly query: TraceQuery,
    private readonly events: EventReader | 'unwanted' | undefined,
    /** Of these each finds a span of every candidate; the first finds the fewest. */
    private readonly conditions: readonly Query[],
    private readonly documents: number,
    readonly survey: Survey,
  ) {}

  static async survey(
    snapshot: Snapshot,
    query: TraceQuery,
    conditions: readonly Query[],
    events: EventReader | 'unwanted' | undefined,
  ): Promise<TraceReading> {
    const wide = range(query, TRACE_REACH_MS);
    const cardinality = { cardinality: { field: TRACE_ID, precision_threshold: PRECISION } };
    const counted = (filter: Query): estypes.AggregationsAggregationContainer => ({
      filter,
      aggs: { traces: cardinality },
    });
    const attributes = [...new Set(query.attributes)];
    const chosen: Query = { bool: { filter: [range(query), ...(query.filter ? [query.filter] : [])] } };
    const { aggregations } = await snapshot.search<unknown, Record<string, Counted>>({
      size: 0,
      track_total_hits: false,
      query: wide,
      aggs: {
        all: { filter: wide },
        chosen: counted(chosen),
        ...Object.fromEntries(conditions.map((condition, at) => [`condition${at}`, counted(condition)])),
        ...Object.fromEntries(attributes.map((key, at) => [`attribute${at}`, { filter: hasAttribute(key, query) }])),
      },
    });
    const found = aggregations ?? {};
    const tracesOf = (name: string): number => found[name]?.traces?.value ?? 0;
    const byFewest = conditions
      .map((condition, at) => ({ condition, traces: tracesOf(`condition${at}`) }))
      .sort((a, b) => a.traces - b.traces);
    const traces = tracesOf('chosen');
    const candidates = Math.min(traces, ...byFewest.map((each) => each.traces));
    return new TraceReading(
      snapshot,
      query,
      events,
      byFewest.map(({ condition }) => condition),
      found['all']?.doc_count ?? 0,
      {
        traces: estimate(traces),
        candidates: { value: candidates, exact: false },
        attributes: new Map(attributes.map((key, at) => [key, found[`attribute${at}`]?.doc_count ?? 0])),
      },
    );
  }

  /** The ids of traces that may be of interest, each once. */
  async *candidates(): AsyncGenerator<readonly string[], void, undefined> {
    const { filter } = this.query;
    const inRange = range(this.query);
    // found by one kind of span, somewhere near the range; whether there are the others is asked of each page
    const [driver = inRange, ...asked] = [...this.conditions, ...(filter ? [filter] : []), inRange];
    const near = driver === inRange ? inRange : range(this.query, TRACE_REACH_MS);
    const slices = slicesOf(this.survey.candidates.value, IDS_PER_SLICE);
    for (const slice of slices) {
      let after: Record<string, string> | undefined;
      do {
        const answer = await this.snapshot.search<unknown, { ids: IdPage }>({
          size: 0,
          track_total_hits: false,
          query: { bool: { filter: [near, driver, slice] } },
          aggs: {
            ids: {
              composite: {
                size: IDS_PER_PAGE,
                sources: [{ id: { terms: { field: TRACE_ID } } }],
                ...(after === undefined ? {} : { after }),
              },
            },
          },
        });
        const { buckets = [], after_key } = answer.aggregations?.ids ?? {};
        after = after_key;
        const ids = buckets.map(({ key }) => key.id);
        const left = await this.narrow(ids, asked);
        if (left.length > 0) yield left;
      } while (after !== undefined);
    }
  }

  /** Those of the traces that have a span for each query. */
  private async narrow(ids: readonly string[], queries: readonly Query[]): Promise<readonly string[]> {
    if (ids.length === 0 || queries.length === 0) return ids;
    const filters = Object.fromEntries(queries.map((query, at) => [`q${at}`, { filter: query }]));
    const { aggregations } = await this.snapshot.search<unknown, { ids: { buckets: Narrowed[] } }>({
      size: 0,
      track_total_hits: false,
      query: { bool: { filter: [range(this.query, TRACE_REACH_MS), { terms: { [TRACE_ID]: [...ids] } }] } },
      aggs: { ids: { terms: { field: TRACE_ID, size: ids.length }, aggs: filters } },
    });
    const names = Object.keys(filters);
    return (aggregations?.ids.buckets ?? [])
      .filter((bucket) => names.every((name) => (bucket[name] as Counted).doc_count > 0))
      .map(({ key }) => key);
  }

  /** Traces by their ids, whole. */
  async *load(ids: readonly string[], spaces: readonly string[]): AsyncGenerator<TraceView, void, undefined> {
    for (let at = 0; at < ids.length; at += IDS_PER_LOAD) {
      const some = ids.slice(at, at + IDS_PER_LOAD);
      const query: Query = {
        bool: { filter: [range(this.query, TRACE_REACH_MS), { terms: { [TRACE_ID]: [...some] } }] },
      };
      yield* this.views(tracesOf(pagesByTrace(this.snapshot, query)), spaces);
    }
  }

  /**
   * Every trace that may be of interest, whole: by reading all in order where most of them may be, else by their ids.
   */
  async *traces(spaces: readonly string[]): AsyncGenerator<TraceView, void, undefined> {
    if (!this.readsAll) {
      for await (const ids of this.candidates()) yield* this.load(ids, spaces);
      return;
    }
    for (const slice of slicesOf(this.documents, DOCUMENTS_PER_SLICE)) {
      const { filter } = this.query;
      const query: Query = {
        bool: {
          filter: [range(this.query, TRACE_REACH_MS), slice],
          // each document is asked by which queries it was found: only where that is not known without
          ...(filter ? { should: [{ bool: { filter: [filter], _name: BY_FILTER } }] } : {}),
        },
      };
      yield* this.views(this.chosen(tracesOf(pagesByTrace(this.snapshot, query))), spaces);
    }
  }

  async close(): Promise<void> {
    await this.snapshot.close();
    if (this.events !== 'unwanted') await this.events?.close();
  }

  /** Whether traces are all read, in order, and not candidates alone. */
  get readsAll(): boolean {
    const { from, to } = this.query;
    const { traces, candidates } = this.survey;
    const length = to.getTime() - from.getTime();
    return 2 * TRACE_REACH_MS <= MOST_MARGIN * length && candidates.value >= SHARE_TO_SCAN * traces.value;
  }

  private async *chosen(traces: AsyncIterable<StoredTrace>): AsyncGenerator<StoredTrace, void, undefined> {
    const { from, to, filter } = this.query;
    const [fromUs, toUs] = [from.getTime() * 1000, to.getTime() * 1000];
    for await (const trace of traces) {
      const isInRange = trace.spans.some(({ startUs }) => startUs >= fromUs && startUs < toUs);
      if (isInRange && (filter === undefined || trace.byFilter)) yield trace;
    }
  }

  private async *views(
    traces: AsyncIterable<StoredTrace>,
    spaces: readonly string[],
  ): AsyncGenerator<TraceView, void, undefined> {
    const { events } = this;
    if (events === 'unwanted' || events === undefined) {
      const none: EventsBySpan = events === 'unwanted' ? new Map() : undefined;
      for await (const trace of traces) yield viewOf(trace, spaces, none);
      return;
    }
    for await (const batch of batches(traces)) {
      const found = await events.of(
        batch.map(({ traceId }) => traceId),
        this.query,
      );
      for (const trace of batch) yield viewOf(trace, spaces, found?.get(trace.traceId));
    }
  }
}

interface IdPage {
  readonly buckets: { readonly key: { readonly id: string } }[];
  readonly after_key?: Record<string, string>;
}

type Narrowed = { readonly key: string } & Record<string, Counted | string>;

const estimate = (value: number): Count => ({ value, exact: false });

const MAX_BATCH_TRACES = 100;
const MAX_BATCH_SPANS = 2_000;

async function* batches(traces: AsyncIterable<StoredTrace>): AsyncGenerator<StoredTrace[], void, undefined> {
  let [batch, spans]: [StoredTrace[], number] = [[], 0];
  for await (const trace of traces) {
    batch.push(trace);
    spans += trace.spans.length;
    if (batch.length < MAX_BATCH_TRACES && spans < MAX_BATCH_SPANS) continue;
    yield batch;
    [batch, spans] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

/** Spans that start in the range, or so much before or after it. */
const range = ({ from, to }: Pick<TraceQuery, 'from' | 'to'>, reachMs = 0): Query => ({
  range: {
    [TIMESTAMP]: {
      gte: from.getTime() - reachMs,
      lt: to.getTime() + reachMs,
      format: 'epoch_millis',
    },
  },
});

const hasAttribute = (key: string, query: TraceQuery): Query => ({
  bool: {
    filter: [range(query)],
    should: fieldsOf(key).map((field) => ({ exists: { field } })),
    minimum_should_match: 1,
  },
});
