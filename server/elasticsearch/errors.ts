import { setTimeout as sleep } from 'node:timers/promises';
import { errorTypeOf, statusOf } from '../../common/elasticsearch_error';
import { BeTraceError } from '../../common/errors';

export { statusOf };

/** Names of what a client throws where there was no answer, or none that could be read. */
const NO_ANSWER: ReadonlySet<string> = new Set([
  'ConnectionError',
  'TimeoutError',
  'NoLivingConnectionsError',
  'RequestAbortedError',
  'DeserializationError',
  'ProductNotSupportedError',
]);

/** True where the same request may succeed later: no answer, too many requests, unavailable, gateway troubles. */
export function isTransient(error: unknown): boolean {
  const status = statusOf(error);
  if (status !== undefined) return [429, 502, 503, 504].includes(status);
  return error instanceof Error && NO_ANSWER.has(error.name);
}

/**
 * An error in a few words for the log. Never the client's own message or meta: they can hold credentials (the node's URL),
 * request headers and values of documents.
 */
export function describeError(error: unknown): string {
  const status = statusOf(error);
  if (status !== undefined) return `${status} ${errorTypeOf(error) ?? 'ResponseError'}`;
  if (error instanceof BeTraceError) return `${error.code}: ${error.message}`;
  if (error instanceof Error && (NO_ANSWER.has(error.name) || 'meta' in error)) return error.name;
  return error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error';
}

/** What a search is answered while the shards of an index that was made a moment ago are still starting. */
const SHARDS_STARTING: ReadonlySet<string | undefined> = new Set([
  'search_phase_execution_exception',
  'no_shard_available_action_exception',
]);
const SHARDS_START_WITHIN_MS = 2_000;
const TRY_AGAIN_MS = 100;

/**
 * Runs a request, again for a moment where shards are still starting; where Elasticsearch is away or refuses us, throws
 * BT_STORE_UNAVAILABLE in its place.
 */
export async function withStore<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await onceShardsStarted(request);
  } catch (error) {
    const status = statusOf(error);
    if (isTransient(error) || status === 401 || status === 403) {
      throw new BeTraceError(
        'BT_STORE_UNAVAILABLE',
        `Elasticsearch can't be used right now (${describeError(error)}).`,
      );
    }
    throw error;
  }
}

async function onceShardsStarted<T>(request: () => Promise<T>): Promise<T> {
  const giveUp = performance.now() + SHARDS_START_WITHIN_MS;
  for (;;) {
    try {
      return await request();
    } catch (error) {
      const isStarting = statusOf(error) === 503 && SHARDS_STARTING.has(errorTypeOf(error));
      if (!isStarting || performance.now() > giveUp) throw error;
    }
    await sleep(TRY_AGAIN_MS);
  }
}
