import type { Client, estypes } from '@elastic/elasticsearch';
import type { CoreStart } from '@kbn/core/server';
import { BeTraceError } from '../../common/errors';
import type { Log } from '../../common/log';
import { EVIDENCE_DATASET, VIOLATIONS_DATASET } from '../../common/violations/namespace';
import { METADATA_INDEX, PLAIN_INDICES } from '../../ingest/indices';
import { installIndices, installTemplates } from '../../ingest/installer';
import { statusOf } from '../elasticsearch/errors';

const STREAM: estypes.SecurityIndexPrivilege[] = ['auto_configure', 'create_doc', 'read'];

/** The least that BeTrace's own key must be allowed. */
export const NEEDED: readonly { readonly names: string[]; readonly privileges: estypes.SecurityIndexPrivilege[] }[] = [
  { names: [`traces-${VIOLATIONS_DATASET}-*`], privileges: STREAM },
  { names: [`logs-${EVIDENCE_DATASET}-*`], privileges: STREAM },
  { names: [METADATA_INDEX], privileges: ['create_index', 'view_index_metadata', 'read', 'index'] },
];

/** What `docs/reference/kibana.md` has as a role descriptor: with the rest, the latest revisions are found at once, and earlier ones marked as superseded. */
export const ASKED: typeof NEEDED = NEEDED.map(({ names, privileges }, index) =>
  index === 0 ? { names, privileges: [...privileges, 'index', 'maintenance'] } : { names, privileges },
);

export interface StoreAccess {
  /** Writes and reads violations, as BeTrace and not as the user: Kibana's privileges decide who may ask. */
  readonly client: Client;
  /** Checks what the client may do, and installs what is missing. */
  prepare(log: Log): Promise<void>;
  /** Whether Elasticsearch answers; as Kibana's user, for a key of ours needs no privilege on the cluster. */
  ask(): Promise<unknown>;
}

/**
 * Elasticsearch as BeTrace's own key sees it; without a key as Kibana's user does, which suffices only where security is
 * off. Templates are always put by Kibana's user, who may.
 */
export function storeAccess({ client }: CoreStart['elasticsearch'], apiKey: string | undefined): StoreAccess {
  const own = apiKey ? client.asScoped({ headers: { authorization: `ApiKey ${apiKey}` } }).asCurrentUser : undefined;
  const store = own ?? client.asInternalUser;
  return {
    client: store,
    prepare: async (log) => {
      await assertAllowed(store, own !== undefined);
      await installTemplates(client.asInternalUser, log);
      await installIndices(
        store,
        PLAIN_INDICES.filter(({ name }) => name === METADATA_INDEX),
        log,
      );
    },
    ask: () => client.asInternalUser.info({}, { requestTimeout: 5_000, maxRetries: 0 }),
  };
}

async function assertAllowed(client: Client, hasKey: boolean): Promise<void> {
  const missing = await missingPrivileges(client, hasKey);
  if (missing.length === 0) return;
  const who = hasKey ? 'The key in betrace.elasticsearch.apiKey' : "Kibana's own user";
  const remedy = hasKey ? '' : ' Give betrace.elasticsearch.apiKey a key that has them.';
  throw new BeTraceError('BT_STORE_FORBIDDEN', `${who} lacks privileges: ${missing.join('; ')}.${remedy}`);
}

async function missingPrivileges(client: Client, hasKey: boolean): Promise<string[]> {
  let answer: estypes.SecurityHasPrivilegesResponse;
  try {
    answer = await client.security.hasPrivileges({ index: [...NEEDED] });
  } catch (error) {
    const status = statusOf(error);
    if (status === 401 && hasKey) {
      throw new BeTraceError(
        'BT_STORE_FORBIDDEN',
        'Elasticsearch does not know the key in betrace.elasticsearch.apiKey.',
      );
    }
    // a cluster without security has no such address
    if (status === 400 || status === 404 || status === 405) return [];
    throw error;
  }
  return Object.entries(answer.index).flatMap(([name, privileges]) => {
    const lacking = Object.entries(privileges).flatMap(([privilege, has]) => (has ? [] : privilege));
    return lacking.length > 0 ? `${lacking.join(', ')} on ${name}` : [];
  });
}
