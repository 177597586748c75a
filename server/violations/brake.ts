import { randomBytes } from 'node:crypto';
import { canonicalJson, sha256Hex } from '../../common/violations/canonical';
import type { Finding } from '../../common/violations/finding';
import type { Suppression } from './document';

const MINUTE_MS = 60_000;

interface Window {
  /** Milliseconds since the epoch. */
  readonly from: number;
  written: number;
  suppressed: number;
  first: Finding | undefined;
}

/**
 * Holds back a rule that matches too much: in each minute of the clock so many of its violations are let through, by rule
 * and space, and the rest is counted. Nothing is kept of rules without violations in this minute.
 */
export class Brake {
  private readonly windows = new Map<string, Window>();
  /** The minute in which what is over was last taken out. */
  private swept = 0;
  /** Two hosts, or one before and after a restart, count apart: what they say must not be taken for the same. */
  private readonly host = randomBytes(16).toString('hex');

  constructor(private readonly limit: number) {}

  /** Whether the violation may be written; else it is counted. */
  admits(finding: Finding, now: Date): boolean {
    const window = this.windowOf(finding, now);
    if (window.written < this.limit) {
      window.written += 1;
      return true;
    }
    window.suppressed += 1;
    window.first ??= finding;
    return false;
  }

  /** What was let through on this minute's account turned out to be written already. */
  giveBack(finding: Finding, admittedAt: Date): void {
    const window = this.windows.get(keyOf(finding));
    if (window?.from === minuteOf(admittedAt) && window.written > 0) window.written -= 1;
  }

  /** Takes out what was counted in minutes that are over; with `all`, in this one too. */
  over(now: Date, { all }: { readonly all: boolean }): Suppression[] {
    const minute = minuteOf(now);
    if (minute === this.swept && !all) return [];
    this.swept = minute;
    const suppressions: Suppression[] = [];
    for (const [key, window] of this.windows) {
      if (window.from === minute && !all) continue;
      this.windows.delete(key);
      const { first, from, suppressed, written } = window;
      if (!first) continue;
      const id = this.idOf(first, from);
      suppressions.push({
        id,
        first,
        count: suppressed,
        written,
        from: new Date(from),
        to: new Date(from + MINUTE_MS),
      });
    }
    return suppressions;
  }

  /** The same however often it is tried to be written. */
  private idOf({ rule }: Finding, from: number): string {
    return sha256Hex(canonicalJson(['betrace/1/suppressed', rule.space, rule.id, from, this.host])).slice(0, 32);
  }

  private windowOf(finding: Finding, now: Date): Window {
    const key = keyOf(finding);
    const from = minuteOf(now);
    const window = this.windows.get(key) ?? { from, written: 0, suppressed: 0, first: undefined };
    this.windows.set(key, window);
    return window;
  }
}

const keyOf = ({ rule }: Finding): string => JSON.stringify([rule.space, rule.id]);

const minuteOf = (now: Date): number => Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS;

/** How long until the minute is over that it is now, in milliseconds. */
export const restOfMinute = (now: Date): number => minuteOf(now) + MINUTE_MS - now.getTime();
