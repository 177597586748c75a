import type { Client, estypes } from '@elastic/elasticsearch';
import { BeTraceError } from '../../common/errors';
import type { SpanEvent } from '../../common/trace/span';
import { lookAtFields } from './fields';
import { EVENT_INDICES, readEvent, TIMESTAMP } from './mapping';
import { Snapshot } from './snapshot';

const PAGE = 2_000;
const REACH_MS = 3_600_000;

/** Events of spans, by trace and span. */
export type EventsByTrace = ReadonlyMap<string, ReadonlyMap<string, readonly SpanEvent[]>>;

/**
 * Events of the OTel layout's spans, which lie among the logs: those that belong to spans have no time at which they were
 * observed. Close it.
 */
export class EventReader {
  private constructor(private readonly snapshot: Snapshot | undefined) {}

  /** @returns undefined where the user may not read them: what events there were is not known then */
  static async open(
    client: Client,
    patterns: readonly string[] = EVENT_INDICES,
    signal: AbortSignal,
  ): Promise<EventReader | undefined> {
    try {
      const { indices } = await lookAtFields(client, patterns, [], signal);
      return new EventReader(indices.length === 0 ? undefined : await Snapshot.open(client, patterns, signal));
    } catch (error) {
      if (error instanceof BeTraceError && error.code === 'BT_TRACES_FORBIDDEN') return undefined;
      throw error;
    }
  }

  /** Of each trace by span, in the order of their times; a map for every id. */
  async of(
    traceIds: readonly string[],
    { from, to }: { readonly from: Date; readonly to: Date },
  ): Promise<EventsByTrace> {
    const found = new Map(traceIds.map((id) => [id, new Map<string, SpanEvent[]>()]));
    const reach = { gte: from.getTime() - REACH_MS, lt: to.getTime() + 2 * REACH_MS, format: 'epoch_millis' };
    const query: estypes.QueryDslQueryContainer = {
      bool: {
        filter: [
          { terms: { trace_id: [...traceIds] } },
          { exists: { field: 'span_id' } },
          { range: { [TIMESTAMP]: reach } },
        ],
        must_not: [{ exists: { field: 'observed_timestamp' } }],
      },
    };
    let after: estypes.SortResults | undefined;
    do {
      if (this.snapshot === undefined) break;
      const answer = await this.snapshot.search<Readonly<Record<string, unknown>>>({
        size: PAGE,
        track_total_hits: false,
        query,
        sort: [{ trace_id: { order: 'asc' } }],
        _source: ['@timestamp', 'trace_id', 'span_id', 'event_name', 'attributes'],
        ...(after === undefined ? {} : { search_after: after }),
      });
      const { hits } = answer.hits;
      for (const { _source } of hits) {
        const event = _source && readEvent(_source);
        const spans = event && found.get(event.traceId);
        if (!event || !spans) continue;
        const events = spans.get(event.spanId);
        if (events) events.push(event.event);
        else spans.set(event.spanId, [event.event]);
      }
      after = hits.length < PAGE ? undefined : hits.at(-1)?.sort;
    } while (after !== undefined);
    for (const spans of found.values()) {
      for (const events of spans.values()) events.sort((a, b) => a.timeUs - b.timeUs || (a.name < b.name ? -1 : 1));
    }
    return found;
  }

  async close(): Promise<void> {
    await this.snapshot?.close();
  }
}
