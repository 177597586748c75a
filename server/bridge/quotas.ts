import { BeTraceError } from '../../common/errors';
import { BoundedMap } from './bounded_map';
import type { QuotaSettings } from './ingest_settings';

/** Senders whose use is remembered; one that is forgotten begins anew with a full allowance. */
const MAX_SENDERS = 10_000;

interface Use {
  /** What is left; below zero where the last request took more than there was. */
  spans: number;
  bytes: number;
  at: number;
}

/**
 * Spans and bytes per second and sender, with bursts: a token bucket for each. A request is let in while something is left
 * and may then take more than that, so that no request is too large ever to be let in; what it took too much is waited for.
 */
export class Quotas {
  private readonly uses = new BoundedMap<string, Use>(MAX_SENDERS);

  /** @param now milliseconds of a clock that never runs backwards */
  constructor(
    private readonly settings: QuotaSettings,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** How many senders are remembered. */
  get senders(): number {
    return this.uses.size;
  }

  /** @throws BT_QUOTA_EXCEEDED, with the seconds to wait as `details.retryAfter`, where nothing is left */
  assert(sender: string): void {
    const { spansPerSecond, bytesPerSecond } = this.settings;
    const { spans, bytes } = this.useOf(sender);
    const wait = Math.max(secondsOf(spans, spansPerSecond), secondsOf(bytes, bytesPerSecond));
    if (wait === 0) return;
    const what = secondsOf(spans, spansPerSecond) > 0 ? `${spansPerSecond} spans` : `${bytesPerSecond} bytes`;
    throw new BeTraceError('BT_QUOTA_EXCEEDED', `This sender may send ${what} a second; send again later.`, {
      retryAfter: Math.max(1, Math.ceil(wait)),
    });
  }

  /** Takes from what the sender has left, or gives back to it. */
  take(sender: string, { spans = 0, bytes = 0 }: { readonly spans?: number; readonly bytes?: number }): void {
    const use = this.useOf(sender);
    use.spans -= spans;
    use.bytes -= bytes;
    this.uses.set(sender, use);
  }

  private useOf(sender: string): Use {
    const { spansPerSecond, bytesPerSecond, burstSeconds } = this.settings;
    const now = this.now();
    const most = { spans: spansPerSecond * burstSeconds, bytes: bytesPerSecond * burstSeconds };
    const use = this.uses.get(sender);
    if (use === undefined) return { ...most, at: now };
    const seconds = (now - use.at) / 1000;
    use.spans = Math.min(most.spans, use.spans + seconds * spansPerSecond);
    use.bytes = Math.min(most.bytes, use.bytes + seconds * bytesPerSecond);
    use.at = now;
    return use;
  }
}

/** Until something is left again: 0 where something is. */
function secondsOf(left: number, perSecond: number): number {
  return perSecond === 0 || left > 0 ? 0 : Math.max(-left / perSecond, Number.MIN_VALUE);
}
