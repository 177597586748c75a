import type { SpanView } from '../../../common/trace/span';
import type { Part, World } from './spans';
import type { Tri } from './three_valued';
import { U } from './three_valued';

type Window = { readonly fromUs: number; readonly toUs: number } | null;
type One = (span: SpanView) => Tri;
type Two = (a: SpanView, b: SpanView) => Tri;

/** A match, in the shape that the language describes it in. */
export type Match =
  | { readonly t: 'has'; readonly part: Part; readonly test: One; readonly text: string }
  | { readonly t: 'pair' | 'bound'; readonly part: Part; readonly test: Two; readonly text: string }
  | { readonly t: 'guard'; readonly part: Part; readonly test: One; readonly text: string }
  | { readonly t: 'condition'; readonly truth: () => Tri; readonly shown: () => readonly SpanView[] }
  | { readonly t: 'and' | 'or'; readonly list: readonly Match[] }
  | { readonly t: 'not'; readonly of: Match }
  | { readonly t: 'within'; readonly of: Match; readonly us: number }
  | {
      readonly t: 'follows';
      readonly first: Match;
      readonly then: Match;
      readonly us: number;
      readonly flipped: boolean;
    }
  | { readonly t: 'requires'; readonly of: Match; readonly list: readonly Match[] }
  | {
      readonly t: 'groups';
      readonly every: boolean;
      readonly sure: readonly Part[];
      readonly maybe: readonly Part[];
      readonly open: boolean;
      readonly unseen: Part;
      readonly body: (part: Part) => Match;
    };

interface Side {
  readonly fromUs: number;
  readonly toUs: number;
  readonly spans: readonly SpanView[];
}

interface Absence {
  readonly text: string;
  readonly part: Part;
  /** What would be there, single spans or pairs; by whether only possible ones count. */
  readonly hits: (possible: boolean) => readonly (readonly SpanView[])[];
  readonly after?: Side;
  readonly before?: Side;
  /** Once decided. */
  readonly window?: Window;
}

/** One way of being true. */
export interface Way {
  readonly branches: readonly number[];
  readonly spans: readonly SpanView[];
  readonly shown: readonly SpanView[];
  readonly last: SpanView | undefined;
  readonly absences: readonly Absence[];
}

const NOTHING: Way = { branches: [], spans: [], shown: [], last: undefined, absences: [] };

/** Lists every way of being true; as slow as it is plain. `possible`: of what may be, not of what certainly is. */
export class Ways {
  constructor(
    private readonly world: World,
    private readonly possible: boolean,
  ) {}

  private counts(truth: Tri): boolean {
    return truth === true || (this.possible && truth === U);
  }

  private list(part: Part): readonly SpanView[] {
    return this.possible ? part.maybe : part.sure;
  }

  /** Ways in which a match, or its negation, is true. Absences are still to be looked for. */
  of(match: Match, negated = false, bound?: SpanView): Way[] {
    switch (match.t) {
      case 'has':
        if (negated)
          return [this.absent(match.text, match.part, (maybe) => this.singles(match.part, match.test, maybe))];
        return this.list(match.part)
          .filter((span) => this.counts(match.test(span)))
          .map((span) => ({ ...NOTHING, spans: [span], shown: [span], last: span }));
      case 'pair':
      case 'bound': {
        const firsts = match.t === 'pair' ? undefined : bound ? [bound] : [];
        if (negated) {
          return [this.absent(match.text, match.part, (maybe) => this.pairs(match.part, match.test, maybe, firsts))];
        }
        const found = this.pairs(match.part, match.test, this.possible, firsts);
        return found.map((pair) => ({ ...NOTHING, spans: pair, shown: pair, last: pair.at(-1) }));
      }
      case 'guard': {
        const certain = match.part.sure.some((span) => match.test(span) === true);
        const maybe = match.part.open || match.part.maybe.some((span) => match.test(span) !== false);
        const truth: Tri = certain ? true : maybe ? U : false;
        const absence = { text: match.text, part: match.part, hits: () => [], window: null };
        if (negated) return this.counts(truth === U ? U : !truth) ? [{ ...NOTHING, absences: [absence] }] : [];
        return this.counts(truth) ? [NOTHING] : [];
      }
      case 'condition': {
        const truth = match.truth();
        if (negated) return this.counts(truth === U ? U : !truth) ? [NOTHING] : [];
        return this.counts(truth) ? [{ ...NOTHING, shown: match.shown() }] : [];
      }
      case 'and':
      case 'or':
        if ((match.t === 'and') !== negated) return this.all(match.list, negated, bound);
        return match.list.flatMap((each, i) =>
          this.of(each, negated, bound).map((way) => ({ ...way, branches: [i, ...way.branches] })),
        );
      case 'not':
        return this.of(match.of, !negated, bound);
      case 'groups':
        return this.groups(match, negated);
      case 'requires': {
        if (!match.list.some(({ t }) => t === 'bound')) {
          return this.of({ t: 'and', list: [match.of, { t: 'not', of: { t: 'and', list: match.list } }] }, negated);
        }
        if (negated) return this.none(match);
        return this.of(match.of).flatMap((left) =>
          this.of({ t: 'and', list: match.list }, true, left.last).map((right) => join(left, right)),
        );
      }
      case 'within':
        if (negated) return this.none(match);
        return this.of(match.of).flatMap((way) => this.within(way, match.us));
      case 'follows':
        return negated ? this.none(match) : this.follows(match, undefined);
    }
  }

  /** The whole of it is not true in any way. */
  private none(match: Match): Way[] {
    const other = this.possible ? isTrue(match, this.world) : couldBeTrue(match, this.world);
    return other ? [] : [NOTHING];
  }

  private all(list: readonly Match[], negated: boolean, bound: SpanView | undefined): Way[] {
    return list.reduce<Way[]>(
      (ways, match) => ways.flatMap((left) => this.of(match, negated, bound).map((right) => join(left, right))),
      [NOTHING],
    );
  }

  private singles(part: Part, test: One, maybe: boolean): SpanView[][] {
    const list = maybe ? part.maybe : part.sure;
    return list.filter((span) => test(span) === true || (maybe && test(span) === U)).map((span) => [span]);
  }

  private pairs(part: Part, test: Two, maybe: boolean, firsts?: readonly SpanView[]): SpanView[][] {
    const list = maybe ? part.maybe : part.sure;
    return (firsts ?? list).flatMap((a) =>
      list
        .filter((b) => b !== a && (test(a, b) === true || (maybe && test(a, b) === U)))
        .map((b) => (firsts ? [b] : [a, b])),
    );
  }

  private absent(text: string, part: Part, hits: Absence['hits']): Way {
    return { ...NOTHING, absences: [{ text, part, hits }] };
  }

  private groups(match: Match & { t: 'groups' }, negated: boolean): Way[] {
    if (match.every !== negated) {
      const every = this.possible
        ? match.sure.every((part) => couldBeTrue(flip(match.body(part), negated), this.world))
        : !match.open && match.maybe.every((part) => isTrue(flip(match.body(part), negated), this.world));
      return every ? [NOTHING] : [];
    }
    const parts = this.possible ? [...match.maybe, ...(match.open ? [match.unseen] : [])] : match.sure;
    return parts.flatMap((part) => this.of(match.body(part), negated).flatMap((way) => this.everywhere(way)));
  }

  /** What is absent is absent in the whole of where it was looked for. */
  everywhere(way: Way): Way[] {
    const open = way.absences.filter(({ window }) => window === undefined);
    if (!open.every((absence) => this.isAbsent(absence, () => true))) return [];
    return [{ ...way, absences: way.absences.map((absence) => ({ window: null, ...absence })) }];
  }

  private isAbsent({ part, hits }: Absence, counts: (span: SpanView) => boolean): boolean {
    if (!this.possible && part.open) return false;
    return !hits(!this.possible).some((hit) => hit.every(counts));
  }

  private within(way: Way, us: number): Way[] {
    if (way.spans.length === 0) return this.everywhere(way);
    const starts = way.spans.map(({ startUs }) => startUs);
    const [least, most] = [Math.min(...starts), Math.max(...starts)];
    if (most - least > us) return [];
    const window = { fromUs: most - us, toUs: least + us };
    const inside = ({ startUs }: SpanView): boolean => startUs >= window.fromUs && startUs <= window.toUs;
    const open = way.absences.filter((absence) => absence.window === undefined);
    if (!open.every((absence) => this.isAbsent(absence, inside))) return [];
    return [{ ...way, absences: way.absences.map((absence) => ({ window, ...absence })) }];
  }

  /** `reaches`: whose absences go on to the other side of a `follows` around this one. */
  private follows(match: Match & { t: 'follows' }, reaches: 'first' | 'then' | undefined): Way[] {
    const side = (which: 'first' | 'then', bound?: SpanView): Way[] => {
      const part = match[which];
      if (part.t === 'follows') return this.follows(part, which === 'first' ? 'then' : 'first');
      return this.of(part, false, bound);
    };
    const pairs = match.flipped
      ? side('then').flatMap((then) => side('first', then.last).map((first) => ({ first, then })))
      : side('first').flatMap((first) => side('then', first.last).map((then) => ({ first, then })));
    return pairs.flatMap(({ first, then }) => this.inOrder(match, first, then, reaches));
  }

  private inOrder(
    { us, flipped }: Match & { t: 'follows' },
    first: Way,
    then: Way,
    reaches: 'first' | 'then' | undefined,
  ): Way[] {
    const end = Math.max(...first.spans.map(({ endUs }) => endUs));
    const start = Math.min(...then.spans.map(({ startUs }) => startUs));
    if (first.spans.length > 0 && then.spans.length > 0) {
      if (first.spans.some((span) => then.spans.includes(span)) || start - end > us) return [];
      const blurred = first.spans.some((a) => then.spans.some((b) => this.world.blurred(a, b)));
      if (blurred ? !this.possible : start < end) return [];
    }
    const anchor = (absence: Absence, which: 'first' | 'then'): Absence => {
      if (absence.window !== undefined) return absence;
      if (which === 'first' && then.spans.length > 0) {
        const fromUs = absence.after ? -Infinity : start - us;
        return { ...absence, before: { fromUs, toUs: start, spans: then.spans } };
      }
      if (which === 'then' && first.spans.length > 0) {
        const toUs = absence.before ? Infinity : end + us;
        return { ...absence, after: { fromUs: end, toUs, spans: first.spans } };
      }
      return absence;
    };
    const early = first.absences.map((absence) => anchor(absence, 'first'));
    const late = then.absences.map((absence) => anchor(absence, 'then'));
    const settle = (absence: Absence, which: 'first' | 'then'): Absence | undefined => {
      const { window, after, before } = absence;
      if (window !== undefined || (!after && !before)) return absence;
      const other = which === 'first' ? then : first;
      if (reaches === which && other.spans.length > 0 && !(after && before)) return absence;
      return this.isAbsent(absence, (span) => this.isBetween(span, absence))
        ? { ...absence, window: this.windowOf(absence) }
        : undefined;
    };
    const settled = [
      early.map((absence) => settle(absence, 'first')),
      late.map((absence) => settle(absence, 'then')),
    ] as const;
    if (settled.flat().includes(undefined)) return [];
    const [a, b] = [
      { ...first, absences: settled[0] as Absence[] },
      { ...then, absences: settled[1] as Absence[] },
    ];
    return [flipped ? join(b, a) : join(a, b)];
  }

  private isBetween(span: SpanView, { after, before }: Absence): boolean {
    if (after?.spans.includes(span) || before?.spans.includes(span)) return false;
    const on = (side: Side | undefined, at: number): boolean => {
      if (!side) return true;
      if (side.spans.some((other) => this.world.blurred(span, other))) return !this.possible;
      return at >= side.fromUs && at <= side.toUs;
    };
    return on(after, span.startUs) && on(before, span.endUs);
  }

  private windowOf({ after, before }: Absence): Window {
    const { spans } = this.world.trace;
    const fromUs = Math.max(after?.fromUs ?? -Infinity, before?.fromUs ?? -Infinity);
    const toUs = Math.min(after?.toUs ?? Infinity, before?.toUs ?? Infinity);
    return {
      fromUs: fromUs > -Infinity ? fromUs : spans[0]!.startUs,
      toUs: toUs < Infinity ? toUs : Math.max(...spans.map(({ endUs }) => endUs), fromUs),
    };
  }
}

const flip = (match: Match, negated: boolean): Match => (negated ? { t: 'not', of: match } : match);

const join = (a: Way, b: Way): Way => ({
  branches: [...a.branches, ...b.branches],
  spans: [...a.spans, ...b.spans],
  shown: [...a.shown, ...b.shown],
  last: b.last ?? a.last,
  absences: [...a.absences, ...b.absences],
});

/** Every way of being true with what is certain, absences looked for. */
export function waysOf(match: Match, world: World): Way[] {
  const ways = new Ways(world, false);
  return ways.of(match).flatMap((way) => ways.everywhere(way));
}

const isTrue = (match: Match, world: World): boolean => waysOf(match, world).length > 0;

export const truthOf = (match: Match, world: World): Tri =>
  isTrue(match, world) ? true : world.careful && couldBeTrue(match, world) ? U : false;

/** Whether it holds or might, if nothing were missing. Where spans may be missing, they may be any. */
function couldBeTrue(match: Match, world: World, negated = false, anywhere = false): boolean {
  const inner = (part: Match, not = negated): boolean => couldBeTrue(part, world, not, anywhere);
  switch (match.t) {
    case 'has':
    case 'pair':
    case 'bound':
      if (anywhere) return true;
      if (negated) return !isTrue(match, world);
      return match.part.open || new Ways(world, true).of(match).length > 0;
    case 'and':
    case 'or':
      return (match.t === 'and') !== negated
        ? match.list.every((part) => inner(part))
        : match.list.some((part) => inner(part));
    case 'not':
      return inner(match.of, !negated);
    case 'requires':
      if (!match.list.some(({ t }) => t === 'bound')) {
        return inner({ t: 'and', list: [match.of, { t: 'not', of: { t: 'and', list: match.list } }] });
      }
      if (negated) return !isTrue(match, world);
      if (!world.missing) return possibly(match, world);
      return (
        couldBeTrue(match.of, world, false, true) && couldBeTrue({ t: 'and', list: match.list }, world, true, true)
      );
    case 'within':
      if (negated) return !isTrue(match, world);
      return world.missing ? couldBeTrue(match.of, world, false, true) : possibly(match, world);
    case 'follows':
      if (negated) return !isTrue(match, world);
      if (!world.missing) return possibly(match, world);
      return couldBeTrue(match.first, world, false, true) && couldBeTrue(match.then, world, false, true);
    case 'groups': {
      if (match.every !== negated) return match.sure.every((part) => couldBeTrue(match.body(part), world, negated));
      const parts = [...match.maybe, ...(match.open ? [match.unseen] : [])];
      return parts.some((part) => couldBeTrue(match.body(part), world, negated));
    }
    default:
      return new Ways(world, true).of(match, negated).length > 0;
  }
}

function possibly(match: Match, world: World): boolean {
  const ways = new Ways(world, true);
  return ways.of(match).some((way) => ways.everywhere(way).length > 0);
}
