import { setTimeout as sleep } from 'node:timers/promises';
import { BeTraceError } from '../../common/errors';
import type { Log } from '../../common/log';
import { describeError } from '../elasticsearch/errors';

const ASK_EVERY_MS = 1_000;

export interface Reason {
  readonly code: string;
  readonly message: string;
}

/**
 * Watches Elasticsearch: prepares it once it answers (templates, keys), then asks every second whether it still does, and
 * tells the log only of changes.
 */
export class StoreMonitor {
  /** Resolves once Elasticsearch is prepared. */
  readonly whenPrepared: Promise<void>;
  private prepared = false;
  private tellPrepared: () => void = () => undefined;
  private trouble: Reason | undefined = {
    code: 'BT_STORE_UNAVAILABLE',
    message: 'Elasticsearch has not answered yet.',
  };

  constructor(
    private readonly work: { readonly prepare: () => Promise<void>; readonly ask: () => Promise<unknown> },
    private readonly log: Log,
  ) {
    this.whenPrepared = new Promise((resolve) => (this.tellPrepared = resolve));
  }

  /** Why the store can't be used, or undefined where it can. */
  get problem(): Reason | undefined {
    return this.trouble;
  }

  /** Until aborted. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if (this.prepared) await this.work.ask();
        else await this.work.prepare();
        this.prepared = true;
        this.set(undefined);
        this.tellPrepared();
      } catch (error) {
        this.set(reasonOf(error));
      }
      await sleep(ASK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private set(reason: Reason | undefined): void {
    const changed = reason?.message !== this.trouble?.message;
    this.trouble = reason;
    if (!changed) return;
    if (reason) this.log.warn({ code: reason.code }, reason.message);
    else this.log.info({}, 'Elasticsearch is ready');
  }
}

function reasonOf(error: unknown): Reason {
  if (error instanceof BeTraceError) return { code: error.code, message: error.message };
  return { code: 'BT_STORE_UNAVAILABLE', message: `Elasticsearch can't be used (${describeError(error)}).` };
}
