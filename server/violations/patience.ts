import { setTimeout as sleep } from 'node:timers/promises';
import { Backoff } from '../../common/backoff';
import type { ErrorCode } from '../../common/errors';
import type { Log } from '../../common/log';

const RETRY = { firstMs: 250, maxMs: 10_000 };

/** Why nothing gets through at present. */
export interface Trouble {
  readonly code: ErrorCode;
  readonly message: string;
  readonly since: string;
}

/** Waits longer and longer while nothing gets through; the log is told once when that begins, and once when it is over. */
export class Patience {
  private readonly retries = new Backoff(RETRY);
  private pausing: AbortController | undefined;
  private current: Trouble | null = null;

  constructor(
    private readonly log: Log,
    private readonly now: () => Date,
  ) {}

  get trouble(): Trouble | null {
    return this.current;
  }

  fail(code: ErrorCode, message: string, pending: number): void {
    if (this.current?.code === code) return;
    this.current = { code, message, since: this.now().toISOString() };
    this.log.warn({ code, reason: message, pending }, "Violations can't be written; retrying");
  }

  /** @param slowly more was refused than taken: the pauses go on growing */
  recover(counts: { readonly pending: number; readonly stillFailing: number }, { slowly = false } = {}): void {
    if (!slowly) this.retries.reset();
    if (!this.current) return;
    const { since } = this.current;
    this.current = null;
    this.log.info({ since, ...counts }, 'Violations are written again');
  }

  async pause(maxMs = Infinity): Promise<void> {
    this.pausing = new AbortController();
    const { signal } = this.pausing;
    await sleep(Math.min(this.retries.next(), maxMs), undefined, { signal }).catch(() => undefined);
  }

  /** Ends a pause at once. */
  wake(): void {
    this.pausing?.abort();
  }
}
