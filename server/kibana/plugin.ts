import { tmpdir } from 'node:os';
import path from 'node:path';
import type {
  AuthenticationService,
  CoreSetup,
  CoreStart,
  EncryptedSavedObjectsSetup,
  EncryptedSavedObjectsStart,
  KibanaRequest,
  PluginInitializerContext,
} from '@kbn/core/server';
import type { Status } from '../../common/api/status';
import { BeTraceError } from '../../common/errors';
import type { Log } from '../../common/log';
import { installPipelines } from '../../ingest/pipeline_installer';
import { version } from '../../package.json';
import { describeError } from '../elasticsearch/errors';
import { PullMode } from '../host/pull/pull_mode';
import { PullStore } from '../host/pull/pull_store';
import { hostStatus } from '../host/status';
import { RuleImporter } from '../rules/rule_importer';
import { PackFiles, RulePacks } from '../rules/rule_packs';
import { RuleService } from '../rules/rule_service';
import type { KeyRing } from '../violations/keys';
import type { ViolationStore } from '../violations/store';
import { patternsOf, StoredTraces } from '../traces/stored_traces';
import { registerSigner } from '../violations/signer_registry';
import { ViolationService } from '../violations/violation_service';
import { BridgeHost } from './bridge_host';
import { emitSettings, type KibanaConfig, readConfig } from './config';
import { deferred } from './deferred';
import { registerFeature, type FeaturesSetup } from './feature';
import { Dashboards } from './dashboards';
import { defineRoute, type RouteHost } from './http/define_route';
import { ROUTES } from './http/routes';
import { IndexLeaseStore } from './lease_store';
import { KibanaPullKeys, type KibanaPullCaller, PULL_KEY_TYPE, pullKeyType, registerPullKeys } from './pull_keys';
import {
  registerPullTask,
  schedulePullTask,
  TASK_ID,
  type TaskManagerSetup,
  type TaskManagerStart,
} from './pull_schedule';
import { createLog } from './log';
import { SavedObjectRuleFeed } from './saved_objects/saved_object_rule_feed';
import { SavedObjectRuleStore } from './saved_objects/saved_object_rule_store';
import { REVISION_TYPE, revisionType, ruleType } from './saved_objects/types';
import { dataDirOf, openKeyRing, SETTING_NAMES } from './signing';
import type { StatusReporter } from './status';
import { KEYS_TYPE, keysType, KeptKeys, registerKeys } from './setup/kept_keys';
import { AllDashboards } from './setup/all_dashboards';
import { AllRules } from './setup/all_rules';
import { readerRole } from './setup/reader_role';
import { SetUp } from './setup/set_up';
import { StoreAccess } from './setup/store_access';

/** Without `encryptedSavedObjects` set-up can keep no keys. */
interface SetupPlugins {
  readonly features: FeaturesSetup;
  readonly encryptedSavedObjects?: EncryptedSavedObjectsSetup;
  readonly taskManager?: TaskManagerSetup;
}

/** Optional ones: without `spaces` all is in the space `default`, without `security` nobody is known by name. */
interface StartPlugins {
  readonly spaces?: { readonly spacesService: { getSpaceId(request: KibanaRequest): string } };
  readonly security?: CoreStart['security'];
  readonly encryptedSavedObjects?: EncryptedSavedObjectsStart;
  /** Without it each Kibana looks for stored traces by itself. */
  readonly taskManager?: TaskManagerStart;
}

const REMOVED = 'BeTrace was removed from Elasticsearch: remove the plugin from Kibana, or run set-up again.';
const OFF = 'The bridge is off: this Kibana takes no spans (betrace.bridge.enabled).';

type Services = RouteHost['services'];

/** BeTrace in Kibana: what is registered at set-up, and what runs from start to stop. */
export class BeTracePlugin {
  private readonly log: Log;
  private readonly services = deferred<Services>();
  private readonly pull = deferred<PullMode<KibanaPullCaller>>();
  private readonly stopped = new AbortController();
  private status: StatusReporter | undefined;
  private bridge: BridgeHost | undefined;
  private startBridge: () => void = () => undefined;
  private isRemoved = false;
  /** Or why there are none. */
  private readonly settings: KibanaConfig | BeTraceError;
  /** Undefined where there is no such plugin. */
  private canEncrypt: boolean | undefined;
  private opening: Promise<void> = Promise.resolve();

  constructor(
    private readonly context: PluginInitializerContext<unknown>,
    private readonly report: (status: CoreSetup['status']) => StatusReporter,
  ) {
    this.log = createLog(context.logger.get());
    this.settings = settingsOf(context.config.get());
  }

  setup(core: CoreSetup, { features, encryptedSavedObjects, taskManager }: SetupPlugins): void {
    this.status = this.report(core.status);
    core.savedObjects.registerType(ruleType);
    core.savedObjects.registerType(revisionType);
    core.savedObjects.registerType(keysType);
    core.savedObjects.registerType(pullKeyType);
    registerKeys(encryptedSavedObjects);
    registerPullKeys(encryptedSavedObjects);
    if (taskManager && this.takesSpans) registerPullTask(taskManager, this.pull.promise);
    this.canEncrypt = encryptedSavedObjects?.canEncrypt;
    registerFeature(features);
    const host: RouteHost = {
      log: this.log,
      services: async (context, request) => (await this.services.promise)(context, request),
    };
    const router = core.http.createRouter();
    for (const route of ROUTES) defineRoute(router, host, route);
  }

  start(core: CoreStart, plugins: StartPlugins): void {
    this.opening = this.open(core, plugins).catch((error: unknown) => {
      const reason = describeError(error);
      this.log.error({ reason }, 'BeTrace takes no spans and shows no violations');
      this.status?.degraded(reason);
      this.services.resolve(() => Promise.reject(error as Error));
    });
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.opening;
    await this.bridge?.stop();
  }

  /** Nothing is written any more; set-up starts it again. */
  private async removeBridge(): Promise<void> {
    const { bridge } = this;
    this.bridge = undefined;
    this.isRemoved = true;
    await bridge?.stop();
    this.status?.degraded(REMOVED);
  }

  private get takesSpans(): boolean {
    return !(this.settings instanceof BeTraceError) && this.settings.bridge.enabled;
  }

  private hostStatus(space: string): Status {
    if (this.bridge) return this.bridge.hostStatus(space);
    const { takesSpans } = this;
    const starting = this.isRemoved ? REMOVED : 'BeTrace is starting, or can not start; the log says why.';
    const message = takesSpans ? starting : OFF;
    return hostStatus(
      { version, reasons: [{ code: 'BT_BRIDGE_UNAVAILABLE', message }], pipeline: undefined, takesSpans },
      space,
    );
  }

  private async open(core: CoreStart, plugins: StartPlugins): Promise<void> {
    const { log } = this;
    const { taskManager } = plugins;
    const config = this.settings;
    if (config instanceof BeTraceError) throw config;
    const repository = lazily(() => core.savedObjects.createInternalRepository());
    const feed = new SavedObjectRuleFeed(repository, (error) =>
      log.debug({ reason: describeError(error) }, "The rules can't be read just now"),
    );
    const authc = core.security?.authc ?? plugins.security?.authc;
    const apiKeys = core.security?.authc.apiKeys ?? plugins.security?.authc.apiKeys;
    const kept = new KeptKeys(
      lazily(() => core.savedObjects.createInternalRepository([KEYS_TYPE])),
      plugins.encryptedSavedObjects,
      obstacleOf(this.canEncrypt, apiKeys !== undefined),
    );
    const access = new StoreAccess(core.elasticsearch, kept, config.elasticsearch.apiKey, config.retention, log);
    const where = patternsOf(config.traces.indices);
    const pullKeys = new KibanaPullKeys({
      elasticsearch: core.elasticsearch,
      repository: lazily(() => core.savedObjects.createInternalRepository([PULL_KEY_TYPE])),
      encrypted: plugins.encryptedSavedObjects,
      apiKeys,
      obstacle: obstacleOf(this.canEncrypt, apiKeys !== undefined),
      where,
      log,
    });
    const setUp = new SetUp({
      elasticsearch: core.elasticsearch,
      access,
      keys: kept,
      rules: new AllRules(lazily(() => core.savedObjects.createInternalRepository([REVISION_TYPE]))),
      dashboards: new AllDashboards(repository),
      task: taskManager && { remove: () => taskManager.removeIfExists(TASK_ID) },
      pullKeys,
      bridge: { start: () => this.startBridge(), remove: () => this.removeBridge() },
      apiKeys,
      retention: config.retention,
      log,
    });
    const { violations } = access;
    const dataDir = dataDirOf(this.context);
    const ring = openKeyRing(config.signing, dataDir, log);
    const pull = new PullMode<KibanaPullCaller>({
      store: new PullStore(() => access.client, 'kibana_pull:'),
      keys: pullKeys,
      where,
      violations,
      evidence: config.evidence,
      settings: config.pull,
      log,
      pipeline: () => this.bridge?.current,
    });
    this.pull.resolve(pull);
    const storedTraces = new StoredTraces(where, (error) => log.error({ code: 'BT_INTERNAL' }, describeError(error)));
    ring.catch(() => undefined); // it is awaited below, and by each request that needs it
    this.services.resolve(
      requestServices(authc, plugins, {
        core,
        feed,
        violations,
        ring,
        setUp,
        storedTraces,
        pull,
        status: (space) => this.hostStatus(space),
      }),
    );

    const keys = await ring;
    if (!config.bridge.enabled) {
      log.info({}, 'The bridge is off: this Kibana takes no spans');
      this.status?.available();
      return;
    }
    this.startBridge = () => {
      if (this.bridge) return;
      this.isRemoved = false;
      this.bridge = new BridgeHost({
        config,
        log,
        pipeline: {
          version,
          ring: keys,
          store: violations,
          metricsInto: { client: () => access.client },
          dataDir: dataDir ?? path.join(tmpdir(), 'betrace'),
          workerFile: path.join(__dirname, 'worker.js'),
        },
        status: this.status ?? { available: () => undefined, degraded: () => undefined },
        rules: feed,
        lease: new IndexLeaseStore(() => access.client),
        prepare: async () => {
          await access.prepare();
          if (emitSettings(config.emit)) await installPipelines(core.elasticsearch.client.asInternalUser, log);
          const { trustNewKey } = config.signing;
          await registerSigner(access.client, keys, { trustNewKey, log, names: SETTING_NAMES });
        },
        ask: () => access.ask(),
      });
      this.bridge.start();
      // also after a removal, which takes the task away
      if (taskManager) void schedulePullTask(taskManager, config.pull.intervalMs, log);
    };
    this.startBridge();
    if (!taskManager) void pull.follow(this.stopped.signal);
  }
}

/** The services as a request's user and in its space. */
function requestServices(
  authc: AuthenticationService | undefined,
  { spaces }: StartPlugins,
  shared: {
    core: CoreStart;
    feed: SavedObjectRuleFeed;
    violations: ViolationStore;
    ring: Promise<KeyRing>;
    setUp: SetUp;
    storedTraces: StoredTraces;
    pull: PullMode<KibanaPullCaller>;
    status: (space: string) => Status;
  },
): Services {
  const packs = new PackFiles(path.join(__dirname, 'rules'));
  return async (context, request) => {
    const space = spaces?.spacesService.getSpaceId(request) ?? 'default';
    const { savedObjects, elasticsearch } = await context.core;
    const client = savedObjects.getClient({ includedHiddenTypes: [REVISION_TYPE] });
    const author = authc?.getCurrentUser(request)?.username ?? 'local';
    const store = new SavedObjectRuleStore(client, shared.feed);
    const importer = new RuleImporter(store, space);
    return {
      rules: new RuleService(store, space),
      importer,
      packs: new RulePacks(packs, importer),
      violations: async () => new ViolationService(shared.violations, await shared.ring, space),
      status: () => shared.status(space),
      author,
      setUp: shared.setUp,
      dashboards: new Dashboards(client, shared.core.savedObjects.createImporter(client), space),
      storedTraces: shared.storedTraces,
      pull: shared.pull,
      space,
      caller: {
        request,
        author,
        client: elasticsearch.client.asCurrentUser,
        savedObjects: savedObjects.getClient({ includedHiddenTypes: [KEYS_TYPE, PULL_KEY_TYPE] }),
      },
      readerRole: () => readerRole(space),
    };
  };
}

function settingsOf(given: unknown): KibanaConfig | BeTraceError {
  try {
    return readConfig(given);
  } catch (error) {
    if (error instanceof BeTraceError) return error;
    throw error;
  }
}

/** Why set-up can't keep keys in this Kibana. */
function obstacleOf(canEncrypt: boolean | undefined, hasSecurity: boolean): string | undefined {
  if (!hasSecurity) return "Kibana's security is off";
  if (canEncrypt === undefined) return 'the plugin encryptedSavedObjects is off';
  return canEncrypt ? undefined : 'xpack.encryptedSavedObjects.encryptionKey is not set';
}

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
