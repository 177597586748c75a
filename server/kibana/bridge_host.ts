import path from 'node:path';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Status } from '../../common/api/status';
import { BeTraceError } from '../../common/errors';
import type { Log } from '../../common/log';
import { isLoopback } from '../bridge/loopback';
import { bridgeSettings } from '../host/bridge_settings';
import { type Pipeline, type PipelineOptions, startPipeline } from '../host/pipeline';
import { hostStatus } from '../host/status';
import { type Reason, StoreMonitor } from '../host/store_monitor';
import type { RuleStore } from '../rules/rule_store';
import { emitSettings, type KibanaConfig } from './config';
import { ingestSettings } from './ingest_settings';
import { Lease, type LeaseStore } from './lease';
import type { StatusReporter } from './status';

const RETRY_MS = 5_000;
const REPORT_MS = 1_000;
/** Together less than the 30 s that Kibana gives a plugin. */
const DRAIN_MS = 15_000;
const FLUSH_MS = 8_000;

const STANDBY: Reason = {
  code: 'BT_BRIDGE_STANDBY',
  message: 'BeTrace stands by: the bridge of another Kibana takes spans (betrace.bridge.routing)',
};

const unsure = (trouble: string): Reason => ({
  code: 'BT_BRIDGE_STANDBY',
  message: `BeTrace can't find out whether another Kibana takes spans, and takes none: ${trouble}`,
});

export interface BridgeHostOptions {
  readonly log: Log;
  readonly pipeline: Omit<PipelineOptions, 'log' | 'settings' | 'metrics' | 'maxViolationsPerRule' | 'emit'>;
  readonly config: Pick<KibanaConfig, 'bridge' | 'evidence' | 'maxViolationsPerRule' | 'emit'>;
  readonly rules: Pick<RuleStore, 'watch'>;
  readonly status: StatusReporter;
  readonly lease: LeaseStore;
  /** Once, before spans are taken; tried again until it succeeds. */
  prepare(): Promise<void>;
  /** Whether Elasticsearch answers. */
  ask(): Promise<unknown>;
}

/**
 * The bridge in Kibana: it listens once Elasticsearch is prepared, takes spans while it has the lease that one Kibana has
 * (unless a router stands in front, `betrace.bridge.routing`), and whatever keeps it from that is tried again and told
 * to Kibana's status page. Nothing of it is ever thrown at Kibana.
 */
export class BridgeHost {
  private readonly stopped = new AbortController();
  private readonly monitor: StoreMonitor;
  private pipeline: Pipeline | undefined;
  private readonly lease: Lease | undefined;
  private trouble: Reason | undefined;
  private told: string | undefined;
  private running: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: BridgeHostOptions) {
    const { log, config, lease } = options;
    this.monitor = new StoreMonitor(options, log);
    if (config.bridge.routing === 'trace_id') return;
    this.lease = new Lease({
      store: lease,
      log,
      isFit: () => this.pipeline?.accepting ?? false,
      permit: (ms) => this.pipeline?.permit(ms),
    });
  }

  /** Undefined before it listens. */
  get current(): Pipeline | undefined {
    return this.pipeline;
  }

  start(): void {
    const { log, config } = this.options;
    if (!isLoopback(config.bridge.host) && !ingestSettings(config.bridge).tokens) {
      const message = `betrace.bridge.host is ${config.bridge.host}: without keys to verify tokens by (betrace.bridge.auth.jwt) the bridge must listen on loopback.`;
      this.fail({ code: 'BT_BRIDGE_NOT_LOOPBACK', message });
      this.report();
      return;
    }
    const { signal } = this.stopped;
    const reports = setInterval(() => this.report(), REPORT_MS);
    reports.unref();
    this.running = Promise.all([this.monitor.run(signal), this.run(signal)])
      .catch((error: unknown) => log.error({ code: 'BT_INTERNAL', reason: nameOf(error) }, 'The bridge has ended'))
      .finally(() => clearInterval(reports));
  }

  /** How it fares, as somebody in this space may know. */
  hostStatus(space: string): Status {
    const { version } = this.options.pipeline;
    const standby = this.isStandby();
    return hostStatus({ version, reasons: this.reasons(), pipeline: this.pipeline, standby }, space);
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.pipeline?.stop({ drainMs: DRAIN_MS, flushMs: FLUSH_MS });
    await this.running;
  }

  private async run(signal: AbortSignal): Promise<void> {
    await Promise.race([this.monitor.whenPrepared, aborted(signal)]);
    while (!signal.aborted && this.pipeline === undefined) {
      this.pipeline = await this.listen();
      if (this.pipeline === undefined) await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
    if (signal.aborted) return this.pipeline?.stop({ drainMs: 0, flushMs: 0 });
    const { rules, log } = this.options;
    const leased = this.lease?.run(signal);
    await this.pipeline?.follow(rules.watch(signal), (count) => {
      log.info({ address: this.pipeline?.bridge.address(), rules: count }, 'BeTrace takes spans');
      this.report();
    });
    await leased;
  }

  private async listen(): Promise<Pipeline | undefined> {
    const { config, log } = this.options;
    const { journal, ...given } = config.bridge;
    const { host, port, allowedHosts, rootSettleMs = given.settleMs } = given;
    const listen = { host, port, allowedHosts: allowedHosts.map((name) => name.toLowerCase()) };
    const folder = path.join(this.options.pipeline.dataDir, 'journal');
    const bounds = {
      ...given,
      rootSettleMs,
      evidence: config.evidence,
      ...(journal.enabled ? { journal: { folder, maxBytes: journal.maxBytes } } : {}),
    };
    try {
      const pipeline = await startPipeline({
        ...this.options.pipeline,
        log,
        settings: {
          ...bridgeSettings(bounds, listen, ingestSettings(config.bridge)),
          byPermit: this.lease !== undefined,
        },
        maxViolationsPerRule: config.maxViolationsPerRule,
        emit: emitSettings(config.emit),
      });
      this.trouble = undefined;
      return pipeline;
    } catch (error) {
      this.fail(listenProblem(error, `${host}:${port}`));
      return undefined;
    }
  }

  private fail(reason: Reason): void {
    if (this.trouble?.message !== reason.message) this.options.log.warn({ code: reason.code }, reason.message);
    this.trouble = reason;
  }

  private report(): void {
    const { status } = this.options;
    const [reason] = this.reasons();
    if (reason === STANDBY) return this.tell(STANDBY.message, (summary) => status.available(summary));
    const summary = reason ? `${reason.message} (${reason.code})` : '';
    this.tell(summary, () => (summary === '' ? status.available() : status.degraded(summary)));
  }

  private tell(summary: string, how: (summary: string) => void): void {
    if (summary === this.told) return;
    this.told = summary;
    how(summary);
  }

  private isStandby(): boolean {
    return this.lease !== undefined && !this.lease.isHeld && (this.pipeline?.accepting ?? false);
  }

  private reasons(): Reason[] {
    const reasons = [this.trouble, this.monitor.problem, this.indexerTrouble()].flatMap((reason) => reason ?? []);
    if (this.isStandby()) reasons.push(this.lease?.trouble ? unsure(this.lease.trouble) : STANDBY);
    if (reasons.length > 0 || this.pipeline?.accepting) return reasons;
    return [{ code: 'BT_BRIDGE_UNAVAILABLE', message: 'The bridge is starting' }];
  }

  private indexerTrouble(): Reason | undefined {
    const trouble = this.pipeline?.indexer().trouble;
    return trouble ? { code: trouble.code, message: `Violations can't be written: ${trouble.message}` } : undefined;
  }
}

function listenProblem(error: unknown, address: string): Reason {
  const reason = error instanceof BeTraceError ? error.details['reason'] : undefined;
  if (reason === 'EADDRINUSE') {
    return { code: 'BT_BRIDGE_PORT_TAKEN', message: `Another program listens at ${address} (betrace.bridge.port).` };
  }
  if (reason === 'BT_TLS_INVALID' || reason === 'BT_TOKEN_KEYS_INVALID') {
    return { code: reason, message: (error as BeTraceError).message };
  }
  return {
    code: 'BT_BRIDGE_UNAVAILABLE',
    message: `The bridge can't listen at ${address}: ${error instanceof BeTraceError ? error.message : nameOf(error)}`,
  };
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);

const aborted = async (signal: AbortSignal): Promise<void> => {
  if (!signal.aborted) await once(signal, 'abort');
};
