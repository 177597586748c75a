import type { Client, estypes } from '@elastic/elasticsearch';
import { EVIDENCE_DATASET, METRICS_DATASET, VIOLATIONS_DATASET } from '../../../common/violations/namespace';
import { METADATA_INDEX } from '../../../ingest/indices';
import { statusOf } from '../../elasticsearch/errors';

export interface IndexPrivileges {
  readonly names: string[];
  readonly privileges: estypes.SecurityIndexPrivilege[];
}

const VIOLATIONS = [`traces-${VIOLATIONS_DATASET}-*`];
const EVIDENCE = [`logs-${EVIDENCE_DATASET}-*`];
const METRICS = [`metrics-${METRICS_DATASET}-*`];
const METADATA: IndexPrivileges = {
  names: [METADATA_INDEX],
  privileges: ['create_index', 'view_index_metadata', 'read', 'index'],
};

/** The least that BeTrace's own key must be allowed. */
export const NEEDED: readonly IndexPrivileges[] = [
  { names: VIOLATIONS, privileges: ['auto_configure', 'create_doc', 'read'] },
  { names: EVIDENCE, privileges: ['auto_configure', 'create_doc', 'read'] },
  METADATA,
];

/** Without these violations are written and metrics of the bridge are not: keys that were made earlier lack them. */
export const NEEDED_FOR_METRICS: readonly IndexPrivileges[] = [
  { names: METRICS, privileges: ['auto_configure', 'create_doc'] },
];

/** Of the key that set-up makes for writing: what is written, nobody changes with it. `maintenance` refreshes before a look-up. */
export const WRITER: readonly IndexPrivileges[] = [
  { names: VIOLATIONS, privileges: ['auto_configure', 'create_doc', 'read', 'maintenance'] },
  { names: EVIDENCE, privileges: ['auto_configure', 'create_doc', 'read', 'maintenance'] },
  ...NEEDED_FOR_METRICS,
  METADATA,
];

/** Of the key that set-up makes for what is outside the signature: which revisions are superseded. */
export const PROJECTION: readonly IndexPrivileges[] = [{ names: VIOLATIONS, privileges: ['read', 'index'] }];

/** What `docs/reference/kibana.md` has as a role descriptor, of one key for both. */
export const ASKED: readonly IndexPrivileges[] = [...NEEDED, ...NEEDED_FOR_METRICS].map(({ names, privileges }) =>
  names === VIOLATIONS ? { names, privileges: [...privileges, 'index', 'maintenance'] } : { names, privileges },
);

/** What who sets BeTrace up must be allowed: what the keys are, for nobody can give away more, and to change streams. */
export const ADMINISTRATOR: {
  readonly cluster: estypes.SecurityClusterPrivilege[];
  readonly index: readonly IndexPrivileges[];
} = {
  cluster: ['manage_index_templates'],
  index: [
    { names: VIOLATIONS, privileges: ['auto_configure', 'create_doc', 'read', 'maintenance', 'index', 'manage'] },
    { names: EVIDENCE, privileges: ['auto_configure', 'create_doc', 'read', 'maintenance', 'manage'] },
    { names: METRICS, privileges: ['auto_configure', 'create_doc', 'manage'] },
    { names: METADATA.names, privileges: [...METADATA.privileges, 'manage'] },
  ],
};

export const roleDescriptor = (indices: readonly IndexPrivileges[]): { betrace: { indices: IndexPrivileges[] } } => ({
  betrace: { indices: indices.map(({ names, privileges }) => ({ names, privileges: [...privileges] })) },
});

/**
 * What a client lacks of some privileges, in words, by index; undefined where the cluster has no security.
 * @throws what a client throws: 401 for credentials that are not known
 */
export async function lacking(
  client: Client,
  index: readonly IndexPrivileges[],
  cluster: readonly estypes.SecurityClusterPrivilege[] = [],
): Promise<string[] | undefined> {
  let answer: estypes.SecurityHasPrivilegesResponse;
  try {
    answer = await client.security.hasPrivileges({ index: [...index], cluster: [...cluster] });
  } catch (error) {
    const status = statusOf(error);
    // a cluster without security has no such address
    if (status === 400 || status === 404 || status === 405) return undefined;
    throw error;
  }
  const no = (privileges: Readonly<Record<string, boolean>>): string =>
    Object.entries(privileges)
      .flatMap(([privilege, has]) => (has ? [] : privilege))
      .join(', ');
  const onCluster = no(answer.cluster);
  const onIndices = Object.entries(answer.index).flatMap(([name, privileges]) => {
    const missing = no(privileges);
    return missing ? `${missing} on ${name}` : [];
  });
  return [...(onCluster ? [`${onCluster} on the cluster`] : []), ...onIndices];
}
