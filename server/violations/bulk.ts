import type { Client, estypes } from '@elastic/elasticsearch';
import { describeError, statusOf } from '../elasticsearch/errors';

/** What became of a document: `retry` may succeed later, `rejected` never will. */
export type Written = 'created' | 'exists' | { readonly rejected: string } | { readonly retry: string };

/** Whether a reason to retry says that Elasticsearch has too much to do, or is not able to just now. */
export const isOverload = (reason: string): boolean => /^(429|503) /.test(reason);

export interface BulkItem {
  readonly index: string;
  readonly id: string;
  readonly document: object;
}

export const REQUEST_TIMEOUT_MS = 30_000;

/**
 * Creates documents, each of which fares on its own. A request that is refused whole (too large, malformed) is halved until
 * the document that is to blame stands alone. Never throws; nothing of a document is in a reason.
 * @param refresh whether searches are to find them at once, and not only with the next refresh of the index
 */
export async function bulkCreate(
  client: Client,
  items: readonly BulkItem[],
  { refresh = false }: { readonly refresh?: boolean } = {},
): Promise<Written[]> {
  if (items.length === 0) return [];
  try {
    const operations = items.flatMap(({ index, id, document }) => [{ create: { _index: index, _id: id } }, document]);
    const answer = await client.bulk({ operations, refresh }, { maxRetries: 0, requestTimeout: REQUEST_TIMEOUT_MS });
    return items.map((_, index) => itemOutcome(answer.items[index]?.create));
  } catch (error) {
    const status = statusOf(error);
    if (status !== 400 && status !== 413) return items.map(() => ({ retry: describeError(error) }));
    if (items.length === 1) return [{ rejected: describeError(error) }];
    const middle = Math.ceil(items.length / 2);
    const former = await bulkCreate(client, items.slice(0, middle), { refresh });
    return [...former, ...(await bulkCreate(client, items.slice(middle), { refresh }))];
  }
}

function itemOutcome(item: estypes.BulkResponseItem | undefined): Written {
  if (!item) return { retry: 'no answer for this document' };
  if (item.status === 200 || item.status === 201) return 'created';
  if (item.status === 409) return 'exists';
  const reason = `${item.status} ${item.error?.type ?? 'unknown'}`;
  return item.status === 400 || item.status === 413 ? { rejected: reason } : { retry: reason };
}
