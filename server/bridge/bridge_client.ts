import { setTimeout as sleep } from 'node:timers/promises';
import type { ResourceLimits } from 'node:worker_threads';
import { Worker } from 'node:worker_threads';
import type { RejectedRule } from '../../common/engine';
import { Backoff } from '../../common/backoff';
import { BeTraceError } from '../../common/errors';
import type { ActiveRule } from '../../common/rules/rule';
import type { Finding } from '../../common/violations/finding';
import { Watchdog } from './watchdog';
import type { Ack, BridgeSettings, BridgeStatus, FromWorker, Level, ToWorker } from './messages';

export type BridgeState = 'starting' | 'running' | 'restarting' | 'stopped';

/** Why a worker was started again: it ended by itself, or was ended as nothing was heard of it. */
export type RestartCause = 'died' | 'hung';

export interface BridgeClientOptions {
  /** The bundled `worker.ts`. */
  readonly workerFile: string;
  readonly settings: BridgeSettings;
  /**
   * Stores judgements; the result has one `Ack` for each. A rejection is tried again, later and later, until it resolves or
   * the bridge has stopped: judgements are never given up.
   */
  onVerdicts(items: readonly Finding[]): Promise<readonly Ack[]>;
  onLog(level: Level, message: string, fields: Readonly<Record<string, unknown>>): void;
  /** After each change of rules: which of them the worker can't judge by. */
  onRulesApplied?(revision: number, rejected: readonly RejectedRule[]): void;
  readonly resourceLimits?: ResourceLimits;
  /** A worker of which nothing is heard for so long hangs, and is ended and started again. */
  readonly hangMs?: number;
}

export interface BridgeClient {
  readonly state: BridgeState;
  /** Where the receiver listens: the socket path, or a URL. Of the last worker that was ready. */
  address(): string;
  /** The last status of the worker that runs now; undefined before its first. */
  status(): BridgeStatus | undefined;
  /** How often the worker was started again. */
  readonly restarts: Readonly<Record<RestartCause, number>>;
  setRules(rules: readonly ActiveRule[], revision: number): void;
  /** With `byPermit`: spans may be taken for so long from now on. */
  permit(ms: number): void;
  /** Lets the worker judge what it holds and waits for the store, for `ms` at most. */
  stop(options: { readonly ms: number }): Promise<void>;
}

const STOP_GRACE_MS = 2_000;
const RETRY_VERDICTS = { firstMs: 200, maxMs: 10_000 };
const RESTART = { firstMs: 250, maxMs: 30_000 };
/** A worker that ran for so long has recovered from what killed the last one. */
const RECOVERED_MS = 60_000;
/** Workers tell their status every second; the largest request takes them a few. */
const HANG_MS = 30_000;
const MIB = 1024 * 1024;

/**
 * Starts the bridge's worker thread and keeps it running: a worker that dies or hangs is started again, with backoff, and
 * handed the rules again. Resolves when the receiver listens; rejects when the first worker fails before that.
 */
export async function startBridge(options: BridgeClientOptions): Promise<BridgeClient> {
  const supervisor = new Supervisor(options);
  await supervisor.start();
  return supervisor;
}

class Supervisor implements BridgeClient {
  state: BridgeState = 'starting';
  private worker: Worker | undefined;
  private rules: Extract<ToWorker, { t: 'rules' }> | undefined;
  private lastStatus: BridgeStatus | undefined;
  private lastAddress = '';
  readonly restarts = { died: 0, hung: 0 };
  private readonly backoff = new Backoff(RESTART);
  private readonly stopped = new AbortController();
  private exited: Promise<void> = Promise.resolve();
  private stopping: Promise<void> | undefined;

  constructor(private readonly options: BridgeClientOptions) {}

  start(): Promise<void> {
    return new Promise((resolve, reject) => this.spawn(resolve, reject));
  }

  address(): string {
    return this.lastAddress;
  }

  status(): BridgeStatus | undefined {
    return this.lastStatus;
  }

  setRules(rules: readonly ActiveRule[], revision: number): void {
    this.rules = { v: 1, t: 'rules', revision, rules };
    this.worker?.postMessage(this.rules);
  }

  permit(ms: number): void {
    this.worker?.postMessage({ v: 1, t: 'permit', ms } satisfies ToWorker);
  }

  stop({ ms }: { readonly ms: number }): Promise<void> {
    this.stopping ??= this.drain(ms);
    return this.stopping;
  }

  private async drain(ms: number): Promise<void> {
    const { worker } = this;
    this.state = 'stopped';
    if (worker !== undefined) {
      worker.postMessage({ v: 1, t: 'drain', ms } satisfies ToWorker);
      const late = new AbortController();
      const inTime = await Promise.race([
        this.exited.then(() => true),
        sleep(ms + STOP_GRACE_MS, false, { signal: late.signal }).catch(() => false),
      ]);
      late.abort();
      if (!inTime) {
        this.options.onLog('error', 'The bridge did not stop in time and was ended', { ms });
        await worker.terminate();
      }
    }
    this.stopped.abort();
  }

  /** @param onReady and `onFailed` are told once, whichever comes first; later failures lead to restarts. */
  private spawn(onReady?: () => void, onFailed?: (error: Error) => void): void {
    const { options } = this;
    const worker = new Worker(options.workerFile, {
      workerData: { settings: options.settings },
      resourceLimits: options.resourceLimits ?? limitsFor(options.settings),
      // Nothing of the host's environment or flags: it may hold the store's password.
      env: {},
      execArgv: [],
    });
    let failure: Error | undefined;
    let readyAt: number | undefined;
    let cause: RestartCause = 'died';
    const hangMs = options.hangMs ?? HANG_MS;
    const watchdog = new Watchdog(hangMs, () => {
      // where it is to stop anyhow, `drain` waits for it and ends it
      if (this.state === 'stopped') return;
      cause = 'hung';
      failure = new BeTraceError('BT_BRIDGE_UNAVAILABLE', `Nothing was heard of the bridge for ${hangMs} ms.`);
      void worker.terminate();
    });
    this.worker = worker;
    this.lastStatus = undefined;
    if (this.rules !== undefined) worker.postMessage(this.rules);
    worker.on('message', (message: FromWorker) => {
      watchdog.heard();
      if (message.t === 'ready') {
        readyAt = performance.now();
        this.lastAddress = message.address;
        if (this.state !== 'stopped') this.state = 'running';
        onReady?.();
      } else if (message.t === 'failed') {
        failure = new BeTraceError('BT_BRIDGE_UNAVAILABLE', `The bridge failed: ${message.code} ${message.message}`, {
          reason: message.code,
        });
      } else this.receive(worker, message);
    });
    worker.on('error', (error: Error & { code?: string }) => {
      failure ??= new BeTraceError('BT_BRIDGE_UNAVAILABLE', `The bridge failed: ${error.code ?? error.name}`);
    });
    this.exited = new Promise((resolve) => {
      worker.once('exit', () => {
        watchdog.stop();
        this.worker = undefined;
        resolve();
        if (this.state === 'stopped') {
          onFailed?.(new BeTraceError('BT_BRIDGE_UNAVAILABLE', 'The bridge was stopped.'));
        } else if (readyAt === undefined && onFailed !== undefined) {
          this.state = 'stopped';
          onFailed(failure ?? new BeTraceError('BT_BRIDGE_UNAVAILABLE', 'The bridge ended before it was ready.'));
        } else {
          if (readyAt !== undefined && performance.now() - readyAt > RECOVERED_MS) this.backoff.reset();
          this.restart(cause, failure);
        }
      });
    });
  }

  private restart(cause: RestartCause, failure: Error | undefined): void {
    this.restarts[cause] += 1;
    const delayMs = this.backoff.next();
    this.state = 'restarting';
    const gauges = this.lastStatus?.gauges;
    const what = cause === 'died' ? 'The bridge died' : 'The bridge hung';
    const openTraces = gauges?.openTraces ?? 0;
    const outcome =
      this.options.settings.journal === undefined
        ? 'what it held in memory is lost'
        : 'what it has acknowledged is in its journal';
    const reason = failure?.message;
    const fields = { code: 'BT_BRIDGE_UNAVAILABLE', reason, delayMs, openTraces };
    this.options.onLog('error', `${what} and is started again; ${outcome}`, fields);
    setTimeout(() => {
      if (this.state === 'restarting') this.spawn();
    }, delayMs).unref();
  }

  private receive(worker: Worker, message: FromWorker): void {
    switch (message.t) {
      case 'verdicts':
        void this.store(worker, message.batch, message.items);
        break;
      case 'status':
        this.lastStatus = message.s;
        break;
      case 'log':
        this.options.onLog(message.level, message.message, message.fields);
        break;
      case 'rules_applied':
        this.options.onRulesApplied?.(message.revision, message.rejected);
        break;
      case 'drained':
        if (message.unacknowledged + message.unjudged > 0) {
          const { unacknowledged, unjudged } = message;
          this.options.onLog('error', 'The bridge stopped before all was stored', { unacknowledged, unjudged });
        }
    }
  }

  /** Verdicts outlive the worker that posted them: they are stored all the same, only nobody waits for the answer. */
  private async store(worker: Worker, batch: number, items: readonly Finding[]): Promise<void> {
    const retries = new Backoff(RETRY_VERDICTS);
    while (!this.stopped.signal.aborted) {
      try {
        const results = await this.options.onVerdicts(items);
        worker.postMessage({ v: 1, t: 'ack', batch, results } satisfies ToWorker);
        return;
      } catch (error) {
        const delayMs = retries.next();
        const reason = error instanceof BeTraceError ? error.code : (error as Error).name;
        this.options.onLog('warn', 'Verdicts could not be stored and are tried again', {
          count: items.length,
          reason,
          delayMs,
        });
        await sleep(delayMs, undefined, { signal: this.stopped.signal }).catch(() => undefined);
      }
    }
  }
}

/** V8's heap only; buffers are counted by the worker itself. Twice the open traces, as one request may add as many again. */
function limitsFor({ maxOpenBytes }: BridgeSettings): ResourceLimits {
  return { maxOldGenerationSizeMb: Math.ceil((2 * maxOpenBytes) / MIB) + 256, maxYoungGenerationSizeMb: 64 };
}
