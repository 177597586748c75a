import type { SpanView } from '../../../common/trace/span';
import { alike, micros } from './differences';
import { aggregate } from './lists';
import type { Part, World } from './spans';
import type { Tri } from './three_valued';
import { Between, tri, U, vague } from './three_valued';
import type { Match } from './worlds';

/** What an arrow function is to a step. */
export interface Arrow {
  readonly parameters: number;
  readonly text: string;
  value(...args: unknown[]): unknown;
  truth(...args: unknown[]): Tri;
  /** Its body as a match about a group. */
  match(part: Part): Match;
}

type Open = (inner: (part: Part) => Match) => Match;

/** A trace, a group, or what a chain has narrowed them to. */
export class Scope {
  constructor(
    readonly world: World,
    readonly open: Open,
    /** Of an unscoped chain: the spans. */
    readonly part: Part | undefined,
    private readonly outer?: { scope: Scope; groups: (part: Part) => Match & { t: 'groups' } },
  ) {}

  step(
    name: string,
    args: readonly unknown[],
    needed: (argument: unknown, scope: Scope) => (part: Part) => Match,
  ): unknown {
    const arrow = args[0] as Arrow;
    switch (name) {
      case 'has':
      case 'missing':
      case 'every': {
        const make = (part: Part): Match => {
          const has = hasOf(arrow, part, name === 'every');
          return name === 'has' ? has : { t: 'not', of: has };
        };
        return new Steps(this, make, name === 'has' ? arrow : undefined);
      }
      case 'not': {
        const inner = needed(args[0], this);
        return new Steps(this, (part) => ({ t: 'not', of: inner(part) }));
      }
      case 'where': {
        const open: Open = (inner) =>
          this.open((part) => ({
            t: 'and',
            list: [{ t: 'guard', part, test: arrow.truth, text: arrow.text }, inner(part)],
          }));
        return new Scope(this.world, open, undefined);
      }
      case 'under':
      case 'groupBy': {
        const groups = (part: Part): Match & { t: 'groups' } =>
          name === 'under' ? under(part, arrow, this.world) : groupBy(part, arrow);
        const open: Open = (inner) => this.open((part) => ({ ...groups(part), body: inner }));
        return new Scope(this.world, open, undefined, { scope: this, groups });
      }
      case 'some': {
        const { scope, groups } = this.outer!;
        return new Steps(scope, (part) => ({ ...groups(part), body: (group) => arrow.match(group) }));
      }
      case 'count':
        return this.count(arrow, Infinity);
      default: {
        const rank = name === 'percentile' ? (args[1] as number) : 0;
        const filter = args[name === 'percentile' ? 2 : 1] as Arrow | undefined;
        return this.number((part) => numberOf(name, part, arrow, rank, filter));
      }
    }
  }

  /** `every` after `groupBy` and `under` is about groups. */
  everyGroup(arrow: Arrow): unknown {
    const { scope, groups } = this.outer!;
    return new Steps(scope, (part) => ({ ...groups(part), every: true, body: (group) => arrow.match(group) }));
  }

  get isGrouped(): boolean {
    return this.outer !== undefined;
  }

  count(arrow: Arrow, us: number): unknown {
    const most = (spans: readonly SpanView[]): number =>
      Math.max(0, ...spans.map((_, i) => inWindow(spans, i, us).length));
    return this.number(
      (part) => {
        const sure = most(part.sure.filter((span) => arrow.truth(span) === true));
        const maybe = part.open ? Infinity : most(part.maybe.filter((span) => arrow.truth(span) !== false));
        return sure === maybe ? sure : new Between(sure, maybe);
      },
      (part, n) => {
        const spans = part.sure.filter((span) => arrow.truth(span) === true);
        const best = spans.findIndex((_, i) => inWindow(spans, i, us).length === most(spans));
        return spans.length === 0 ? [] : inWindow(spans, best, us).slice(0, n);
      },
    );
  }

  number(get: (part: Part) => unknown, shown?: Numbered['shown']): unknown {
    return new Numbered(this, get, shown);
  }
}

const inWindow = (spans: readonly SpanView[], from: number, us: number): readonly SpanView[] =>
  spans.filter((span, i) => i >= from && span.startUs - spans[from]!.startUs <= us);

/** A number, or any value, that a chain gives: for every group its own. */
export class Numbered {
  constructor(
    readonly scope: Scope,
    readonly get: (part: Part) => unknown,
    readonly shown?: (part: Part, n: number) => readonly SpanView[],
  ) {}

  /** The condition that it makes together with something else. */
  condition(compute: (value: unknown) => unknown, n = 0): Match {
    return this.scope.open((part) => ({
      t: 'condition',
      truth: () => tri(compute(this.get(part))),
      shown: () => (this.shown && n > 0 ? this.shown(part, n) : []),
    }));
  }
}

/** A match that a chain has come to. */
export class Steps {
  constructor(
    readonly scope: Scope,
    readonly make: (part: Part) => Match,
    private readonly counted?: Arrow,
    private readonly us = Infinity,
    private readonly requires = false,
  ) {}

  close(): Match {
    return this.scope.open(this.make);
  }

  step(
    name: string,
    args: readonly unknown[],
    needed: (argument: unknown, scope: Scope) => (part: Part) => Match,
  ): unknown {
    const { make, scope } = this;
    if (name === 'not') return new Steps(scope, (part) => ({ t: 'not', of: make(part) }));
    if (name === 'count') return scope.count(this.counted!, this.us);
    if (name === 'within') return this.within(micros(args[0])!);
    const arrow = args[0] as Arrow;
    const other =
      (arrow as { parameters?: number }).parameters === 2
        ? (part: Part): Match => ({ t: 'bound', part, test: arrow.truth, text: arrow.text })
        : needed(args[0], scope);
    switch (name) {
      case 'and':
      case 'or':
        return new Steps(scope, (part) => ({ t: name, list: [make(part), other(part)] }));
      case 'followedBy':
        return new Steps(scope, (part) => follows(make(part), other(part), false));
      case 'precededBy':
        return new Steps(scope, (part) => follows(other(part), make(part), true));
      default: {
        const more = (part: Part): Match => {
          const left = make(part);
          return this.requires && left.t === 'requires'
            ? { ...left, list: [...left.list, other(part)] }
            : { t: 'requires', of: left, list: [other(part)] };
        };
        return new Steps(scope, more, undefined, Infinity, true);
      }
    }
  }

  private within(us: number): Steps {
    const bounded = (part: Part): Match => {
      const match = this.make(part);
      return match.t === 'follows' && match.us === Infinity ? { ...match, us } : { t: 'within', of: match, us };
    };
    return new Steps(this.scope, bounded, this.counted, us);
  }
}

const follows = (first: Match, then: Match, flipped: boolean): Match => ({
  t: 'follows',
  first,
  then,
  us: Infinity,
  flipped,
});

function hasOf(arrow: Arrow, part: Part, negated: boolean): Match {
  const flip = (truth: Tri): Tri => (!negated || truth === U ? truth : !truth);
  if (arrow.parameters === 2) {
    const text = negated ? `not ${arrow.text}` : arrow.text;
    return { t: 'pair', part, text, test: (a, b) => flip(arrow.truth(a, b)) };
  }
  return { t: 'has', part, text: negated ? `!(${arrow.text})` : arrow.text, test: (span) => flip(arrow.truth(span)) };
}

const LATER = (): Match => {
  throw new Error('no body');
};

function under(part: Part, arrow: Arrow, world: World): Match & { t: 'groups' } {
  const group = (head: SpanView): Part => {
    const inside = (span: SpanView): boolean => span === head || world.below(head).includes(span);
    const [sure, maybe] = [part.sure.filter(inside), part.maybe.filter(inside)];
    return { sure, maybe, open: part.open };
  };
  return {
    t: 'groups',
    every: false,
    sure: part.sure.filter((span) => arrow.truth(span) === true).map(group),
    maybe: part.maybe.filter((span) => arrow.truth(span) !== false).map(group),
    open: part.open,
    unseen: { sure: [], maybe: world.trace.spans, open: world.missing },
    body: LATER,
  };
}

function groupBy(part: Part, arrow: Arrow): Match & { t: 'groups' } {
  const keyed = part.maybe.map((span) => ({ span, key: arrow.value(span) }));
  const homeless = keyed.filter(({ key }) => vague(key)).map(({ span }) => span);
  const known = keyed.filter(({ key }) => !vague(key) && key !== undefined);
  const first = known.filter(({ key }, i) => known.findIndex((other) => alike(other.key, key)) === i);
  const groups = first.map(({ key }): Part => {
    const members = known.filter((other) => alike(other.key, key)).map(({ span }) => span);
    const maybe = part.maybe.filter((span) => members.includes(span) || homeless.includes(span));
    return { sure: members.filter((span) => part.sure.includes(span)), maybe, open: part.open };
  });
  return {
    t: 'groups',
    every: false,
    sure: groups.filter(({ sure }) => sure.length > 0),
    maybe: groups,
    open: part.open || homeless.length > 0,
    unseen: { sure: [], maybe: part.maybe, open: part.open },
    body: LATER,
  };
}

function numberOf(name: string, part: Part, arrow: Arrow, rank: number, filter: Arrow | undefined): unknown {
  const chosen = (list: readonly SpanView[], maybe: boolean): readonly SpanView[] =>
    filter ? list.filter((span) => (maybe ? filter.truth(span) !== false : filter.truth(span) === true)) : list;
  const sure = chosen(part.sure, false);
  const values = sure.map((span) => arrow.value(span));
  const known = values.filter((value) => !vague(value));
  const exact = aggregate(name, known, rank);
  const whole = !part.open && chosen(part.maybe, true).length === sure.length && known.length === values.length;
  if (whole) return exact;
  if (name === 'distinct') return new Between(exact ?? 0, Infinity);
  if (exact === undefined) return U;
  return name === 'min' ? new Between(-Infinity, exact) : name === 'max' ? new Between(exact, Infinity) : U;
}
