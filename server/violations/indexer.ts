import { setTimeout as sleep } from 'node:timers/promises';
import type { Judgement } from '../../common/engine/judgement';
import { Backoff } from '../../common/backoff';
import { BeTraceError, type ErrorCode } from '../../common/errors';
import type { Log } from '../../common/log';
import type { Ack } from '../../common/violations/ack';
import { describeError } from '../elasticsearch/errors';
import type { Written } from './bulk';
import { DeadLetters } from './dead_letters';
import { type DocumentContext, draftOf } from './document';
import { type Made, type Pending, takeBatch, where } from './pending';
import type { Signer } from './sign';
import type { ViolationStore } from './store';

const RETRY = { firstMs: 250, maxMs: 10_000 };
const MAX_PAUSE_WHILE_STOPPING_MS = 500;

/** What became of judgements; `retried` counts attempts. */
export type IndexerCount = 'created' | 'exists' | 'rejected' | 'retried' | 'inconclusive' | 'shadow';

export interface IndexerMetrics {
  count(what: IndexerCount, severity: Judgement['rule']['severity']): void;
  /** A batch was tried; `seconds` is how long Elasticsearch took. */
  batch(seconds: number): void;
}

export interface IndexerOptions {
  readonly store: Pick<ViolationStore, 'write'>;
  readonly sign: Signer;
  readonly log: Log;
  readonly metrics: IndexerMetrics;
  readonly dataDir: string;
  readonly document: Omit<DocumentContext, 'foundAt'>;
  /** What must be done once before the first write (templates, the signing key's registration); retried until it succeeds. */
  readonly prepare?: () => Promise<void>;
  readonly now?: () => Date;
}

export interface IndexerStatus {
  /** What must be done before the first write is done. */
  readonly prepared: boolean;
  /** Judgements accepted and not yet answered. */
  readonly pending: number;
  /** Why nothing gets through at present; null where all is well. */
  readonly trouble: { readonly code: ErrorCode; readonly message: string; readonly since: string } | null;
}

export interface Indexer {
  /**
   * Resolves when every item is in the store, counted, or refused for good. While Elasticsearch is away it waits.
   * @throws BT_STORE_UNAVAILABLE where the indexer was stopped first: such items are not to be acknowledged
   */
  accept(items: readonly Judgement[]): Promise<Ack[]>;
  status(): IndexerStatus;
  /** Keeps trying for so long, then gives up on what is left. Takes no more items. */
  stop(ms: number): Promise<{ readonly abandoned: number }>;
}

/** The pump between judgements and the store. It begins at once to prepare, if there is something to. */
export function createIndexer(options: IndexerOptions): Indexer {
  const indexer = new ViolationIndexer(options);
  indexer.begin();
  return indexer;
}

class ViolationIndexer implements Indexer {
  private readonly queue: Pending[] = [];
  private readonly open = new Set<Pending>();
  private readonly deadLetters: DeadLetters;
  private pausing: AbortController | undefined;
  private running: Promise<void> | undefined;
  private prepared: boolean;
  private readonly retries = new Backoff(RETRY);
  private trouble: IndexerStatus['trouble'] = null;
  private stopping = false;
  private closed = false;

  constructor(private readonly options: IndexerOptions) {
    this.deadLetters = new DeadLetters(options.dataDir, options.log);
    this.prepared = options.prepare === undefined;
  }

  begin(): void {
    this.running ??= this.run();
  }

  accept(items: readonly Judgement[]): Promise<Ack[]> {
    if (this.stopping) return Promise.reject(stopped());
    const acks = Promise.all(items.map((item) => this.acceptOne(item)));
    this.begin();
    return acks;
  }

  status(): IndexerStatus {
    return { prepared: this.prepared, pending: this.open.size, trouble: this.trouble };
  }

  async stop(ms: number): Promise<{ readonly abandoned: number }> {
    this.stopping = true;
    this.pausing?.abort();
    if (this.open.size === 0) this.closed = true;
    const deadline = new AbortController();
    await Promise.race([this.running, sleep(ms, undefined, { signal: deadline.signal }).catch(() => undefined)]);
    deadline.abort();
    this.closed = true;
    this.pausing?.abort();
    const abandoned = this.open.size;
    for (const entry of this.open) entry.reject(stopped());
    this.open.clear();
    this.queue.length = 0;
    if (abandoned > 0) this.options.log.warn({ abandoned }, 'Stopped before all violations were written');
    return { abandoned };
  }

  private acceptOne(judgement: Judgement): Promise<Ack> {
    const { rule, verdict } = judgement;
    const only = verdict === 'inconclusive' ? 'inconclusive' : rule.mode === 'shadow' ? 'shadow' : undefined;
    if (only) {
      this.options.metrics.count(only, rule.severity);
      return Promise.resolve('counted');
    }
    return new Promise<Ack>((resolve, reject) => {
      const entry: Pending = { judgement, foundAt: this.now(), resolve, reject, attempts: 0 };
      this.open.add(entry);
      this.queue.push(entry);
    });
  }

  private async run(): Promise<void> {
    await Promise.resolve(); // lets the accepts of one turn share a batch
    while ((!this.prepared || this.queue.length > 0) && !this.closed) {
      const isHealthy = (await this.prepare()) && (await this.writeNext());
      if (!isHealthy) await this.pause();
    }
    this.running = undefined;
  }

  private async prepare(): Promise<boolean> {
    if (this.prepared) return true;
    try {
      await this.options.prepare?.();
      this.prepared = true;
      this.recover(0);
      return true;
    } catch (error) {
      this.fail(
        error instanceof BeTraceError ? error.code : 'BT_STORE_UNAVAILABLE',
        error instanceof BeTraceError ? error.message : describeError(error),
      );
      return false;
    }
  }

  /** Writes one batch; false where it is better to wait before the next. */
  private async writeNext(): Promise<boolean> {
    const batch = await this.takeBatch();
    if (batch.length === 0) return true;
    const from = performance.now();
    const written = await this.write(batch);
    this.options.metrics.batch((performance.now() - from) / 1_000);
    const failed: string[] = [];
    for (const [index, entry] of batch.entries()) {
      const reason = await this.settle(entry, written[index]!);
      if (reason !== undefined) failed.push(reason);
    }
    if (failed.length < batch.length) this.recover(failed.length);
    if (failed.length === 0) return true;
    if (failed.length === batch.length) this.fail('BT_STORE_UNAVAILABLE', failed[0]!);
    return failed.length < batch.length && this.queue.some(({ attempts }) => attempts === 0);
  }

  private write(batch: readonly Pending[]): Promise<Written[]> {
    return this.options.store.write(batch.map(({ made }) => made!.signed)).catch((error: unknown) => {
      const retry = describeError(error);
      return batch.map(() => ({ retry }));
    });
  }

  private async takeBatch(): Promise<Pending[]> {
    const { batch, unmakeable } = takeBatch(this.queue, this.make);
    for (const entry of unmakeable) await this.refuse(entry, 'BT_INTERNAL no document can be made of it');
    return batch;
  }

  private readonly make = (entry: Pending): Made => {
    const draft = draftOf(entry.judgement, { ...this.options.document, foundAt: entry.foundAt });
    const signed = this.options.sign(draft);
    return { signed, bytes: Buffer.byteLength(JSON.stringify(signed)) };
  };

  /** Answers the entry; or puts it back at the end and returns why it must be tried again. */
  private async settle(entry: Pending, written: Written): Promise<string | undefined> {
    if (typeof written === 'object' && 'retry' in written) {
      entry.attempts++;
      this.options.metrics.count('retried', entry.judgement.rule.severity);
      if (this.open.has(entry)) this.queue.push(entry);
      return written.retry;
    }
    if (typeof written === 'object') await this.refuse(entry, written.rejected);
    else this.answer(entry, written, written);
    return undefined;
  }

  private async refuse(entry: Pending, reason: string): Promise<void> {
    this.options.log.error(
      { reason, ...where(entry) },
      'A violation was refused for good and is kept as a dead letter',
    );
    const document = entry.made?.signed ?? null;
    await this.deadLetters.keep({ at: this.now().toISOString(), reason, ...where(entry), document });
    this.answer(entry, { rejected: reason }, 'rejected');
  }

  private answer(entry: Pending, ack: Ack, what: IndexerCount): void {
    if (!this.open.delete(entry)) return;
    this.options.metrics.count(what, entry.judgement.rule.severity);
    entry.resolve(ack);
  }

  private fail(code: ErrorCode, message: string): void {
    if (this.trouble?.code !== code) {
      this.trouble = { code, message, since: this.now().toISOString() };
      this.options.log.warn(
        { code, reason: message, pending: this.open.size },
        "Violations can't be written; retrying",
      );
    }
  }

  private recover(stillFailing: number): void {
    this.retries.reset();
    if (!this.trouble) return;
    const { since } = this.trouble;
    this.trouble = null;
    this.options.log.info({ since, pending: this.open.size, stillFailing }, 'Violations are written again');
  }

  private async pause(): Promise<void> {
    const delay = this.retries.next();
    this.pausing = new AbortController();
    const { signal } = this.pausing;
    await sleep(this.stopping ? Math.min(delay, MAX_PAUSE_WHILE_STOPPING_MS) : delay, undefined, { signal }).catch(
      () => undefined,
    );
  }

  private now(): Date {
    return this.options.now?.() ?? new Date();
  }
}

const stopped = (): BeTraceError =>
  new BeTraceError('BT_STORE_UNAVAILABLE', 'The host stopped before the violation was written.');
