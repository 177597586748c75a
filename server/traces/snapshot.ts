import type { Client, estypes } from '@elastic/elasticsearch';
import { searched } from './fields';
import { asStored } from './store_errors';

const KEEP_ALIVE = '2m';

/** Bytes of one answer that are read at most; a page that is larger is asked for again in parts. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** The answer to a search has more bytes than are read. */
export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';
}

/** Stored spans as they are at one moment, whatever comes in meanwhile (a point in time). Close it. */
export class Snapshot {
  private constructor(
    private readonly client: Client,
    private id: string,
    private readonly signal: AbortSignal,
  ) {}

  static async open(client: Client, patterns: readonly string[], signal: AbortSignal): Promise<Snapshot> {
    const { id } = await asStored(() =>
      client.openPointInTime(
        { index: searched(patterns), keep_alive: KEEP_ALIVE, ignore_unavailable: true },
        { signal },
      ),
    );
    return new Snapshot(client, id, signal);
  }

  async search<Document = unknown, Aggregations = unknown>(
    request: estypes.SearchRequest,
  ): Promise<estypes.SearchResponse<Document, Aggregations>> {
    const answer = await asStored(() =>
      this.client
        .search<Document, Aggregations>(
          { allow_partial_search_results: false, ...request, pit: { id: this.id, keep_alive: KEEP_ALIVE } },
          { signal: this.signal, maxResponseSize: MAX_ANSWER_BYTES },
        )
        .catch((error: unknown) => {
          if (error instanceof Error && /bigger than the maximum/.test(error.message)) throw new AnswerTooLarge();
          throw error;
        }),
    );
    this.id = answer.pit_id ?? this.id;
    return answer;
  }

  /** Never throws: what is left open ends by itself. */
  async close(): Promise<void> {
    await this.client.closePointInTime({ id: this.id }).catch(() => undefined);
  }
}
