import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installAssets } from '../../ingest/installer';
import { installPipelines } from '../../ingest/pipeline_installer';
import { version } from '../../package.json';
import { isLoopback } from '../bridge/loopback';
import type { Level } from '../bridge/messages';
import { openTls, type SecureServer } from '../bridge/tls';
import { TokenAccess } from '../bridge/token_access';
import { createClient } from '../elasticsearch/client';
import { describeError } from '../elasticsearch/errors';
import { bridgeSettings } from '../host/bridge_settings';
import { type Pipeline, startPipeline } from '../host/pipeline';
import { hostKeys } from '../host/pull/host_keys';
import { PullMode } from '../host/pull/pull_mode';
import { PullStore } from '../host/pull/pull_store';
import { hostStatus } from '../host/status';
import { StoreMonitor } from '../host/store_monitor';
import { IndexRuleStore } from '../rules/index_rule_store';
import { RuleImporter } from '../rules/rule_importer';
import { PackFiles, RulePacks } from '../rules/rule_packs';
import { RuleService } from '../rules/rule_service';
import { loadKeyRing } from '../violations/load_keys';
import { StoredTraces } from '../traces/stored_traces';
import { registerSigner } from '../violations/signer_registry';
import { ElasticsearchViolationStore } from '../violations/store';
import { ViolationService } from '../violations/violation_service';
import { ApiKeys } from './api_keys';
import type { Config } from './config';
import { ConfigError } from './config_error';
import { createApp } from './http/app';
import type { Readiness } from './http/health_routes';
import type { SpaceServices } from './http/space_services';
import { IngestAccess } from './ingest_access';
import type { Logger } from './log';
import { createMetrics } from './metrics';
import { startSelfTracing } from './self_tracing';

const RULES_POLL_MS = 500;
/** Together less than what a process supervisor waits before it kills (`scripts/start.mjs`: 15 s). */
const DRAIN_MS = 8_000;
const FLUSH_MS = 4_000;
/** For what still waits for an Elasticsearch that accepts connections and does not answer. */
const CLOSE_MS = 1_000;

export interface Host {
  readonly url: string;
  /** Resolves once spans are taken. */
  readonly ready: Promise<void>;
  /** Takes no more spans, judges what is open, writes what was found; then ends. */
  stop(): Promise<void>;
}

/**
 * Builds the standalone host and listens. It is up from then on, and ready (`/readyz`) once Elasticsearch has answered, is
 * prepared, and the rules are read; spans are taken from that moment.
 * @throws where a setting or the signing key can't be used, or the port can't be listened at
 */
export async function startHost(config: Config, log: Logger): Promise<Host> {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const ring = await loadKeyRing({ dataDir: config.dataDir, ...config.signing }, log);
  const tell = (level: Level, message: string, fields: Readonly<Record<string, unknown>>): void =>
    log[level](fields, message);
  const { tls: tlsFiles, tokens: tokenSettings, cors, ...limits } = config.ingest;
  const tls = tlsFiles && (await openTls(tlsFiles, tell));
  const tokens = tokenSettings && (await TokenAccess.open(tokenSettings, tell));
  const socketDir = await mkdtemp(path.join(tmpdir(), 'betrace-'));
  const allowedHosts = [...config.allowedHosts, config.host.toLowerCase()];
  const tracing = await startSelfTracing(process.env, { version, log, port: config.port, hosts: allowedHosts });
  const inBackground = tracing?.background ?? (<T>(work: () => T): T => work());
  const client = createClient(config.elasticsearch);
  const stopped = new AbortController();
  const stoppedPull = new AbortController();

  let pipeline: Pipeline | undefined;
  let tellReady: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => (tellReady = resolve));
  const metrics = createMetrics(() => pipeline);
  const keys = new ApiKeys(client);
  const needsKeys = !isLoopback(config.host);
  const violations = new ElasticsearchViolationStore(client, log);
  const rules = new IndexRuleStore(client, {
    pollMs: RULES_POLL_MS,
    onTrouble: (error) => log.debug({ reason: describeError(error) }, "The rules can't be read just now"),
  });
  const monitor = new StoreMonitor(
    {
      prepare: async () => {
        await installAssets(client, log, config.retention);
        if (config.emit) await installPipelines(client, log);
        await registerSigner(client, ring, { trustNewKey: config.signing.trustNewKey, log });
        if (needsKeys) await printFirstKey(keys);
      },
      ask: () => client.info({}, { requestTimeout: 5_000, maxRetries: 0 }),
    },
    log,
  );

  let pulling: Promise<void> = Promise.resolve();
  const accepting = (): boolean => pipeline?.accepting ?? false;
  const readiness = (): Readiness => {
    const reasons = monitor.problem ? [monitor.problem] : [];
    if (!accepting()) reasons.push({ code: 'BT_BRIDGE_UNAVAILABLE', message: 'The bridge does not take spans yet.' });
    return { ready: reasons.length === 0, reasons };
  };
  const settings = {
    ...bridgeSettings(config, { path: path.join(socketDir, 'bridge.sock') }, limits),
    ...(tracing && { ownInstance: tracing.instance }),
  };
  const storedTraces = new StoredTraces(config.traces, (error) =>
    log.error({ code: 'BT_INTERNAL' }, describeError(error)),
  );
  const pull = new PullMode({
    store: new PullStore(() => client, 'pull:'),
    keys: hostKeys(client),
    where: config.traces,
    violations,
    evidence: config.evidence,
    settings: config.pull,
    log,
    pipeline: () => pipeline,
  });
  const packs = new PackFiles(path.join(__dirname, 'rules'));
  const inSpace = (space: string): SpaceServices => {
    const importer = new RuleImporter(rules, space);
    return {
      rules: new RuleService(rules, space),
      importer,
      packs: new RulePacks(packs, importer),
      violations: new ViolationService(violations, ring, space),
      status: () => hostStatus({ version, reasons: readiness().reasons, pipeline }, space),
      // as the host: its keys are its own, and Elasticsearch knows none of who has them
      storedTraces: {
        preview: (request, user, signal) => storedTraces.preview(request, { client, user }, signal),
        attributes: (query) => storedTraces.attributes(query, client),
        pullState: () => pull.state(space),
        startPull: (request, user) => pull.start(space, request, { user, client }),
        stopPull: (user) => pull.stop(space, user),
        example: (query, signal) => storedTraces.example(query, client, signal),
      },
    };
  };
  const app = await createApp({
    version,
    log,
    allowedHosts,
    needsKeys,
    keys,
    inSpace,
    readiness,
    metrics: metrics.registry,
    pagesDir: path.join(__dirname, 'public'),
    rum: config.rum,
    tls: tls?.options,
    instrument: tracing?.instrument,
    traces: {
      bridge: { socketPath: settings.listen.path, accepting },
      access: new IngestAccess({ needed: needsKeys || tokens !== undefined, keys, tokens }),
      cors,
      onRefused: metrics.ingestRefused,
    },
  });
  const cleanUp = (): Promise<void> => {
    tls?.stop();
    tokens?.stop();
    return rm(socketDir, { recursive: true, force: true });
  };

  try {
    pipeline = await inBackground(() =>
      startPipeline({
        workerFile: path.join(__dirname, 'worker.js'),
        settings,
        store: violations,
        ring,
        log,
        metrics: metrics.indexer,
        dataDir: config.dataDir,
        maxViolationsPerRule: config.maxViolationsPerRule,
        emit: config.emit,
        metricsInto: { client: () => client },
        version,
      }),
    );
    await app.listen({ host: config.host, port: config.port });
    tls?.serve(app.server as unknown as SecureServer);
  } catch (error) {
    await pipeline?.stop({ drainMs: 0, flushMs: 0 });
    await cleanUp();
    throw isInUse(error)
      ? new ConfigError(`Port ${config.port} of ${config.host} is in use; BETRACE_HTTP_PORT sets another.`)
      : error;
  }

  const address = app.server.address();
  const url = addressOf(config, typeof address === 'object' && address ? address.port : config.port);
  const following = inBackground(() =>
    Promise.all([
      monitor.run(stopped.signal),
      (async () => {
        await Promise.race([monitor.whenPrepared, once(stopped.signal, 'abort')]);
        pulling = pull.follow(stoppedPull.signal);
        await pipeline.follow(rules.watch(stopped.signal), (active) => {
          tellReady();
          log.info({ url, rules: active }, `BeTrace is ready at ${url}`);
        });
      })(),
    ]),
  );

  return {
    url,
    ready,
    stop: async () => {
      // pull mode first: what it has found waits for the pipeline
      stoppedPull.abort();
      await pipeline.stop({ drainMs: DRAIN_MS, flushMs: FLUSH_MS });
      stopped.abort();
      const closed = Promise.all([app.close(), following, pulling]).then(() =>
        Promise.all([client.close(), tracing?.stop()]),
      );
      await Promise.race([closed, sleep(CLOSE_MS)]);
      await cleanUp();
    },
  };
}

const isInUse = (error: unknown): boolean => (error as { code?: string }).code === 'EADDRINUSE';

function addressOf({ host, ingest }: Config, port: number): string {
  const name = isLoopback(host) || ['0.0.0.0', '::'].includes(host) ? 'localhost' : host;
  return `${ingest.tls ? 'https' : 'http'}://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** On standard output and not in the log: this once, and nowhere else. */
async function printFirstKey(keys: ApiKeys): Promise<void> {
  if ((await keys.list()).length > 0) return;
  const { key } = await keys.create('first administrator', 'admin', 'set-up');
  process.stdout.write(`\nThe administrator's API key, shown this once:\n\n  ${key}\n\n`);
}
