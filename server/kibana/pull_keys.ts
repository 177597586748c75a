import { randomUUID } from 'node:crypto';
import { schema } from '@kbn/config-schema';
import type {
  ApiKeysService,
  CoreStart,
  EncryptedSavedObjectsSetup,
  EncryptedSavedObjectsStart,
  ISavedObjectsRepository,
  KibanaRequest,
  SavedObjectsClientContract,
} from '@kbn/core/server';
import type { Client } from '@elastic/elasticsearch';
import { BeTraceError } from '../../common/errors';
import type { Log } from '../../common/log';
import { describeError } from '../elasticsearch/errors';
import type { PullCaller, PullKeys } from '../host/pull/pull_mode';
import type { StoredPatterns } from '../traces/stored_traces';
import { hiddenType, registerSecret } from './saved_objects/encrypted_type';
import { savedObjectStatusOf, withSavedObjects } from './saved_objects/errors';

/** For good, as names of types are. */
export const PULL_KEY_TYPE = 'betrace-pull-key';

const PROPERTIES = {
  secret: schema.string({ maxLength: 10_000 }),
  keyId: schema.string({ maxLength: 200 }),
  space: schema.string({ maxLength: 200 }),
};

interface PullKeyAttributes {
  /** As `Authorization: ApiKey` has it; encrypted. */
  secret: string;
  /** Elasticsearch's. */
  keyId: string;
  space: string;
}

export const pullKeyType = hiddenType<PullKeyAttributes>(PULL_KEY_TYPE, PROPERTIES);

export function registerPullKeys(encryptedSavedObjects: EncryptedSavedObjectsSetup | undefined): void {
  registerSecret(encryptedSavedObjects, PULL_KEY_TYPE, PROPERTIES);
}

export interface KibanaPullCaller extends PullCaller {
  readonly request: KibanaRequest;
  /** Knows the type of these keys; only a request's client encrypts. */
  readonly savedObjects: SavedObjectsClientContract;
}

export interface KibanaPullKeysOptions {
  readonly elasticsearch: CoreStart['elasticsearch'];
  readonly repository: () => ISavedObjectsRepository;
  readonly encrypted: EncryptedSavedObjectsStart | undefined;
  /** Undefined where Kibana has no security: then traces are read as Kibana itself. */
  readonly apiKeys: ApiKeysService | undefined;
  /** Why keys can't be kept here; undefined where they can. */
  readonly obstacle: string | undefined;
  readonly where: StoredPatterns;
  readonly log: Log;
}

/** Keys of Elasticsearch that traces are read with, each made for the user who switched pull mode on, kept encrypted. */
export class KibanaPullKeys implements PullKeys<KibanaPullCaller> {
  constructor(private readonly options: KibanaPullKeysOptions) {}

  /** @throws BT_STORE_FORBIDDEN where none can be kept, BT_FORBIDDEN where the user came with a key */
  async grant(space: string, caller: KibanaPullCaller): Promise<{ id: string; name: string } | null> {
    const { apiKeys, obstacle, where } = this.options;
    if (apiKeys === undefined) return null;
    if (obstacle !== undefined) {
      throw new BeTraceError('BT_STORE_FORBIDDEN', `Pull mode can keep no key here: ${obstacle}.`);
    }
    if (/^ApiKey /i.test([caller.request.headers['authorization']].flat()[0] ?? '')) {
      throw new BeTraceError('BT_FORBIDDEN', 'An API key can make no other: switch it on as a user who is logged in.');
    }
    const name = `BeTrace: reads traces for ${space}, on behalf of ${caller.user}`;
    const indices = [{ names: [...where.patterns, ...where.eventPatterns], privileges: ['read'] }];
    const made = await apiKeys.grantAsInternalUser(caller.request, {
      name,
      role_descriptors: { betrace: { indices } },
      metadata: { managed_by: 'betrace', space },
    });
    if (!made) return null;
    const secret = Buffer.from(`${made.id}:${made.api_key}`).toString('base64');
    try {
      await this.keep(caller.savedObjects, { secret, keyId: made.id, space });
    } catch (error) {
      await this.revoke([made.id]);
      throw error;
    }
    return { id: made.id, name };
  }

  async client(_space: string, key: { readonly id: string } | null): Promise<Client> {
    const { elasticsearch, apiKeys, encrypted } = this.options;
    if (key === null) {
      if (apiKeys === undefined) return elasticsearch.client.asInternalUser;
      throw lost('there is none');
    }
    const kept = (await this.all()).find(({ attributes }) => attributes.keyId === key.id);
    if (!kept || !encrypted) throw lost('it is not kept any more');
    const client = encrypted.getClient({ includedHiddenTypes: [PULL_KEY_TYPE] });
    try {
      const { attributes } = await client.getDecryptedAsInternalUser<PullKeyAttributes>(PULL_KEY_TYPE, kept.id);
      return elasticsearch.client.asScoped({ headers: { authorization: `ApiKey ${attributes.secret}` } }).asCurrentUser;
    } catch (error) {
      if (savedObjectStatusOf(error) !== undefined) throw error;
      throw lost('it can not be decrypted: xpack.encryptedSavedObjects.encryptionKey is another now');
    }
  }

  async revoke(ids: readonly string[]): Promise<string[]> {
    const { apiKeys, log, repository } = this.options;
    try {
      for (const { id, attributes } of await this.all()) {
        if (ids.includes(attributes.keyId)) await repository().delete(PULL_KEY_TYPE, id);
      }
      const answer = await apiKeys?.invalidateAsInternalUser({ ids: [...ids] });
      if (answer && answer.error_count === 0) return [];
    } catch (error) {
      log.warn({ ids, reason: describeError(error) }, 'API keys of pull mode could not be invalidated');
    }
    return [...ids];
  }

  /** Of every space. */
  async ids(): Promise<string[]> {
    return (await this.all()).map(({ attributes }) => attributes.keyId);
  }

  /** What Kibana would keep in plain is taken away again. */
  private async keep(client: SavedObjectsClientContract, attributes: PullKeyAttributes): Promise<void> {
    const id = randomUUID();
    await withSavedObjects(() => client.create(PULL_KEY_TYPE, attributes, { id }));
    const stored = await this.options.repository().get<PullKeyAttributes>(PULL_KEY_TYPE, id);
    if (stored.attributes.secret !== attributes.secret) return;
    await this.options.repository().delete(PULL_KEY_TYPE, id);
    throw new BeTraceError('BT_INTERNAL', 'Kibana did not encrypt the key; it was not kept.');
  }

  private async all(): Promise<{ id: string; attributes: PullKeyAttributes }[]> {
    const found = await withSavedObjects(() =>
      this.options.repository().find<PullKeyAttributes>({ type: PULL_KEY_TYPE, namespaces: ['*'], perPage: 1_000 }),
    );
    return found.saved_objects;
  }
}

const lost = (why: string): BeTraceError =>
  new BeTraceError(
    'BT_TRACES_FORBIDDEN',
    `The key that traces are read with can't be used (${why}); switch pull mode on again.`,
  );
