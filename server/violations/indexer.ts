import { setTimeout as sleep } from 'node:timers/promises';
import { BeTraceError } from '../../common/errors';
import type { Log } from '../../common/log';
import type { Severity } from '../../common/rules/rule';
import type { Ack } from '../../common/violations/ack';
import type { Finding } from '../../common/violations/finding';
import { describeError } from '../elasticsearch/errors';
import { restOfMinute } from './brake';
import { type Written, isOverload } from './bulk';
import { DeadLetters, type DeadLettersStatus } from './dead_letters';
import { type DocumentContext, type Draft, type Suppression, draftOf, idOf, suppressionDraft } from './document';
import { Lanes } from './lanes';
import { Patience, type Trouble } from './patience';
import { type Batch, type Pending, type PendingCount, takeBatch } from './pending';
import type { RuleCount } from './rule_counts';
import type { Signer } from './sign';
import type { ViolationStore } from './store';
import { type OnlyCounted, Triage } from './triage';
import type { OnCreated } from './writer';

const MAX_PAUSE_WHILE_STOPPING_MS = 500;
/** Timers may be early by as much as they like to round. */
const TIMER_SLACK_MS = 50;

/** What became of findings; `retried` counts attempts. */
export type IndexerCount = PendingCount | OnlyCounted;

export interface IndexerMetrics {
  count(what: IndexerCount, severity: Severity): void;
  /** A batch was tried; `seconds` is how long Elasticsearch took. */
  batch(seconds: number): void;
}

export interface IndexerOptions {
  readonly store: Pick<ViolationStore, 'write'>;
  readonly sign: Signer;
  readonly log: Log;
  readonly metrics: IndexerMetrics;
  readonly onCreated?: OnCreated;
  readonly dataDir: string;
  readonly document: Omit<DocumentContext, 'foundAt'>;
  /** Of one rule in one space, in a minute; what is found beyond it is counted. */
  readonly maxViolationsPerRule: number;
  /** What must be done once before the first write (templates, the signing key's registration); retried until it succeeds. */
  readonly prepare?: () => Promise<void>;
  readonly now?: () => Date;
}

export interface IndexerStatus {
  /** What must be done before the first write is done. */
  readonly prepared: boolean;
  /** Findings accepted and not yet answered. */
  readonly pending: number;
  /** Why nothing gets through at present; null where all is well. */
  readonly trouble: Trouble | null;
  readonly deadLetters: DeadLettersStatus;
  /** Of the rules of which something was found and not written. */
  readonly rules: readonly RuleCount[];
}

export interface Indexer {
  /**
   * Resolves when every item is in the store, counted, or refused for good. While Elasticsearch is away it waits.
   * Findings of one rule and trace are written in the order in which they came.
   * @throws BT_STORE_UNAVAILABLE where the indexer was stopped first: such items are not to be acknowledged
   */
  accept(items: readonly Finding[]): Promise<Ack[]>;
  status(): IndexerStatus;
  /** Keeps trying for so long, then gives up on what is left. Takes no more items. */
  stop(ms: number): Promise<{ readonly abandoned: number }>;
}

/** The pump between findings and the store. It begins at once to prepare, if there is something to. */
export function createIndexer(options: IndexerOptions): Indexer {
  const indexer = new ViolationIndexer(options);
  indexer.begin();
  return indexer;
}

class ViolationIndexer implements Indexer {
  private readonly queue: Pending[] = [];
  private readonly open = new Set<Pending>();
  private readonly lanes = new Lanes<Pending>();
  private readonly triage: Triage;
  private readonly deadLetters: DeadLetters;
  private minute: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private prepared: boolean;
  private readonly patience: Patience;
  private stopping = false;
  private closed = false;

  constructor(private readonly options: IndexerOptions) {
    this.deadLetters = new DeadLetters(options.dataDir, options.log);
    this.patience = new Patience(options.log, () => this.now());
    this.triage = new Triage(options.maxViolationsPerRule);
    this.prepared = options.prepare === undefined;
  }

  begin(): void {
    this.running ??= this.run();
  }

  accept(items: readonly Finding[]): Promise<Ack[]> {
    if (this.stopping) return Promise.reject(stopped());
    this.tellSuppressed();
    const acks = Promise.all(items.map((item) => this.acceptOne(item)));
    this.begin();
    return acks;
  }

  status(): IndexerStatus {
    return {
      prepared: this.prepared,
      pending: this.open.size,
      trouble: this.patience.trouble,
      deadLetters: this.deadLetters.status(),
      rules: this.triage.list(this.now()),
    };
  }

  async stop(ms: number): Promise<{ readonly abandoned: number }> {
    this.tellSuppressed({ all: true });
    this.stopping = true;
    this.patience.wake();
    if (this.open.size === 0) this.closed = true;
    const deadline = new AbortController();
    await Promise.race([this.running, sleep(ms, undefined, { signal: deadline.signal }).catch(() => undefined)]);
    deadline.abort();
    this.closed = true;
    this.patience.wake();
    const abandoned = this.open.size;
    for (const entry of this.open) entry.reject(stopped());
    this.open.clear();
    this.queue.length = 0;
    if (abandoned > 0) this.options.log.warn({ abandoned }, 'Stopped before all violations were written');
    return { abandoned };
  }

  private acceptOne(finding: Finding): Promise<Ack> {
    const { rule, traceId } = finding;
    const { metrics, document } = this.options;
    const foundAt = this.now();
    const only = this.triage.onlyCounted(finding, foundAt);
    if (only === 'suppressed') this.watchMinute(foundAt);
    if (only) {
      metrics.count(only, rule.severity);
      return Promise.resolve(only === 'suppressed' ? only : 'counted');
    }
    return new Promise<Ack>((resolve, reject) => {
      this.enter({
        key: idOf(finding),
        where: { ruleId: rule.id, ruleVersion: rule.version, traceId },
        make: () => draftOf(finding, { ...document, foundAt }),
        count: (what) => {
          metrics.count(what, rule.severity);
          if (what === 'exists') this.triage.wasKnown(finding, foundAt);
        },
        resolve,
        reject,
        attempts: 0,
      });
    });
  }

  private watchMinute(now: Date): void {
    this.minute ??= setTimeout(
      () => {
        this.minute = undefined;
        this.tellSuppressed();
      },
      restOfMinute(now) + TIMER_SLACK_MS,
    ).unref();
  }

  /** Puts on record how many violations were not written in the minutes that are over. */
  private tellSuppressed({ all = false } = {}): void {
    const foundAt = this.now();
    const over = this.triage.suppressions(foundAt, { all });
    if (over.length === 0 && !all) return;
    clearTimeout(this.minute);
    this.minute = undefined;
    for (const suppression of over) this.enter(this.suppressionEntry(suppression, foundAt));
    if (over.length > 0) this.begin();
  }

  private suppressionEntry(suppression: Suppression, foundAt: Date): Pending {
    const { id: ruleId, version: ruleVersion } = suppression.first.rule;
    const { id: key, count } = suppression;
    this.options.log.warn(
      { ruleId, count },
      'A rule was violated too often: so many of its violations were only counted',
    );
    const nothing = (): void => undefined;
    return {
      key,
      where: { ruleId, ruleVersion },
      make: () => suppressionDraft(suppression, { ...this.options.document, foundAt }),
      count: nothing,
      resolve: nothing,
      reject: nothing,
      attempts: 0,
    };
  }

  private enter(entry: Pending): void {
    this.open.add(entry);
    if (this.lanes.enter(entry)) this.queue.push(entry);
  }

  private async run(): Promise<void> {
    await Promise.resolve(); // lets the accepts of one turn share a batch
    while ((!this.prepared || this.queue.length > 0) && !this.closed) {
      const isHealthy = (await this.prepare()) && (await this.writeNext());
      if (!isHealthy) await this.patience.pause(this.stopping ? MAX_PAUSE_WHILE_STOPPING_MS : undefined);
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
      this.patience.fail(
        error instanceof BeTraceError ? error.code : 'BT_STORE_UNAVAILABLE',
        error instanceof BeTraceError ? error.message : describeError(error),
        this.open.size,
      );
      return false;
    }
  }

  /** Writes one batch; false where it is better to wait before the next. */
  private async writeNext(): Promise<boolean> {
    const { entries, drafts } = await this.takeBatch();
    if (entries.length === 0) return true;
    const from = performance.now();
    const written = await this.write(drafts);
    this.options.metrics.batch((performance.now() - from) / 1_000);
    const failed: string[] = [];
    for (const [index, entry] of entries.entries()) {
      const reason = await this.settle(entry, drafts[index]!, written[index]!);
      if (reason !== undefined) failed.push(reason);
    }
    if (failed.length === 0) {
      this.recover(0);
      return true;
    }
    const overloads = failed.filter(isOverload).length;
    if (failed.length < entries.length) this.recover(failed.length, { slowly: overloads * 2 > entries.length });
    else this.patience.fail('BT_STORE_UNAVAILABLE', failed[0]!, this.open.size);
    // what Elasticsearch has no room for now is no reason to send it more
    if (overloads > 0 || failed.length === entries.length) return false;
    return this.queue.some(({ attempts }) => attempts === 0);
  }

  private write(drafts: readonly Draft[]): Promise<Written[]> {
    const { store, sign, onCreated } = this.options;
    return store.write(drafts, sign, onCreated).catch((error: unknown) => {
      const retry = describeError(error);
      return drafts.map(() => ({ retry }));
    });
  }

  private async takeBatch(): Promise<Batch> {
    const { unmakeable, ...batch } = takeBatch(this.queue);
    for (const entry of unmakeable) await this.refuse(entry, null, 'BT_INTERNAL no document can be made of it');
    return batch;
  }

  /** Answers the entry; or puts it back at the end and returns why it must be tried again. */
  private async settle(entry: Pending, draft: Draft, written: Written): Promise<string | undefined> {
    if (typeof written === 'object' && 'retry' in written) {
      entry.attempts++;
      entry.count('retried');
      if (this.open.has(entry)) this.queue.push(entry);
      return written.retry;
    }
    if (typeof written === 'object') await this.refuse(entry, draft, written.rejected);
    else this.answer(entry, written, written);
    return undefined;
  }

  private async refuse(entry: Pending, document: object | null, reason: string): Promise<void> {
    const { where } = entry;
    this.options.log.error({ reason, ...where }, 'A violation was refused for good and is kept as a dead letter');
    await this.deadLetters.keep({ at: this.now().toISOString(), reason, ...where, document });
    this.answer(entry, { rejected: reason }, 'rejected');
  }

  private answer(entry: Pending, ack: Ack, what: PendingCount): void {
    if (!this.open.delete(entry)) return;
    entry.count(what);
    entry.resolve(ack);
    const next = this.lanes.leave(entry);
    if (next) this.queue.push(next);
  }

  private recover(stillFailing: number, options?: { readonly slowly: boolean }): void {
    this.patience.recover({ pending: this.open.size, stillFailing }, options);
  }

  private now(): Date {
    return this.options.now?.() ?? new Date();
  }
}

const stopped = (): BeTraceError =>
  new BeTraceError('BT_STORE_UNAVAILABLE', 'The host stopped before the violation was written.');
