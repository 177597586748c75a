import type { Client } from '@elastic/elasticsearch';
import type { ApiKeysService, CoreStart, KibanaRequest, SavedObjectsClientContract } from '@kbn/core/server';
import type { SetUpReport, SetUpState, Uninstall, UninstallReport } from '../../../common/api/setup';
import { BeTraceError } from '../../../common/errors';
import type { Log } from '../../../common/log';
import { assetStates } from '../../../ingest/asset_states';
import { METADATA_INDEX, PLAIN_INDICES } from '../../../ingest/indices';
import { installIndices, installTemplates } from '../../../ingest/installer';
import { installPipelines, removePipelines } from '../../../ingest/pipeline_installer';
import { removeAssets } from '../../../ingest/remover';
import type { Retention } from '../../../ingest/retention';
import { TEMPLATES_VERSION } from '../../../ingest/templates';
import { describeError, withStore } from '../../elasticsearch/errors';
import { type GrantedKey, idsOf, type KeptKeys, type KeyPair } from './kept_keys';
import { ADMINISTRATOR, type IndexPrivileges, lacking, PROJECTION, roleDescriptor, WRITER } from './privileges';
import type { KibanaPullKeys } from '../pull_keys';
import { TASK_ID } from '../pull_schedule';
import type { AllDashboards } from './all_dashboards';
import type { AllRules } from './all_rules';
import type { StoreAccess } from './store_access';

/** Who asks: everything is done with what Elasticsearch and Kibana allow this user. */
export interface Caller {
  readonly request: KibanaRequest;
  readonly client: Client;
  /** Knows the type of the kept keys. */
  readonly savedObjects: SavedObjectsClientContract;
  readonly author: string;
}

export interface SetUpOptions {
  readonly elasticsearch: CoreStart['elasticsearch'];
  readonly access: StoreAccess;
  readonly keys: KeptKeys;
  readonly rules: AllRules;
  readonly dashboards: AllDashboards;
  /** Of pull mode, for all Kibanas; undefined without a Task Manager. */
  readonly task: { remove(): Promise<unknown> } | undefined;
  /** Those that pull mode reads traces with. */
  readonly pullKeys: Pick<KibanaPullKeys, 'ids' | 'revoke'>;
  /** Of this Kibana. */
  readonly bridge: { start(): void; remove(): Promise<void> };
  /** Undefined where Kibana has no security. */
  readonly apiKeys: ApiKeysService | undefined;
  readonly retention: Retention;
  readonly log: Log;
}

/**
 * Gives BeTrace in Elasticsearch what Kibana's own user may not: as an administrator, who runs it once, and again to bring
 * streams up to date and to replace the keys. Keys are never shown and never logged.
 */
export class SetUp {
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: SetUpOptions) {}

  async state(client: Client): Promise<SetUpState> {
    const { elasticsearch, access, keys, retention } = this.options;
    await access.look({ now: true });
    return withStore(async () => {
      const [found, missing, missingForMetrics, kept, lacks] = await Promise.all([
        assetStates(elasticsearch.client.asInternalUser, client, retention),
        access.missing(),
        access.missingForMetrics(),
        keys.about(),
        lacking(client, ADMINISTRATOR.index, ADMINISTRATOR.cluster),
      ]);
      const why = keys.obstacle ?? access.problem ?? null;
      const { source } = access;
      const about = { keptSince: kept?.createdAt ?? null, keptBy: kept?.createdBy ?? null };
      return {
        version: TEMPLATES_VERSION,
        assets: [...found.assets],
        retention: { ...found.retention, streamsOfTheirOwn: [...found.retention.streamsOfTheirOwn] },
        access: { source, missing, missingForMetrics, keysCanBeKept: keys.obstacle === undefined, why, ...about },
        lacking: lacks ?? [],
      };
    });
  }

  /** @throws BT_FORBIDDEN with the privileges that the caller lacks */
  run(caller: Caller): Promise<SetUpReport> {
    return this.inTurn(() => this.make(caller));
  }

  private async make(caller: Caller): Promise<SetUpReport> {
    const { log, retention } = this.options;
    const isSecured = await this.assertMay(caller);
    const none = isSecured ? this.whyNoKeys() : ('not_needed' as const);
    if (none === undefined && isApiKey(caller.request)) {
      throw new BeTraceError('BT_FORBIDDEN', 'An API key can make no other: run set-up as a user who is logged in.');
    }
    const { changed } = await withStore(() => installTemplates(caller.client, log, { retention, change: true }));
    const pipelines = await withStore(() => installPipelines(caller.client, log));
    const indices = PLAIN_INDICES.filter(({ name }) => name === METADATA_INDEX);
    const made = await withStore(() => installIndices(caller.client, indices, log));
    const { keys, notInvalidated } = none ? { keys: none, notInvalidated: [] } : await this.makeKeys(caller);
    this.options.bridge.start();
    const state = await this.state(caller.client);
    return { changed: [...changed, ...pipelines, ...made], keys, notInvalidated, state };
  }

  /**
   * Undoes `run`, and all that BeTrace has made of itself: nothing of it is left that a Kibana without it would not know.
   * What could not be removed is removed by asking again.
   */
  uninstall(caller: Caller, options: Uninstall): Promise<UninstallReport> {
    return this.inTurn(() => this.remove(caller, options));
  }

  /** Neither undoes what the other has only begun, in this Kibana. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }

  private async remove(caller: Caller, { dryRun, data }: Uninstall): Promise<UninstallReport> {
    const { keys, access, rules, dashboards, task, pullKeys, bridge, log } = this.options;
    await this.assertMay(caller);
    const [kept, exported, ofPull] = await Promise.all([keys.about(), rules.export(), pullKeys.ids()]);
    if (!dryRun) {
      await bridge.remove();
      await rules.remove();
      await pullKeys.revoke(ofPull);
      await task?.remove();
      await this.assertNoneLeft();
    }
    if (!dryRun && kept) {
      await keys.remove(caller.savedObjects);
      await access.look({ now: true });
      await this.invalidate(kept.ids);
    }
    const pipelines = await withStore(() => removePipelines(caller.client, { dryRun }));
    const assets = await withStore(() => removeAssets(caller.client, { data, dryRun }));
    const spaces = exported.map(({ space }) => space);
    const inKibana = await dashboards.remove(spaces, { dryRun });
    const removed = [...(task ? [TASK_ID] : []), ...inKibana.removed, ...pipelines.removed, ...assets.removed];
    if (!dryRun) log.info({ removed, by: caller.author }, 'Removed BeTrace from Elasticsearch');
    const ids = [...(kept?.ids ?? []), ...ofPull];
    const stays = [...inKibana.kept, ...pipelines.kept, ...assets.kept];
    return { dryRun, rules: exported, removed, kept: stays, keys: ids };
  }

  /** A Kibana without the plugin may not start where there are any. */
  private async assertNoneLeft(): Promise<void> {
    const left = await this.options.pullKeys.ids();
    if (left.length === 0) return;
    throw new BeTraceError('BT_STORE_UNAVAILABLE', `${left.length} keys of pull mode were not removed; try again.`);
  }

  /** @returns false where the cluster has no security */
  private async assertMay({ client }: Caller): Promise<boolean> {
    const missing = await withStore(() => lacking(client, ADMINISTRATOR.index, ADMINISTRATOR.cluster));
    if (missing === undefined) return false;
    if (missing.length === 0) return true;
    throw new BeTraceError('BT_FORBIDDEN', `For this you lack privileges in Elasticsearch: ${missing.join('; ')}.`);
  }

  /** Undefined where keys are made. */
  private whyNoKeys(): 'configured' | 'not_kept' | undefined {
    const { access, keys } = this.options;
    if (access.source === 'configuration') return 'configured';
    return keys.obstacle === undefined ? undefined : 'not_kept';
  }

  private async makeKeys(caller: Caller): Promise<Pick<SetUpReport, 'keys' | 'notInvalidated'>> {
    const { access, keys, log } = this.options;
    const before = await keys.about();
    const granted: GrantedKey[] = [];
    try {
      const writer = await this.grant(caller, 'BeTrace: writes violations', WRITER, granted);
      const projection = await this.grant(caller, 'BeTrace: marks superseded violations', PROJECTION, granted);
      const pair: KeyPair = { writer, projection };
      await access.assertGood(pair);
      await keys.save(caller.savedObjects, pair, caller.author, before);
      log.info({ ids: idsOf(pair), by: caller.author }, 'Made API keys for BeTrace');
    } catch (error) {
      await this.invalidate(granted.map(({ id }) => id));
      throw error;
    }
    await access.look({ now: true });
    return { keys: before ? 'replaced' : 'made', notInvalidated: await this.invalidate(before?.ids ?? []) };
  }

  private async grant(
    { request }: Caller,
    name: string,
    indices: readonly IndexPrivileges[],
    granted: GrantedKey[],
  ): Promise<GrantedKey> {
    const made = await this.options.apiKeys!.grantAsInternalUser(request, {
      name,
      role_descriptors: roleDescriptor(indices),
      metadata: { managed_by: 'betrace' },
    });
    if (!made) throw new BeTraceError('BT_STORE_FORBIDDEN', "Elasticsearch's security makes no API keys here.");
    const key = { id: made.id, encoded: Buffer.from(`${made.id}:${made.api_key}`).toString('base64') };
    granted.push(key);
    return key;
  }

  /** @returns those that could not be */
  private async invalidate(ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return [];
    try {
      const answer = await this.options.apiKeys?.invalidateAsInternalUser({ ids: [...ids] });
      if (answer && answer.error_count === 0) return [];
    } catch (error) {
      this.options.log.warn({ ids, reason: describeError(error) }, 'Former API keys could not be invalidated');
    }
    return [...ids];
  }
}

const isApiKey = ({ headers }: KibanaRequest): boolean => /^ApiKey /i.test([headers['authorization']].flat()[0] ?? '');
