import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../common/log';
import { describeError } from '../elasticsearch/errors';

/** Who has the lease, as it was read or written last. */
export interface LeaseRecord {
  /** Null: it was given back. */
  readonly holder: string | null;
  /** Differs after each write. */
  readonly version: string;
}

export interface LeaseStore {
  read(): Promise<LeaseRecord | undefined>;
  /** Writes if nobody has since `since` was read (undefined: there was nothing); undefined where somebody has. */
  write(holder: string | null, since: LeaseRecord | undefined): Promise<LeaseRecord | undefined>;
}

export interface LeaseTimes {
  /** The holder renews it so often; others look so often. */
  readonly renewMs: number;
  readonly lookMs: number;
  /** For so long after a renewal was begun the holder may take spans. */
  readonly permitMs: number;
  /** Who has seen no renewal for so long may take it; more than `permitMs`, as clocks may run at different speeds. */
  readonly expiryMs: number;
}

const TIMES: LeaseTimes = { renewMs: 2_000, lookMs: 1_000, permitMs: 8_000, expiryMs: 10_000 };

export interface LeaseOptions {
  readonly store: LeaseStore;
  readonly log: Log;
  /** False: what the lease is for can't be done here just now, and others may have it. */
  isFit(): boolean;
  /** Told again and again while the lease is held: it may be used for so long from now on; 0: no more. */
  permit(ms: number): void;
  readonly times?: LeaseTimes;
  /** Milliseconds of a clock that never runs backwards. */
  readonly now?: () => number;
}

/**
 * One of several processes has the lease. Clocks are never compared: the holder counts from before it renews, the others from
 * when they saw a renewal, each by a clock of its own. While Elasticsearch can't be reached nobody can take the lease over,
 * and who has it keeps it.
 */
export class Lease {
  private readonly id = randomUUID();
  private readonly times: LeaseTimes;
  private readonly now: () => number;
  private mine: LeaseRecord | undefined;
  private usableUntil = -Infinity;
  /** Somebody else's, and since when it has not changed. */
  private seen: { readonly version: string; readonly at: number } | undefined;
  private failure: string | undefined;

  constructor(private readonly options: LeaseOptions) {
    this.times = options.times ?? TIMES;
    this.now = options.now ?? (() => performance.now());
  }

  get isHeld(): boolean {
    return this.mine !== undefined && this.now() < this.usableUntil;
  }

  /** Why it is not known who has the lease; undefined where it is. */
  get trouble(): string | undefined {
    return this.failure;
  }

  /** Until aborted; gives the lease back then. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.step();
      const pause = this.mine === undefined ? this.times.lookMs : this.times.renewMs;
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
    await this.giveBack();
  }

  /** Renews the lease, or looks whether it can be had. */
  async step(): Promise<void> {
    const isFit = this.options.isFit();
    try {
      if (this.mine === undefined) await this.look(isFit);
      else if (isFit) await this.renew(this.mine);
      this.failure = undefined;
    } catch (error) {
      this.failure = describeError(error);
      this.options.log.debug({ reason: this.failure }, 'The lease of the bridge can not be read or written');
      this.seen = undefined;
      if (this.mine !== undefined && isFit) this.use(this.now());
    }
  }

  private async look(isFit: boolean): Promise<void> {
    const record = await this.options.store.read();
    const free = record === undefined || record.holder === null || record.holder === this.id;
    if (!isFit) this.seen = undefined;
    else if (free) await this.take(record);
    else if (this.seen?.version !== record.version) this.seen = { version: record.version, at: this.now() };
    else if (this.now() - this.seen.at >= this.times.expiryMs) await this.take(record);
  }

  private async take(since: LeaseRecord | undefined): Promise<void> {
    const from = this.now();
    this.seen = undefined;
    this.mine = await this.options.store.write(this.id, since);
    if (this.mine === undefined) return;
    this.use(from);
    this.options.log.info({}, 'The bridge of this Kibana is the active one');
  }

  private async renew(mine: LeaseRecord): Promise<void> {
    const { store, log } = this.options;
    const from = this.now();
    const renewed = await store.write(this.id, mine);
    if (renewed !== undefined) {
      this.mine = renewed;
      this.use(from);
      return;
    }
    const record = await store.read();
    // written by a request of ours that seemed to have failed: it can be renewed by its new version
    if (record?.holder === this.id) return this.renew(record);
    this.mine = undefined;
    this.options.permit(0);
    log.warn({}, 'The bridge of another Kibana has become the active one');
  }

  private async giveBack(): Promise<void> {
    const { mine } = this;
    this.mine = undefined;
    this.options.permit(0);
    if (mine === undefined) return;
    await this.options.store.write(null, mine).catch((error: unknown) => {
      this.options.log.debug({ reason: describeError(error) }, 'The lease of the bridge could not be given back');
    });
  }

  private use(from: number): void {
    this.usableUntil = from + this.times.permitMs;
    this.options.permit(Math.max(0, this.usableUntil - this.now()));
  }
}
