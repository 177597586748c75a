import type { Client } from '@elastic/elasticsearch';
import type { CoreStart } from '@kbn/core/server';
import { BeTraceError } from '../../../common/errors';
import type { Log } from '../../../common/log';
import { METADATA_INDEX, PLAIN_INDICES } from '../../../ingest/indices';
import { installIndices, installTemplates } from '../../../ingest/installer';
import type { Retention } from '../../../ingest/retention';
import type { SetUpState } from '../../../common/api/setup';
import { describeError, statusOf } from '../../elasticsearch/errors';
import { ElasticsearchViolationStore, type ViolationStore } from '../../violations/store';
import type { KeptKeys, KeyPair } from './kept_keys';
import { lacking, NEEDED, NEEDED_FOR_METRICS, PROJECTION } from './privileges';

const LOOK_EVERY_MS = 5_000;

type Source = SetUpState['access']['source'];

interface Access {
  readonly source: Source;
  readonly client: Client;
  readonly projection: Client;
  readonly violations: ViolationStore;
  /** Of what is kept. */
  readonly version: string | undefined;
}

/**
 * Elasticsearch as BeTrace's own keys see it: the one of the settings, else those that set-up made, here or in another
 * Kibana, within five seconds; without any as Kibana's user does, which suffices only where security is off. Violations are
 * written and read as BeTrace and not as the user: Kibana's privileges decide who may ask. Templates are always put by
 * Kibana's user, who may.
 */
export class StoreAccess {
  /** Of whichever keys there are at the moment. */
  readonly violations: ViolationStore;
  private access: Access;
  private trouble: BeTraceError | undefined;
  private lookedAt = -Infinity;
  private looking: Promise<void> | undefined;

  constructor(
    private readonly elasticsearch: CoreStart['elasticsearch'],
    private readonly keys: KeptKeys,
    apiKey: string | undefined,
    private readonly retention: Retention,
    private readonly log: Log,
  ) {
    const own = apiKey ? this.as(apiKey) : undefined;
    this.access = this.of(own ? 'configuration' : 'kibana_user', own ?? elasticsearch.client.asInternalUser);
    const store = async (): Promise<ViolationStore> => {
      await this.look();
      return this.access.violations;
    };
    this.violations = {
      write: async (drafts, sign, onCreated) => (await store()).write(drafts, sign, onCreated),
      search: async (query, space) => (await store()).search(query, space),
      get: async (id, space) => (await store()).get(id, space),
      standingOf: async (traceIds, space) => (await store()).standingOf(traceIds, space),
      getWithEvidence: async (id, space) => (await store()).getWithEvidence(id, space),
      activity: async (query, space) => (await store()).activity(query, space),
      overview: async (query, space) => (await store()).overview(query, space),
    };
  }

  get client(): Client {
    return this.access.client;
  }

  get source(): Source {
    return this.access.source;
  }

  /** Why the keys that are kept can't be used. */
  get problem(): string | undefined {
    return this.trouble?.message;
  }

  /** Takes the keys that are kept now; never throws. */
  look({ now = false } = {}): Promise<void> {
    if (this.source === 'configuration') return Promise.resolve();
    if (!now && performance.now() - this.lookedAt < LOOK_EVERY_MS) return Promise.resolve();
    this.looking ??= this.takeKept().finally(() => (this.looking = undefined));
    return this.looking;
  }

  /** Checks what the client may do, and installs what is missing. */
  async prepare(): Promise<void> {
    await this.look({ now: true });
    if (this.trouble) throw this.trouble;
    await this.assertAllowed();
    const { retention } = this;
    await installTemplates(this.elasticsearch.client.asInternalUser, this.log, { retention, change: false });
    const indices = PLAIN_INDICES.filter(({ name }) => name === METADATA_INDEX);
    await installIndices(this.client, indices, this.log);
  }

  /** Whether Elasticsearch answers; as Kibana's user, for keys of ours need no privilege on the cluster. */
  async ask(): Promise<unknown> {
    await this.look();
    return this.elasticsearch.client.asInternalUser.info({}, { requestTimeout: 5_000, maxRetries: 0 });
  }

  /** What the credentials lack, in words. */
  async missing(): Promise<string[]> {
    const { source, client, projection } = this.access;
    try {
      const missing = (await lacking(client, NEEDED)) ?? [];
      const marking = source === 'set_up' ? ((await lacking(projection, PROJECTION)) ?? []) : [];
      return [...new Set([...missing, ...marking])];
    } catch (error) {
      if (statusOf(error) !== 401 || source === 'kibana_user') throw error;
      return ['everything: Elasticsearch does not know the key'];
    }
  }

  /** The same of what only metrics need; nothing where Elasticsearch does not know the key. */
  async missingForMetrics(): Promise<string[]> {
    try {
      return (await lacking(this.client, NEEDED_FOR_METRICS)) ?? [];
    } catch (error) {
      if (statusOf(error) === 401) return [];
      throw error;
    }
  }

  /** @throws where keys lack what they were made for: who they were made for may do less than it seemed */
  async assertGood({ writer, projection }: KeyPair): Promise<void> {
    const missing = [
      ...((await lacking(this.as(writer.encoded), [...NEEDED, ...NEEDED_FOR_METRICS])) ?? []),
      ...((await lacking(this.as(projection.encoded), PROJECTION)) ?? []),
    ];
    if (missing.length === 0) return;
    throw new BeTraceError('BT_FORBIDDEN', `Keys made for you lack privileges: ${missing.join('; ')}.`);
  }

  private async assertAllowed(): Promise<void> {
    const missing = await this.missing();
    if (missing.length === 0) return;
    const lacks = `lacks privileges: ${missing.join('; ')}.`;
    const messages: Record<Source, string> = {
      configuration: `The key in betrace.elasticsearch.apiKey ${lacks}`,
      set_up: `What set-up made ${lacks} Let an administrator run it again (POST /api/betrace/setup).`,
      kibana_user: `Kibana's own user ${lacks} ${this.remedy()}`,
    };
    throw new BeTraceError('BT_STORE_FORBIDDEN', messages[this.source]);
  }

  private remedy(): string {
    const configure = 'give betrace.elasticsearch.apiKey a key that has them';
    const { obstacle } = this.keys;
    if (obstacle === undefined) {
      return `Let an administrator run set-up (POST /api/betrace/setup), or ${configure}.`;
    }
    return `Set-up can keep no keys here (${obstacle}): ${configure}.`;
  }

  private async takeKept(): Promise<void> {
    try {
      const kept = this.keys.obstacle === undefined ? await this.keys.about() : undefined;
      this.lookedAt = performance.now();
      if (!kept) {
        this.trouble = undefined;
        if (this.source === 'set_up') this.access = this.of('kibana_user', this.elasticsearch.client.asInternalUser);
        return;
      }
      if (kept.version === this.access.version && this.trouble === undefined) return;
      const { writer, projection } = await this.keys.read();
      this.access = this.of('set_up', this.as(writer.encoded), this.as(projection.encoded), kept.version);
      this.trouble = undefined;
    } catch (error) {
      this.lookedAt = performance.now();
      if (error instanceof BeTraceError) this.trouble = error;
      else this.log.debug({ reason: describeError(error) }, "The keys that set-up made can't be looked at just now");
    }
  }

  private of(source: Source, client: Client, projection = client, version?: string): Access {
    return {
      source,
      client,
      projection,
      version,
      violations: new ElasticsearchViolationStore(client, this.log, projection),
    };
  }

  private as(encoded: string): Client {
    const headers = { authorization: `ApiKey ${encoded}` };
    return this.elasticsearch.client.asScoped({ headers }).asCurrentUser;
  }
}
