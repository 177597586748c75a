import { errors } from '@elastic/elasticsearch';
import { BeTraceError } from '../../common/errors';

/** The HTTP status of an answer of Elasticsearch, or undefined where there was none. */
export const statusOf = (error: unknown): number | undefined =>
  error instanceof errors.ResponseError ? error.statusCode : undefined;

/** True where the same request may succeed later: no answer, too many requests, unavailable, gateway troubles. */
export function isTransient(error: unknown): boolean {
  const status = statusOf(error);
  if (status !== undefined) return [429, 502, 503, 504].includes(status);
  return error instanceof errors.ElasticsearchClientError;
}

/**
 * An error in a few words for the log. Never the client's own message or meta: they can hold credentials (the node's URL),
 * request headers and values of documents.
 */
export function describeError(error: unknown): string {
  if (error instanceof errors.ResponseError) {
    const body: unknown = error.body;
    const type = isRecord(body) && isRecord(body['error']) ? body['error']['type'] : undefined;
    return `${error.statusCode} ${typeof type === 'string' ? type : error.name}`;
  }
  if (error instanceof BeTraceError) return `${error.code}: ${error.message}`;
  if (error instanceof errors.ElasticsearchClientError) return error.name;
  return error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error';
}

/** Runs a request; where Elasticsearch is away or refuses us, throws BT_STORE_UNAVAILABLE in its place. */
export async function withStore<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
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

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
