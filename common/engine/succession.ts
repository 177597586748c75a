import type { SpanView } from '../trace/span';
import type { AbsenceChecker } from './absences';
import type { Follows, Formula } from './formula';
import type { Frame } from './frame';
import type { Gathering, Pending, Sides } from './search_state';
import { itemsOf } from './search_state';

/** Two sides of a `follows` that go together. */
export interface Joined {
  /** Absences that something further out decides. */
  readonly kept: readonly Pending[];
  /** Those that there are, between the sides or beyond one of them. */
  readonly checked: readonly Pending[];
  /** Between the sides, where both have spans. */
  readonly gapUs: number | undefined;
}

/** Whether what one side of a `follows` found comes after what the other did, and where it may lie. */
export class Succession {
  /** @param possible whether what clocks may say wrongly is taken as it suits */
  constructor(
    private readonly frame: Frame,
    private readonly possible: boolean,
    private readonly absences: AbsenceChecker,
  ) {}

  /** Where the second side may lie. How far it may reach is told of single spans: of several only the nearest counts. */
  sides({ flipped, limitUs = Infinity }: Follows, late: Formula, one: Gathering): Sides {
    // What clocks may say wrongly bounds nothing that is only possible.
    if (!one.spans || (this.possible && this.frame.skewUs > 0)) return {};
    const isSingle = findsOneSpan(late);
    if (flipped) return { endUs: one.least, ...(isSingle && { firstEndUs: one.least - limitUs }) };
    if (!isSingle) return { startUs: one.end };
    let lastUs = one.end + limitUs;
    for (const pending of itemsOf(one.pending)) lastUs = Math.min(lastUs, this.absences.latestNext(pending));
    return { startUs: one.end, lastUs };
  }

  /** The sides put together; undefined where their order, their distance or what lies between them is against it. */
  join(formula: Follows, first: Gathering, then: Gathering): Joined | undefined {
    const { limitUs = Infinity, text } = formula;
    const [early, late] = [[...itemsOf(first.spans)], [...itemsOf(then.spans)]];
    const gapUs = then.least - first.end;
    const both = early.length > 0 && late.length > 0;
    if (both && !this.inOrder(early, late, gapUs, limitUs)) return undefined;
    const kept: Pending[] = [];
    const checked: Pending[] = [];
    const limit = formula.limitUs === undefined ? '' : text;
    for (const pending of itemsOf(first.pending)) {
      if (late.length === 0) (pending.after ? checked : kept).push(pending);
      else {
        const fromUs = pending.after ? -Infinity : then.least - limitUs;
        const before = { fromUs, toUs: then.least, spans: late };
        const isOpen = formula.open === 'first' && !pending.after;
        (isOpen ? kept : checked).push({ ...pending, limit: pending.limit || limit, before });
      }
    }
    for (const pending of itemsOf(then.pending)) {
      if (early.length === 0) (pending.before ? checked : kept).push(pending);
      else {
        const toUs = pending.before ? Infinity : first.end + limitUs;
        const after = { fromUs: first.end, toUs, spans: early };
        const isOpen = formula.open === 'then' && !pending.before;
        (isOpen ? kept : checked).push({ ...pending, limit: pending.limit || limit, after });
      }
    }
    if (!checked.every((pending) => this.absences.isBetween(pending))) return undefined;
    return { kept, checked, gapUs: both ? gapUs : undefined };
  }

  private inOrder(early: readonly SpanView[], late: readonly SpanView[], gapUs: number, limitUs: number): boolean {
    if (gapUs > limitUs || late.some((span) => early.includes(span))) return false;
    return this.unsure(early, late) ? this.possible : gapUs >= 0;
  }

  private unsure(early: readonly SpanView[], late: readonly SpanView[]): boolean {
    return this.frame.skewUs > 0 && early.some((a) => late.some((b) => this.frame.unsureOrder(a, b)));
  }
}

/** Whether every way of being true has one span exactly. */
const findsOneSpan = (formula: Formula): boolean =>
  formula.type === 'present' ||
  formula.type === 'bound' ||
  (formula.type === 'or' && formula.operands.every(findsOneSpan));
