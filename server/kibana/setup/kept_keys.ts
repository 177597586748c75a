import { schema } from '@kbn/config-schema';
import type {
  EncryptedSavedObjectsSetup,
  EncryptedSavedObjectsStart,
  ISavedObjectsRepository,
  SavedObjectsClientContract,
} from '@kbn/core/server';
import { BeTraceError } from '../../../common/errors';
import { hiddenType, registerSecret } from '../saved_objects/encrypted_type';
import { savedObjectStatusOf, withSavedObjects } from '../saved_objects/errors';

/** For good, as names of types are. */
export const KEYS_TYPE = 'betrace-elasticsearch-keys';
/** One for all of Kibana; what is encrypted must have a random UUID for an id. */
const KEYS_ID = '5b0b6b2e-3f0e-4c1a-9d53-7a1c2f6e8b94';

const PROPERTIES = {
  secret: schema.string({ maxLength: 10_000 }),
  ids: schema.arrayOf(schema.string({ maxLength: 200 }), { maxSize: 100 }),
  createdAt: schema.string({ maxLength: 64 }),
  createdBy: schema.string({ maxLength: 1_024 }),
};

interface KeysAttributes {
  /** `KeyPair` as JSON, encrypted. */
  secret: string;
  /** Of the keys and of those before them, to invalidate them by, also where the secret can't be read any more. */
  ids: string[];
  createdAt: string;
  createdBy: string;
}

export const keysType = hiddenType<KeysAttributes>(KEYS_TYPE, PROPERTIES);

export interface GrantedKey {
  readonly id: string;
  /** As `Authorization: ApiKey` has it. */
  readonly encoded: string;
}

export interface KeyPair {
  readonly writer: GrantedKey;
  readonly projection: GrantedKey;
}

export interface Kept {
  readonly version: string | undefined;
  readonly ids: readonly string[];
  readonly createdAt: string;
  readonly createdBy: string;
}

export function registerKeys(encryptedSavedObjects: EncryptedSavedObjectsSetup | undefined): void {
  registerSecret(encryptedSavedObjects, KEYS_TYPE, PROPERTIES);
}

/** BeTrace's own API keys of Elasticsearch, encrypted in one saved object; never in any other way. */
export class KeptKeys {
  constructor(
    /** Knows the hidden type; as Kibana itself, which reads the secret as it is stored. */
    private readonly repository: () => ISavedObjectsRepository,
    private readonly encrypted: EncryptedSavedObjectsStart | undefined,
    /** Why keys can't be kept here; undefined where they can. */
    readonly obstacle: string | undefined,
  ) {}

  /** What is kept, without the secret. */
  async about(): Promise<Kept | undefined> {
    const found = await this.stored();
    if (!found) return undefined;
    const { version, attributes } = found;
    const { ids, createdAt, createdBy } = attributes;
    return { version, ids, createdAt, createdBy };
  }

  /** @throws BT_STORE_FORBIDDEN where the secret can't be decrypted */
  async read(): Promise<KeyPair> {
    try {
      const client = this.encrypted?.getClient({ includedHiddenTypes: [KEYS_TYPE] });
      const { attributes } = await client!.getDecryptedAsInternalUser<KeysAttributes>(KEYS_TYPE, KEYS_ID);
      return JSON.parse(attributes.secret) as KeyPair;
    } catch (error) {
      if (savedObjectStatusOf(error) !== undefined) throw error;
      throw new BeTraceError(
        'BT_STORE_FORBIDDEN',
        'The keys that set-up made can not be decrypted: xpack.encryptedSavedObjects.encryptionKey is another now. Run set-up again.',
      );
    }
  }

  /**
   * @param client of the request: only such a one encrypts
   * @param before what is kept until now
   * @throws BT_REVISION_CONFLICT where somebody else was faster
   */
  async save(
    client: SavedObjectsClientContract,
    keys: KeyPair,
    createdBy: string,
    before: Kept | undefined,
  ): Promise<void> {
    const secret = JSON.stringify(keys);
    const ids = [...idsOf(keys), ...(before?.ids ?? [])].slice(0, 100);
    const attributes: KeysAttributes = { secret, ids, createdAt: new Date().toISOString(), createdBy };
    const replace = before && { overwrite: true, ...(before.version === undefined ? {} : { version: before.version }) };
    try {
      await withSavedObjects(() => client.create(KEYS_TYPE, attributes, { id: KEYS_ID, ...replace }));
    } catch (error) {
      if (savedObjectStatusOf(error) !== 409) throw error;
      throw new BeTraceError(
        'BT_REVISION_CONFLICT',
        'Somebody else runs set-up at the same time; look, and try again.',
      );
    }
    if ((await this.stored())?.attributes.secret !== secret) return;
    await this.remove(client);
    throw new BeTraceError('BT_INTERNAL', 'Kibana did not encrypt the keys; they were not kept.');
  }

  async remove(client: SavedObjectsClientContract): Promise<void> {
    try {
      await withSavedObjects(() => client.delete(KEYS_TYPE, KEYS_ID));
    } catch (error) {
      if (savedObjectStatusOf(error) !== 404) throw error;
    }
  }

  private async stored(): Promise<{ version?: string; attributes: KeysAttributes } | undefined> {
    try {
      return await this.repository().get<KeysAttributes>(KEYS_TYPE, KEYS_ID);
    } catch (error) {
      if (savedObjectStatusOf(error) === 404) return undefined;
      throw error;
    }
  }
}

export const idsOf = ({ writer, projection }: KeyPair): string[] => [writer.id, projection.id];
