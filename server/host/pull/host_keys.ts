import type { Client } from '@elastic/elasticsearch';
import type { PullCaller, PullKeys } from './pull_mode';

/** Traces are read as the host: Elasticsearch knows none of those who ask it. */
export const hostKeys = (client: Client): PullKeys<PullCaller> => ({
  grant: () => Promise.resolve(null),
  client: () => Promise.resolve(client),
  revoke: () => Promise.resolve([]),
});
