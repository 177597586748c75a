import type { Ack } from '../../../common/violations/ack';
import type { Finding } from '../../../common/violations/finding';

/** Of an interval; verdicts of spaces beyond it are not counted. */
const MAX_SPACES = 1_000;

/** Verdicts of one space's rules, also of those in shadow mode; satisfied ones stay in the worker. */
export interface SpaceVerdicts {
  violated: number;
  inconclusive: number;
  retracted: number;
  /** Of those that are violated: not written, as their rule had its share of the minute. */
  suppressed: number;
}

/** Counts verdicts by space, of an interval. Its memory is bounded. */
export class SpaceCounts {
  private spaces = new Map<string, SpaceVerdicts>();

  /** @param acks what became of each finding, in order */
  answered(findings: readonly Finding[], acks: readonly Ack[]): void {
    findings.forEach(({ rule, verdict }, at) => {
      const counts = this.countsOf(rule.space);
      if (!counts) return;
      counts[verdict] += 1;
      if (acks[at] === 'suppressed') counts.suppressed += 1;
    });
  }

  /** What was counted since this was asked last; spaces of which there is nothing are not in it. */
  take(): ReadonlyMap<string, Readonly<SpaceVerdicts>> {
    const taken = this.spaces;
    this.spaces = new Map();
    return taken;
  }

  private countsOf(space: string): SpaceVerdicts | undefined {
    const known = this.spaces.get(space);
    if (known || this.spaces.size >= MAX_SPACES) return known;
    const counts = { violated: 0, inconclusive: 0, retracted: 0, suppressed: 0 };
    this.spaces.set(space, counts);
    return counts;
  }
}
