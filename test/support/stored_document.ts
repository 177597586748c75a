import type { Client, estypes } from '@elastic/elasticsearch';

/** Where a document lies, and its source. */
interface Found {
  readonly index: string;
  readonly id: string;
  readonly source: Record<string, unknown>;
  /** A data stream takes a changed document only from who knows which one it was. */
  readonly version: { readonly if_seq_no: number; readonly if_primary_term: number };
}

async function findDocument(client: Client, stream: string, query: estypes.QueryDslQueryContainer): Promise<Found> {
  await client.indices.refresh({ index: stream });
  const { hits } = (await client.search<Record<string, unknown>>({ index: stream, query, seq_no_primary_term: true }))
    .hits;
  const [hit, ...others] = hits;
  if (!hit?._source || others.length > 0)
    throw new Error(`${hits.length} documents in ${stream} are like that, not 1.`);
  return {
    index: hit._index,
    id: hit._id!,
    source: hit._source,
    version: { if_seq_no: hit._seq_no!, if_primary_term: hit._primary_term! },
  };
}

/** Changes the one document of a stream that a query finds, as somebody with an administrator's rights could. */
export async function tamper(
  client: Client,
  stream: string,
  query: estypes.QueryDslQueryContainer,
  change: (source: never) => void,
): Promise<void> {
  const { index, id, source, version } = await findDocument(client, stream, query);
  change(source as never);
  await client.index({ index, id, document: source, ...version, refresh: true });
}

/** Removes the one document of a stream that a query finds. */
export async function erase(client: Client, stream: string, query: estypes.QueryDslQueryContainer): Promise<void> {
  const { index, id } = await findDocument(client, stream, query);
  await client.delete({ index, id, refresh: true });
}
