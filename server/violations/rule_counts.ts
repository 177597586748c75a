import { Recent } from './recent';

/** Far more rules than anybody has; beyond it the counts of those that were heard of first are forgotten. */
const MAX_RULES = 20_000;
const MINUTE_MS = 60_000;

/** What was found of a rule and not written, since the host has started. */
export interface RuleCount {
  readonly ruleId: string;
  readonly space: string;
  /** Violated, by a rule in shadow mode. */
  readonly shadow: number;
  readonly suppressed: number;
  /** Of these, in this minute of the clock or the one before, whichever has more. */
  readonly suppressedLastMinute: number;
}

interface Count {
  readonly ruleId: string;
  readonly space: string;
  shadow: number;
  suppressed: number;
  minute: number;
  thisMinute: number;
  minuteBefore: number;
}

/** Counts, by rule, what is found and not written. */
export class RuleCounts {
  private readonly counts = new Recent<Count>(MAX_RULES);

  add(what: 'shadow' | 'suppressed', rule: { readonly id: string; readonly space: string }, now: Date): void {
    const count = this.countOf(rule);
    count[what] += 1;
    if (what === 'shadow') return;
    turn(count, now);
    count.thisMinute += 1;
  }

  list(now: Date): RuleCount[] {
    return [...this.counts.values()].map((count) => {
      turn(count, now);
      const { ruleId, space, shadow, suppressed, thisMinute, minuteBefore } = count;
      return { ruleId, space, shadow, suppressed, suppressedLastMinute: Math.max(thisMinute, minuteBefore) };
    });
  }

  private countOf({ id, space }: { readonly id: string; readonly space: string }): Count {
    const key = JSON.stringify([space, id]);
    const known = this.counts.get(key);
    if (known) return known;
    const count = { ruleId: id, space, shadow: 0, suppressed: 0, minute: 0, thisMinute: 0, minuteBefore: 0 };
    this.counts.set(key, count);
    return count;
  }
}

function turn(count: Count, now: Date): void {
  const minute = Math.floor(now.getTime() / MINUTE_MS);
  if (minute === count.minute) return;
  count.minuteBefore = minute === count.minute + 1 ? count.thisMinute : 0;
  count.thisMinute = 0;
  count.minute = minute;
}
