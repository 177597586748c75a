import type { SpanView } from '../trace/span';
import type { Fact } from './fact';
import type { PairTest, Test } from './tests';

/** A list that grows at its head and never changes. */
export interface Linked<T> {
  readonly item: T;
  readonly rest: Linked<T> | undefined;
}

export function* itemsOf<T>(list: Linked<T> | undefined): Generator<T> {
  for (let at = list; at; at = at.rest) yield at.item;
}

/** Something that must not be there, until it is known where. */
export interface Pending {
  readonly order: number;
  readonly test: Test | PairTest;
  /** Of one that goes with a span: that span. Of pairs undefined, too. */
  readonly kind: 'absent' | 'noPair' | 'unbound';
  readonly first: SpanView | undefined;
  /** It starts at or after what came before, and no later than … */
  readonly after?: { readonly fromUs: number; readonly toUs: number; readonly spans: readonly SpanView[] };
  /** It ends at or before what comes next, and no earlier than … */
  readonly before?: { readonly fromUs: number; readonly toUs: number; readonly spans: readonly SpanView[] };
  /** The limit in the rule's own words. */
  readonly limit: string;
}

/**
 * Spans found so far that belong together: those of a `within`, or of one side of a `follows`. At a `barrier` (the whole
 * rule, or a group) absences belong to nothing and are looked for everywhere.
 */
export interface Gathering {
  readonly kind: 'barrier' | 'within' | 'first' | 'then';
  readonly outer: Gathering | undefined;
  readonly limitUs: number;
  /** Of a `then` whose `first` is found: its spans may start no earlier, and where it is one span, no later than. */
  readonly startUs: number;
  readonly lastUs: number;
  /** Of a `first` whose `then` is found: its spans may end no later, and where it is one span, no earlier than. */
  readonly endUs: number;
  readonly firstEndUs: number;
  /** Spans of the other side of a `follows`, which are different ones. */
  readonly others: readonly SpanView[];
  readonly least: number;
  readonly most: number;
  readonly end: number;
  readonly spans: Linked<SpanView> | undefined;
  readonly pending: Linked<Pending> | undefined;
  /** Of the second side of a `follows`: what the first left to look for. */
  readonly waiting: Linked<Pending> | undefined;
  /** Which of the three numbers above decide anything. */
  readonly needs: Needs;
}

/** What the one side of a `follows` leaves to the other. */
export type Sides = Partial<Pick<Gathering, 'startUs' | 'lastUs' | 'endUs' | 'firstEndUs'>>;

export interface Needs {
  readonly least: boolean;
  readonly most: boolean;
  readonly end: boolean;
  readonly spans: boolean;
}

const NOTHING: Needs = { least: false, most: false, end: false, spans: false };

/** How far a search has come. */
export interface State {
  readonly top: Gathering;
  /** The span found last. */
  readonly last: SpanView | undefined;
  /** All spans found, the last first. */
  readonly chosen: Linked<SpanView> | undefined;
  readonly facts: Linked<{ readonly order: number; readonly fact: Fact }> | undefined;
  /** Which groups are looked at, for telling states apart. */
  readonly groups: string;
}

const EMPTY = {
  limitUs: Infinity,
  startUs: -Infinity,
  lastUs: Infinity,
  endUs: Infinity,
  firstEndUs: -Infinity,
  others: [],
  least: Infinity,
  most: -Infinity,
  end: -Infinity,
  spans: undefined,
  pending: undefined,
  waiting: undefined,
};

export const START: State = {
  top: { ...EMPTY, kind: 'barrier', outer: undefined, needs: NOTHING },
  last: undefined,
  chosen: undefined,
  facts: undefined,
  groups: '',
};

/** Begins to gather spans that belong together. */
export function open(
  state: State,
  kind: Gathering['kind'],
  bounds: Partial<Pick<Gathering, 'limitUs' | keyof Sides | 'others' | 'waiting'>> = {},
): State {
  const { needs } = state.top;
  const own = {
    least: kind === 'within' || kind === 'then',
    most: kind === 'within',
    end: kind === 'first',
    spans: kind === 'first' || kind === 'then',
  };
  const top: Gathering = {
    ...EMPTY,
    ...bounds,
    kind,
    outer: state.top,
    needs: {
      least: own.least || needs.least,
      most: own.most || needs.most,
      end: own.end || needs.end,
      spans: own.spans || needs.spans,
    },
  };
  return { ...state, top };
}

/** Takes a span in. */
export function choose(state: State, span: SpanView, order: number, fact: Fact | undefined): State {
  return {
    ...state,
    top: take(state.top, span),
    last: span,
    chosen: { item: span, rest: state.chosen },
    facts: fact ? { item: { order, fact }, rest: state.facts } : state.facts,
  };
}

function take(gathering: Gathering, span: SpanView): Gathering {
  return {
    ...gathering,
    least: Math.min(gathering.least, span.startUs),
    most: Math.max(gathering.most, span.startUs),
    end: Math.max(gathering.end, span.endUs),
    spans: { item: span, rest: gathering.spans },
  };
}

/** Ends a gathering: what it found belongs to the one around it as well. */
export function close(state: State, pending: readonly Pending[] = []): State {
  const { top } = state;
  let outer = top.outer!;
  outer = {
    ...outer,
    least: Math.min(outer.least, top.least),
    most: Math.max(outer.most, top.most),
    end: Math.max(outer.end, top.end),
  };
  for (const item of [...itemsOf(top.spans)].reverse()) outer = { ...outer, spans: { item, rest: outer.spans } };
  for (const item of pending) outer = { ...outer, pending: { item, rest: outer.pending } };
  return { ...state, top: outer };
}

export const addFact = (state: State, order: number, fact: Fact): State => ({
  ...state,
  facts: { item: { order, fact }, rest: state.facts },
});

export const addPending = (state: State, item: Pending): State => ({
  ...state,
  top: { ...state.top, pending: { item, rest: state.top.pending } },
});

/** Where the next span may start, so that every `within` around it still holds. */
export function bounds({ top }: State): { from: number; to: number } {
  let [least, most] = [Infinity, -Infinity];
  let [from, to] = [-Infinity, Infinity];
  for (let at: Gathering | undefined = top; at; at = at.outer) {
    least = Math.min(least, at.least);
    most = Math.max(most, at.most);
    from = Math.max(from, at.startUs);
    to = Math.min(to, at.lastUs);
    if (least === Infinity) continue;
    from = Math.max(from, most - at.limitUs);
    to = Math.min(to, least + at.limitUs);
  }
  return { from, to };
}

/** When the next span may end. */
export function endBounds({ top }: State): { from: number; to: number } {
  let [from, to] = [-Infinity, Infinity];
  for (let at: Gathering | undefined = top; at; at = at.outer) {
    from = Math.max(from, at.firstEndUs);
    to = Math.min(to, at.endUs);
  }
  return { from, to };
}

/** The same for states from which everything that is still to be found can be found alike. */
export function keyOfState({ top, last, groups }: State, binds: boolean): string {
  let key = binds && last ? `${groups}@${last.spanId}` : groups;
  for (let at: Gathering | undefined = top; at; at = at.outer) {
    const { needs } = at;
    if (!(needs.least || needs.most || needs.end) && !at.pending && !at.waiting) continue;
    key += `|${needs.least ? at.least : ''},${needs.most ? at.most : ''},${needs.end ? at.end : ''},${at.startUs},${at.endUs}`;
    if (needs.spans) {
      // Only spans that end where they start, or before, could come up again on the other side.
      key += instants([...itemsOf(at.spans), ...at.others]);
    }
    for (const pending of [...itemsOf(at.pending), ...itemsOf(at.waiting)]) {
      const { order, first, after, before } = pending;
      key += `!${order},${first?.spanId ?? ''},${after?.fromUs ?? ''},${before?.toUs ?? ''}`;
      key += instants([...(after?.spans ?? []), ...(before?.spans ?? [])]);
    }
  }
  return key;
}

const instants = (spans: readonly SpanView[]): string =>
  spans.flatMap(({ startUs, endUs, spanId }) => (endUs <= startUs ? [`;${spanId}`] : [])).join('');
