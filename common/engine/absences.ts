import type { SpanView } from '../trace/span';
import type { Fact } from './fact';
import type { Frame } from './frame';
import { lowerBound } from './lists';
import type { Pending } from './search_state';
import type { PairTest, Test } from './tests';
import { TimeIndex } from './time_index';

interface Window {
  readonly fromUs: number;
  readonly toUs: number;
}

/** Where something starts, and perhaps where it ends. */
interface Region extends Window {
  readonly ends?: Window;
}

const EVERYWHERE: Window = { fromUs: -Infinity, toUs: Infinity };

/** Looks for what must not be there. */
export class AbsenceChecker {
  /** @param possible whether what is only possible to be there does no harm */
  constructor(
    private readonly frame: Frame,
    private readonly possible: boolean,
  ) {}

  /** Not in the whole scope. */
  isNowhere(pending: Pending): boolean {
    return this.isOutside(pending, EVERYWHERE);
  }

  /** None starts in a window, both ends included. */
  isOutside(pending: Pending, window: Window): boolean {
    return !this.exists(pending, window, () => true);
  }

  /** None starts after what came before and ends before what comes next; the spans around are different ones. */
  isBetween(pending: Pending): boolean {
    const { after, before } = pending;
    const isOther = (span: SpanView): boolean => !after?.spans.includes(span) && !before?.spans.includes(span);
    if (this.frame.skewUs === 0) {
      const ends = before ?? EVERYWHERE;
      return !this.exists(pending, { ...(after ?? EVERYWHERE), ends }, isOther);
    }
    return !this.exists(pending, EVERYWHERE, (span) => {
      const { startUs, endUs } = span;
      const follows = !after || (startUs >= after.fromUs && startUs <= after.toUs);
      const precedes = !before || (endUs >= before.fromUs && endUs <= before.toUs);
      return isOther(span) && this.perhaps(follows, after, span) && this.perhaps(precedes, before, span);
    });
  }

  /** The last time at which what comes next may start, for none to lie before it: of what has to come after, the first end. */
  latestNext({ test, kind, after, before }: Pending): number {
    if (kind !== 'absent' || !after || before || this.frame.skewUs > 0) return Infinity;
    const spans = this.spansOf(test as Test);
    const at = lowerBound(spans, after.fromUs);
    const span = spans[at];
    // One that takes no time could be what comes next itself.
    const blocks = span && span.startUs <= after.toUs && span.endUs > span.startUs && !after.spans.includes(span);
    return blocks ? span.endUs - 1 : Infinity;
  }

  /** Where clocks can't tell the order, it is taken as it does harm: unless what is possible does none. */
  private perhaps(holds: boolean, side: Pending['after'], span: SpanView): boolean {
    const unsure = side?.spans.some((other) => this.frame.unsureOrder(span, other)) ?? false;
    return unsure ? !this.possible : holds;
  }

  private exists(pending: Pending, window: Region, counts: (span: SpanView) => boolean): boolean {
    const { test, kind, first } = pending;
    if (!this.possible && this.frame.scopes[test.scope]!.open) return true;
    if (kind === 'absent') return this.some(this.spansOf(test as Test), window, counts);
    const pairs = test as PairTest;
    const seconds = (of: SpanView): boolean => this.some(pairs.seconds(this.frame, of, !this.possible), window, counts);
    if (kind === 'unbound') return first !== undefined && seconds(first);
    return this.some(pairs.firsts(this.frame, !this.possible), window, (span) => counts(span) && seconds(span));
  }

  private spansOf(test: Test): readonly SpanView[] {
    return this.possible ? test.certain(this.frame) : test.possible(this.frame);
  }

  private some(
    spans: readonly SpanView[],
    { fromUs, toUs, ends = EVERYWHERE }: Region,
    counts: (span: SpanView) => boolean,
  ): boolean {
    const isBounded = ends.fromUs > -Infinity || ends.toUs < Infinity;
    const next = isBounded ? (at: number) => TimeIndex.of(spans).next(at, ends.fromUs, ends.toUs) : (at: number) => at;
    for (let i = next(fromUs === -Infinity ? 0 : lowerBound(spans, fromUs)); i < spans.length; i = next(i + 1)) {
      const span = spans[i]!;
      if (span.startUs > toUs) break;
      this.frame.budget.spend(1);
      if (counts(span)) return true;
    }
    return false;
  }

  factOf({ test, limit }: Pending, window: Window | null): Extract<Fact, { type: 'absence' }> {
    return { type: 'absence', text: test.text, window, limit };
  }

  /** With the times between which it was looked for: where one end is open, those of the trace. */
  factBetween(pending: Pending): Fact {
    const { after, before } = pending;
    const { spans } = this.frame.trace;
    const fromUs = Math.max(after?.fromUs ?? -Infinity, before?.fromUs ?? -Infinity);
    const toUs = Math.min(after?.toUs ?? Infinity, before?.toUs ?? Infinity);
    const last = spans.reduce((end, { endUs }) => Math.max(end, endUs), -Infinity);
    const window = {
      fromUs: Number.isFinite(fromUs) ? fromUs : (spans[0]?.startUs ?? 0),
      toUs: Number.isFinite(toUs) ? toUs : Math.max(last, fromUs),
    };
    const side = after && before ? 'between' : after ? 'after' : 'before';
    return { ...this.factOf(pending, window), side };
  }
}
