import type { RejectedRule } from '../../common/engine';
import type { Log } from '../../common/log';
import type { ActiveRule, Rule } from '../../common/rules/rule';
import type { Ack } from '../../common/violations/ack';
import type { Finding } from '../../common/violations/finding';
import { type BridgeClient, startBridge } from '../bridge/bridge_client';
import type { BridgeSettings } from '../bridge/messages';
import type { ActiveRules } from '../rules/rule_store';
import { createIndexer, type IndexerMetrics, type IndexerStatus } from '../violations/indexer';
import type { KeyRing } from '../violations/keys';
import { createSigner } from '../violations/sign';
import type { ViolationStore } from '../violations/store';
import type { EmitSettings } from './emit/emit_settings';
import { type EmitStatus, SpanEmitter } from './emit/span_emitter';
import { type MetricsOptions, MetricsWriter } from './metrics/metrics_writer';
import { Tally, type TallyStatus } from './tally';

export interface PipelineOptions {
  /** The bundled `server/bridge/worker.ts`. */
  readonly workerFile: string;
  readonly settings: BridgeSettings;
  readonly store: Pick<ViolationStore, 'write'>;
  readonly ring: KeyRing;
  readonly log: Log;
  readonly metrics?: IndexerMetrics;
  /** Gets what Elasticsearch refused for good. */
  readonly dataDir: string;
  /** Of one rule, in a minute; what is found beyond it is counted. */
  readonly maxViolationsPerRule: number;
  /** Where violations are sent as spans besides. */
  readonly emit?: EmitSettings | undefined;
  /** Where it is written how many verdicts there were and how the bridge fares; undefined: nowhere. */
  readonly metricsInto?: MetricsOptions;
  /** BeTrace's, for the documents. */
  readonly version: string;
}

export interface AppliedRules {
  readonly revision: number;
  readonly rejected: readonly RejectedRule[];
}

export interface Pipeline {
  readonly bridge: Pick<BridgeClient, 'state' | 'address' | 'status' | 'restarts'>;
  /** True once the worker runs and has rules to judge by. */
  readonly accepting: boolean;
  /** With the setting `byPermit`: spans may be taken for so long from now on. */
  permit(ms: number): void;
  indexer(): IndexerStatus;
  /** The rules that were handed to the worker last; undefined before. */
  activeRules(): readonly ActiveRule[] | undefined;
  /** Writes what was found elsewhere, as what the worker finds. */
  accept(findings: readonly Finding[]): Promise<Ack[]>;
  tally(): TallyStatus;
  /** Undefined where violations are not sent anywhere. */
  emitted(): EmitStatus | undefined;
  /** What the worker judges by, and which of the rules it can't; undefined until it has said so. */
  rules(): AppliedRules | undefined;
  /**
   * Hands every state of the rules to the worker, until there are no more; resolves then.
   * @param onFirst told once the worker has the first
   */
  follow(rules: AsyncIterable<ActiveRules>, onFirst: (rules: number) => void): Promise<void>;
  /** Takes no more spans, judges what is open, writes what was found, within these times. */
  stop(limits: { readonly drainMs: number; readonly flushMs: number }): Promise<void>;
}

/**
 * From spans to violations, the same in every host: the bridge's worker, and the indexer that signs and writes what it finds.
 * @throws BT_BRIDGE_UNAVAILABLE where the worker can't listen
 */
export async function startPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { store, ring, log, metrics, dataDir, version, workerFile, settings } = options;
  const tally = new Tally(metrics);
  const emitter = options.emit && new SpanEmitter(options.emit, log);
  const indexer = createIndexer({
    store,
    sign: createSigner(ring),
    log,
    metrics: tally,
    ...(emitter ? { onCreated: (document) => emitter.emit(document) } : {}),
    dataDir,
    document: { version, evidence: settings.evidence },
    maxViolationsPerRule: options.maxViolationsPerRule,
  });
  const writer =
    options.metricsInto &&
    new MetricsWriter({ ...options.metricsInto, version, log, pending: () => indexer.status().pending });
  let applied: AppliedRules | undefined;
  let given: readonly ActiveRule[] | undefined;
  const accept = async (items: readonly Finding[]): Promise<Ack[]> => {
    tally.found(items);
    const acks = await indexer.accept(items);
    writer?.answered(items, acks);
    return acks;
  };
  const bridge = await startBridge({
    workerFile,
    settings,
    onVerdicts: accept,
    onRulesApplied: (revision, rejected) => void (applied = { revision, rejected }),
    onLog: (level, message, fields) => log[level](fields, message),
  }).catch(async (error: unknown) => {
    await indexer.stop(0);
    throw error;
  });
  let hasRules = false;
  return {
    bridge,
    get accepting() {
      return hasRules && bridge.state === 'running';
    },
    permit: (ms) => bridge.permit(ms),
    indexer: () => indexer.status(),
    activeRules: () => given,
    accept,
    tally: () => tally.status(),
    emitted: () => emitter?.status(),
    rules: () => applied,
    follow: async (rules, onFirst) => {
      for await (const { revision, rules: active } of rules) {
        given = active.flatMap(toActive);
        bridge.setRules(given, revision);
        if (hasRules || bridge.state === 'stopped') continue;
        hasRules = true;
        writer?.begin(() => bridge.status());
        onFirst(active.length);
      }
    },
    stop: async ({ drainMs, flushMs }) => {
      hasRules = false;
      await bridge.stop({ ms: drainMs });
      const deadline = performance.now() + flushMs;
      const { abandoned } = await indexer.stop(flushMs);
      const left = Math.max(0, deadline - performance.now());
      await Promise.all([emitter?.stop(left), writer?.stop(left)]);
      if (abandoned > 0) log.error({ abandoned }, 'Violations were found that Elasticsearch did not take in time');
    },
  };
}

function toActive({ mode, ...rule }: Rule): ActiveRule[] {
  return mode === 'off' ? [] : [{ ...rule, mode }];
}
