import type { Client } from '@elastic/elasticsearch';
import { BeTraceError } from '../../common/errors';
import type { Log } from '../../common/log';
import { METADATA_INDEX } from '../../ingest/indices';
import { statusOf, withStore } from '../elasticsearch/errors';
import type { KeyRing } from './keys';
import { ENVIRONMENT_NAMES, type KeySettingNames } from './load_keys';

const DOCUMENT_ID = 'signing-keys';
const MAX_ATTEMPTS = 20;

interface KnownKey {
  readonly kid: string;
  readonly alg: string;
  readonly added_at: string;
}

interface Registry {
  readonly keys: readonly KnownKey[];
}

export interface RegistryOptions {
  /** Sign even though none of the ring's keys is known. */
  readonly trustNewKey: boolean;
  readonly log: Log;
  readonly names?: KeySettingNames;
  readonly now?: () => Date;
}

/**
 * Enters the ring's signing key in the list of keys that sign in this cluster. The first signer starts the list; later ones
 * must hold a key of it, so that a host that lost the shared key, or never had it, does not quietly sign with another.
 * @throws BT_SIGNING_KEY_UNKNOWN where none of the ring's keys is on the list
 */
export async function registerSigner(client: Client, ring: KeyRing, options: RegistryOptions): Promise<void> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const found = await read(client);
    const known = found?.registry.keys ?? [];
    if (known.some(({ kid }) => kid === ring.signing.kid)) return;
    if (known.length > 0) assertMayJoin(known, ring, options);
    const added = {
      kid: ring.signing.kid,
      alg: ring.signing.alg,
      added_at: (options.now?.() ?? new Date()).toISOString(),
    };
    if (await write(client, { keys: [...known, added] }, found)) {
      options.log.info({ keyId: added.kid, alg: added.alg }, 'Registered the signing key');
      return;
    }
  }
  throw new BeTraceError(
    'BT_STORE_UNAVAILABLE',
    'The list of signing keys is being changed by too many hosts at once.',
  );
}

function assertMayJoin(
  known: readonly KnownKey[],
  ring: KeyRing,
  { trustNewKey, log, names = ENVIRONMENT_NAMES }: RegistryOptions,
): void {
  if (known.some(({ kid }) => ring.keys.has(kid))) return;
  if (trustNewKey) {
    log.warn({ keyId: ring.signing.kid }, 'Signing with a key that is new to this cluster, as told to');
    return;
  }
  throw new BeTraceError(
    'BT_SIGNING_KEY_UNKNOWN',
    `This host's signing key (${ring.signing.kid}) is new to this cluster, which knows ${known.map(({ kid }) => kid).join(', ')}. ` +
      `Give it the shared key in ${names.key}, or set ${names.trustNewKey} to true once if the old key is lost.`,
  );
}

interface Found {
  readonly registry: Registry;
  readonly seqNo: number;
  readonly primaryTerm: number;
}

async function read(client: Client): Promise<Found | undefined> {
  try {
    const answer = await withStore(() => client.get<Registry>({ index: METADATA_INDEX, id: DOCUMENT_ID }));
    if (!Array.isArray(answer._source?.keys)) {
      throw new BeTraceError('BT_INTERNAL', `The document ${METADATA_INDEX}/${DOCUMENT_ID} is not a list of keys.`);
    }
    return { registry: answer._source, seqNo: answer._seq_no ?? 0, primaryTerm: answer._primary_term ?? 0 };
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** False where another host changed the list meanwhile. */
async function write(client: Client, registry: Registry, found: Found | undefined): Promise<boolean> {
  const condition = found
    ? { if_seq_no: found.seqNo, if_primary_term: found.primaryTerm }
    : { op_type: 'create' as const };
  try {
    await withStore(() =>
      client.index({ index: METADATA_INDEX, id: DOCUMENT_ID, document: registry, refresh: true, ...condition }),
    );
    return true;
  } catch (error) {
    if (statusOf(error) === 409) return false;
    throw error;
  }
}
