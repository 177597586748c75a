import type { Client } from '@elastic/elasticsearch';
import { statusOf } from '../common/elasticsearch_error';

/** What in a cluster takes old documents away: lifecycles of data streams, else policies (ILM), else nothing. */
export type Lifecycles = 'data_stream' | 'ilm' | 'none';

interface Lifecycle {
  readonly enabled?: boolean;
  readonly data_retention?: string | number | null;
  readonly downsampling?: unknown;
}

export interface StreamLifecycle {
  readonly name: string;
  /** Undefined where the stream has none, or more than a retention. */
  readonly retention: string | undefined;
}

/** The retention of a lifecycle that says nothing else. */
export const retentionOf = (lifecycle: object | null | undefined): string | undefined => {
  const { enabled = true, data_retention, downsampling } = (lifecycle ?? {}) as Lifecycle;
  return enabled && typeof data_retention === 'string' && downsampling === undefined ? data_retention : undefined;
};

/**
 * By plain requests, as Kibana 8.12's client need not know them.
 * @returns the streams that the client may see; undefined where the cluster has no data stream lifecycles
 */
export async function streamLifecycles(client: Client, pattern: string): Promise<StreamLifecycle[] | undefined> {
  try {
    const answer = await client.transport.request<{ data_streams: { name: string; lifecycle?: Lifecycle }[] }>({
      method: 'GET',
      path: `/_data_stream/${pattern}/_lifecycle`,
    });
    return answer.data_streams.map(({ name, lifecycle }) => ({ name, retention: retentionOf(lifecycle) }));
  } catch (error) {
    const status = statusOf(error);
    if (status === 400 || status === 405) return undefined; // no such address
    if (status === 404) return [];
    throw error;
  }
}

export async function putStreamLifecycle(client: Client, stream: string, retention: string): Promise<void> {
  const path = `/_data_stream/${encodeURIComponent(stream)}/_lifecycle`;
  await client.transport.request({ method: 'PUT', path, body: { data_retention: retention } });
}

/** Asks for `view_index_metadata` on the streams of the pattern, and for `read_ilm` where there are no lifecycles. */
export async function probeLifecycles(client: Client, pattern: string): Promise<Lifecycles> {
  if (await isThere(streamLifecycles(client, pattern))) return 'data_stream';
  const policies = client.transport.request({ method: 'GET', path: '/_ilm/status' });
  return (await isThere(policies)) ? 'ilm' : 'none';
}

/** What is refused for want of a privilege is there. */
async function isThere(request: Promise<unknown>): Promise<boolean> {
  try {
    return (await request) !== undefined;
  } catch (error) {
    const status = statusOf(error);
    if (status === 403) return true;
    if (status === 400 || status === 404 || status === 405 || status === 410) return false;
    throw error;
  }
}
