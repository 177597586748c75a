import type { estypes } from '@elastic/elasticsearch';
import { TRACE_ID } from './mapping';
import { AnswerTooLarge, type Snapshot } from './snapshot';

type Query = estypes.QueryDslQueryContainer;
export type Hit = estypes.SearchHit<Readonly<Record<string, unknown>>>;

const FIRST_PAGE = 250;
const LARGEST_PAGE = 5_000;
/** What a page should have: enough to be worth a request, and soon parsed. */
const PAGE_BYTES = 1024 * 1024;
const SAMPLE = 8;

/** Documents by trace id, page after page; the next is on its way while one is worked on. */
export async function* pagesByTrace(snapshot: Snapshot, query: Query): AsyncGenerator<readonly Hit[], void, undefined> {
  let size = FIRST_PAGE;
  let after: estypes.SortResults | undefined;
  const next = (): Promise<readonly Hit[]> => page(snapshot, query, after, size);
  let coming: Promise<readonly Hit[]> | undefined = next();
  while (coming !== undefined) {
    const hits: readonly Hit[] = await coming;
    after = hits.at(-1)?.sort;
    const isLast: boolean = hits.length < size || after === undefined;
    size = nextSize(hits, size);
    coming = isLast ? undefined : next();
    // it is awaited with the next page; until then nobody would hear of it
    coming?.catch(() => undefined);
    if (hits.length > 0) yield hits;
  }
}

async function page(
  snapshot: Snapshot,
  query: Query,
  after: estypes.SortResults | undefined,
  size: number,
): Promise<readonly Hit[]> {
  const request: estypes.SearchRequest = {
    size,
    query,
    sort: [{ [TRACE_ID]: { order: 'asc' } }],
    track_total_hits: false,
    ...(after === undefined ? {} : { search_after: after }),
  };
  try {
    return (await snapshot.search<Readonly<Record<string, unknown>>>(request)).hits.hits;
  } catch (error) {
    if (!(error instanceof AnswerTooLarge) || size === 1) throw error;
    const half = Math.ceil(size / 2);
    const first = await page(snapshot, query, after, half);
    if (first.length < half) return first;
    return [...first, ...(await page(snapshot, query, first.at(-1)!.sort, size - half))];
  }
}

/** By what documents take, of which a few are looked at. */
function nextSize(hits: readonly Hit[], size: number): number {
  const step = Math.max(1, Math.floor(hits.length / SAMPLE));
  let [bytes, sampled] = [0, 0];
  for (let at = 0; at < hits.length; at += step) {
    bytes += JSON.stringify(hits[at]).length;
    sampled += 1;
  }
  if (sampled === 0) return size;
  return Math.max(1, Math.min(LARGEST_PAGE, Math.floor((PAGE_BYTES * sampled) / bytes)));
}
