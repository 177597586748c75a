import type { GroupsPlan } from '../dsl/plan';
import { freeOfLambda } from '../dsl/free_names';
import { TRACE } from '../dsl/plan';
import type { SpanView } from '../trace/span';
import type { Frame } from './frame';
import { Members } from './frame';
import { keyOf, ValueMap } from './keys';
import type { Slots } from './slots';
import type { TestCompiler } from './tests';
import { isUnknown } from './unknown';
import type { ValueCompiler } from './value_compiler';

/** The groups of a scope. */
export interface Groups {
  /** Those that certainly are groups, in the order of their first spans. */
  readonly certain: readonly Members[];
  /** Those and the ones that may be. */
  readonly possible: readonly Members[];
  /** Whether there may be others still. */
  readonly open: boolean;
}

export interface GroupSource {
  /** Where a frame keeps the group that is looked at. */
  readonly slot: number;
  find(frame: Frame): Groups;
  /** Whether so many of some spans can be in one group; asked where nothing is unknown. */
  mayHave(frame: Frame, spans: readonly SpanView[], atLeast: number): boolean;
}

interface Group {
  readonly spans: SpanView[];
  readonly possible: SpanView[];
  readonly name: string;
}

type Finder = Pick<GroupSource, 'find' | 'mayHave'>;

/** Makes what finds the groups of `under` and `groupBy`. */
export function compileGroups(
  plan: GroupsPlan,
  slot: number,
  slots: Slots,
  tests: TestCompiler,
  values: ValueCompiler,
): GroupSource {
  const from = slots.scopes.get(plan.from)!;
  const finder = plan.kind === 'under' ? findUnder(plan, slots, tests) : findByKey(plan, slots, values);
  const closed = freeOfLambda(plan.by).size === 0;
  const place = tests.place();
  return {
    slot,
    mayHave: finder.mayHave,
    find(frame) {
      if (!closed) return finder.find(frame);
      const { found } = frame.scopes[from]!;
      return (found[place] ??= finder.find(frame)) as Groups;
    },
  };
}

function findUnder(plan: GroupsPlan, slots: Slots, tests: TestCompiler): Finder {
  const test = tests.single(plan.by, plan.from, slots);
  const whole = plan.from === TRACE;
  const find = (frame: Frame): Groups => {
    const { spans, possible, open } = frame.scopes[test.scope]!;
    const make = (head: SpanView): Members => {
      const below = frame.graph.under(head);
      frame.budget.spend(below.length);
      if (whole) return new Members(below, below, open, head.spanId);
      const [certain, all] = [new Set(spans), new Set(possible)];
      return new Members(
        below.filter((span) => certain.has(span)),
        below.filter((span) => all.has(span)),
        open,
        head.spanId,
      );
    };
    const certain = test.certain(frame).map(make);
    const more = frame.cautious ? test.possible(frame) : [];
    return { certain, possible: more.length > certain.length ? more.map(make) : certain, open };
  };
  return { find, mayHave: (_frame, spans, atLeast) => spans.length >= atLeast };
}

function findByKey(plan: GroupsPlan, slots: Slots, values: ValueCompiler): Finder {
  const from = slots.scopes.get(plan.from)!;
  const slot = slots.depth;
  const key = values.lambda(plan.by, slots, false);
  const find = (frame: Frame): Groups => {
    const { spans, possible, open } = frame.scopes[from]!;
    const sure = possible === spans ? undefined : new Set(spans);
    const groups: Group[] = [];
    const byKey = new ValueMap<Group>();
    const homeless = new Set<SpanView>();
    if (slot > 0) frame.budget.spend(possible.length);
    for (const span of possible) {
      frame.variables[slot] = span;
      const value = key(frame);
      if (isUnknown(value)) {
        homeless.add(span);
        continue;
      }
      if (value === undefined) continue;
      let group = byKey.get(value);
      if (!group) {
        byKey.set(value, (group = { spans: [], possible: [], name: `${keyOf(value)}` }));
        groups.push(group);
      }
      if (!sure || sure.has(span)) group.spans.push(span);
      group.possible.push(span);
    }
    const all = groups.map((group) => {
      const more = homeless.size === 0 ? group.possible : mixed(possible, group.possible, homeless);
      const same = more.length === group.spans.length;
      return new Members(group.spans, same ? group.spans : more, open, group.name);
    });
    const certain = sure ? all.filter((members) => members.spans.length > 0) : all;
    return { certain, possible: all, open: open || homeless.size > 0 };
  };
  const mayHave = (frame: Frame, spans: readonly SpanView[], atLeast: number): boolean => {
    if (spans.length < atLeast) return false;
    const counts = new ValueMap<number>();
    if (slot > 0) frame.budget.spend(spans.length);
    return spans.some((span) => {
      frame.variables[slot] = span;
      const value = key(frame);
      if (value === undefined) return false;
      const count = (counts.get(value) ?? 0) + 1;
      counts.set(value, count);
      return count >= atLeast;
    });
  };
  return { find, mayHave };
}

function mixed(all: readonly SpanView[], some: readonly SpanView[], others: ReadonlySet<SpanView>): SpanView[] {
  const members = new Set(some);
  return all.filter((span) => members.has(span) || others.has(span));
}
