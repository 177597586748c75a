import type { Finding } from '../../common/violations/finding';
import { Brake } from './brake';
import type { Suppression } from './document';
import { type RuleCount, RuleCounts } from './rule_counts';

/** Why a finding is counted and not written. */
export type OnlyCounted = 'inconclusive' | 'shadow' | 'suppressed';

/** Tells findings that are written from those that are counted. */
export class Triage {
  private readonly brake: Brake;
  private readonly counts = new RuleCounts();

  constructor(maxViolationsPerRule: number) {
    this.brake = new Brake(maxViolationsPerRule);
  }

  /** A retraction is never held back: what it retracts was written. */
  onlyCounted(finding: Finding, now: Date): OnlyCounted | undefined {
    const { verdict, rule } = finding;
    if (verdict === 'inconclusive') return 'inconclusive';
    if (rule.mode === 'shadow') {
      if (verdict === 'violated') this.counts.add('shadow', rule, now);
      return 'shadow';
    }
    if (verdict === 'retracted' || this.brake.admits(finding, now)) return undefined;
    this.counts.add('suppressed', rule, now);
    return 'suppressed';
  }

  /** The finding was let through then, and turned out to be in the store already. */
  wasKnown(finding: Finding, foundAt: Date): void {
    if (finding.verdict === 'violated') this.brake.giveBack(finding, foundAt);
  }

  /** Takes out what was suppressed in minutes that are over; with `all`, in this one too. */
  suppressions(now: Date, options: { readonly all: boolean }): Suppression[] {
    return this.brake.over(now, options);
  }

  list(now: Date): RuleCount[] {
    return this.counts.list(now);
  }
}
