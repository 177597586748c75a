import type { SpanView } from '../trace/span';
import { AbsenceChecker } from './absences';
import type { Fact } from './fact';
import type { Follows, Formula, GroupsFormula, PairFormula, PresentFormula, Within } from './formula';
import type { Frame } from './frame';
import { lowerBound } from './lists';
import type { Linked, Pending, State } from './search_state';
import {
  addFact,
  addPending,
  bounds,
  choose,
  close,
  endBounds,
  itemsOf,
  keyOfState,
  open,
  START,
} from './search_state';
import type { Joined } from './succession';
import { Succession } from './succession';
import type { Test } from './tests';
import { TimeIndex } from './time_index';

/** Steps that one try costs, so that a budget is about as many as looking at so many spans. */
const TRY_COST = 4;

type Next = (state: State) => State | undefined;

/** What has no spans of its own: whether it holds, and what is told of it. */
export interface Conditions {
  holds(formula: Formula, frame: Frame): boolean;
  describe(formula: Formula, frame: Frame): Fact | undefined;
}

/**
 * Finds spans that make a formula true: in text order for each part the least span by (startTime, spanId) that leaves the
 * rest a choice. What was found to lead nowhere is not tried again, so the time is polynomial in the spans.
 */
export class Search {
  private readonly failed = new Map<Formula, Set<string>>();
  private readonly decided = new Map<string, boolean>();
  private readonly absences: AbsenceChecker;
  private readonly succession: Succession;

  /**
   * @param possible looks for what may be true if nothing were missing, not for what certainly is
   * @param binds whether the formula has parts that go with the last span found
   */
  constructor(
    private readonly frame: Frame,
    private readonly conditions: Conditions,
    private readonly possible: boolean,
    private readonly binds: boolean,
  ) {
    this.absences = new AbsenceChecker(frame, possible);
    this.succession = new Succession(frame, possible, this.absences);
  }

  /** The least choice of spans with what it rests on; undefined where there is none. */
  run(formula: Formula): State | undefined {
    return this.solve(formula, START, (state) => state);
  }

  private solve(formula: Formula, state: State, next: Next): State | undefined {
    switch (formula.type) {
      case 'present':
        return this.eachSpan(formula, state, next);
      case 'pair':
        return this.eachPair(formula, state, next);
      case 'bound':
        return this.eachBound(formula, state, next);
      case 'absent':
      case 'noPair':
      case 'unbound': {
        const first = formula.type === 'unbound' ? state.last : undefined;
        return this.absent(
          { order: formula.order, test: formula.test, kind: formula.type, first, limit: '' },
          state,
          next,
        );
      }
      case 'and':
        return this.all(formula.operands, 0, state, next);
      case 'or':
        for (const operand of formula.operands) {
          const found = this.solve(operand, state, next);
          if (found) return found;
        }
        return undefined;
      case 'within':
        return this.within(formula, state, next);
      case 'follows':
        return this.follows(formula, state, next);
      case 'linked':
        return this.solve(formula.left, { ...state, last: undefined }, (found) =>
          this.solve(formula.right, found, next),
        );
      case 'some':
        return this.eachGroup(formula, state, next);
      default: {
        if (!this.holds(formula, state)) return undefined;
        const fact = this.conditions.describe(formula, this.frame);
        return next(fact ? addFact(state, formula.order, fact) : state);
      }
    }
  }

  private all(operands: readonly Formula[], from: number, state: State, next: Next): State | undefined {
    const operand = operands[from];
    if (!operand) return next(state);
    // What has no span in reach is seen before any other is chosen.
    if (
      from > 0 &&
      operands.slice(from).some((later) => later.type === 'present' && !this.inReach(later.test, state))
    ) {
      return undefined;
    }
    return this.solve(operand, state, (found) => this.all(operands, from + 1, found, next));
  }

  private inReach(test: Test, state: State): boolean {
    const spans = this.spansOf(test);
    const { from, to } = bounds(state);
    const first = spans[lowerBound(spans, from)];
    return first !== undefined && first.startUs <= to;
  }

  private spansOf(test: Test): readonly SpanView[] {
    return this.possible ? test.possible(this.frame) : test.certain(this.frame);
  }

  private eachSpan(formula: PresentFormula, state: State, next: Next): State | undefined {
    const { test, order } = formula;
    return this.once(formula, state, () =>
      this.tryEach(this.spansOf(test), state, (span) =>
        next(choose(state, span, order, { type: 'match', span, text: test.text })),
      ),
    );
  }

  private eachPair(formula: PairFormula, state: State, next: Next): State | undefined {
    const { test, order } = formula;
    return this.once(formula, state, () =>
      this.tryEach(test.firsts(this.frame, this.possible), state, (first) => {
        const begun = choose(state, first, order, undefined);
        return this.tryEach(test.seconds(this.frame, first, this.possible), begun, (second) =>
          next(choose(begun, second, order, { type: 'pair', spans: [first, second], text: test.text })),
        );
      }),
    );
  }

  private eachBound(formula: PairFormula, state: State, next: Next): State | undefined {
    const { test, order } = formula;
    const { last } = state;
    if (!last) return undefined;
    return this.once(formula, state, () =>
      this.tryEach(test.seconds(this.frame, last, this.possible), state, (span) =>
        next(choose(state, span, order, { type: 'match', span, text: test.text })),
      ),
    );
  }

  private tryEach(
    spans: readonly SpanView[],
    state: State,
    attempt: (span: SpanView) => State | undefined,
  ): State | undefined {
    const { from, to } = bounds(state);
    const ends = endBounds(state);
    const isBounded = ends.from > -Infinity || ends.to < Infinity;
    const next = isBounded ? (at: number) => TimeIndex.of(spans).next(at, ends.from, ends.to) : (at: number) => at;
    for (let i = next(lowerBound(spans, from)); i < spans.length; i = next(i + 1)) {
      const span = spans[i]!;
      if (span.startUs > to) break;
      this.frame.budget.spend(TRY_COST);
      if (state.top.others.includes(span)) continue;
      const found = attempt(span);
      if (found) return found;
    }
    return undefined;
  }

  /** Not again from a state like one that led nowhere. */
  private once(formula: Formula, state: State, attempt: () => State | undefined): State | undefined {
    if (state.chosen === undefined || this.frame.skewUs > 0) return attempt();
    const key = keyOfState(state, this.binds);
    const failed = this.failed.get(formula) ?? new Set<string>();
    this.failed.set(formula, failed);
    if (failed.has(key)) return undefined;
    const found = attempt();
    if (!found) failed.add(key);
    return found;
  }

  private absent(pending: Pending, state: State, next: Next): State | undefined {
    if (state.top.kind !== 'barrier') return next(addPending(state, pending));
    const key = `${pending.order} ${state.groups} ${pending.first?.spanId ?? ''}`;
    if (!this.known(key, () => this.absences.isNowhere(pending))) return undefined;
    return next(addFact(state, pending.order, this.absences.factOf(pending, null)));
  }

  private holds(formula: Formula, state: State): boolean {
    return this.known(`${formula.order} ${state.groups}`, () => this.conditions.holds(formula, this.frame));
  }

  private known(key: string, decide: () => boolean): boolean {
    let known = this.decided.get(key);
    if (known === undefined) this.decided.set(key, (known = decide()));
    return known;
  }

  private within(formula: Within, state: State, next: Next): State | undefined {
    const { limitUs, text } = formula;
    return this.solve(formula.body, open(state, 'within', { limitUs }), (found) => {
      const { top } = found;
      if (top.most - top.least > limitUs) return undefined;
      const spans = [...itemsOf(top.spans)];
      const window = spans.length === 0 ? null : { fromUs: top.most - limitUs, toUs: top.least + limitUs };
      let closed = close(found);
      for (const pending of itemsOf(top.pending)) {
        if (!(window ? this.absences.isOutside(pending, window) : this.absences.isNowhere(pending))) return undefined;
        closed = addFact(closed, pending.order, this.absences.factOf({ ...pending, limit: text }, window));
      }
      if (new Set(spans).size > 1) {
        closed = addFact(closed, formula.end, { type: 'distance', us: top.most - top.least, limit: text });
      }
      return next(closed);
    });
  }

  private follows(formula: Follows, state: State, next: Next): State | undefined {
    const { flipped } = formula;
    const before = { ...state, last: undefined };
    const [early, late] = flipped ? [formula.then, formula.first] : [formula.first, formula.then];
    const kind = flipped ? 'then' : 'first';
    return this.solve(early, open(before, kind), ({ top: one, ...found }) => {
      const others = [...itemsOf(one.spans)];
      const limits = this.succession.sides(formula, late, one);
      const inner = open({ ...close({ ...found, top: one }), last: found.last }, flipped ? 'first' : 'then', {
        ...limits,
        others,
        waiting: one.pending,
      });
      return this.solve(late, inner, (both) => {
        const other = both.top;
        const [first, then] = flipped ? [other, one] : [one, other];
        const joined = this.succession.join(formula, first, then);
        const closed = joined && this.closeFollows(formula, both, joined);
        return closed && next(closed);
      });
    });
  }

  private closeFollows(formula: Follows, state: State, { kept, checked, gapUs }: Joined): State | undefined {
    let closed: State | undefined = close(state);
    for (const pending of kept) closed = closed && this.absent(pending, closed, (given) => given);
    if (!closed) return undefined;
    for (const pending of checked) closed = addFact(closed, pending.order, this.absences.factBetween(pending));
    if (gapUs === undefined) return closed;
    return addFact(closed, formula.end, { type: 'gap', us: gapUs, limit: formula.text });
  }

  /** Of all groups the one with the least spans. */
  private eachGroup(formula: GroupsFormula, state: State, next: Next): State | undefined {
    const { groups, body } = formula;
    const found = groups.find(this.frame);
    let best: State | undefined;
    for (const members of this.possible ? found.possible : found.certain) {
      this.frame.budget.spend(TRY_COST);
      const inner = open({ ...state, groups: `${state.groups}/${formula.order}:${members.name}` }, 'barrier');
      this.frame.scopes[groups.slot] = members;
      const solution = this.solve(body, inner, (done) => next({ ...close(done), groups: state.groups }));
      if (solution && (!best || compareChosen(solution.chosen, best.chosen) < 0)) best = solution;
    }
    return best;
  }
}

/** By (startTime, spanId) in text order. */
function compareChosen(a: Linked<SpanView> | undefined, b: Linked<SpanView> | undefined): number {
  const [left, right] = [[...itemsOf(a)].reverse(), [...itemsOf(b)].reverse()];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const byStart = left[i]!.startUs - right[i]!.startUs;
    if (byStart !== 0) return byStart;
    if (left[i]!.spanId !== right[i]!.spanId) return left[i]!.spanId < right[i]!.spanId ? -1 : 1;
  }
  return left.length - right.length;
}

/** What a choice rests on, in the order of the rule's text. */
export function factsOf(state: State): readonly Fact[] {
  return [...itemsOf(state.facts)].sort((a, b) => a.order - b.order).map(({ fact }) => fact);
}
