import type { GroupsPlan } from '../dsl/plan';
import { freeOfLambda } from '../dsl/free_names';
import { TRACE } from '../dsl/plan';
import type { SpanView } from '../trace/span';
import type { Frame } from './frame';
import { Members } from './frame';
import { keyOf } from './keys';
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
}

/** Makes what finds the groups of `under` and `groupBy`. */
export function compileGroups(
  plan: GroupsPlan,
  slot: number,
  slots: Slots,
  tests: TestCompiler,
  values: ValueCompiler,
): GroupSource {
  const from = slots.scopes.get(plan.from)!;
  const find = plan.kind === 'under' ? findUnder(plan, slots, tests) : findByKey(plan, slots, values);
  const closed = freeOfLambda(plan.by).size === 0;
  const place = tests.place();
  return {
    slot,
    find(frame) {
      if (!closed) return find(frame);
      const { found } = frame.scopes[from]!;
      return (found[place] ??= find(frame)) as Groups;
    },
  };
}

function findUnder(plan: GroupsPlan, slots: Slots, tests: TestCompiler): (frame: Frame) => Groups {
  const test = tests.single(plan.by, plan.from, slots);
  const whole = plan.from === TRACE;
  return (frame) => {
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
}

function findByKey(plan: GroupsPlan, slots: Slots, values: ValueCompiler): (frame: Frame) => Groups {
  const from = slots.scopes.get(plan.from)!;
  const slot = slots.depth;
  const key = values.lambda(plan.by, slots, false);
  return (frame) => {
    const { possible, open, ...members } = frame.scopes[from]!;
    const sure = possible === members.spans ? undefined : new Set(members.spans);
    const groups = new Map<string, { spans: SpanView[]; possible: SpanView[] }>();
    const homeless = new Set<SpanView>();
    if (slot > 0) frame.budget.spend(possible.length);
    for (const span of possible) {
      frame.variables[slot] = span;
      const value = key(frame);
      if (isUnknown(value)) {
        homeless.add(span);
        continue;
      }
      const text = keyOf(value);
      if (text === undefined) continue;
      const group = groups.get(text) ?? { spans: [], possible: [] };
      groups.set(text, group);
      if (!sure || sure.has(span)) group.spans.push(span);
      group.possible.push(span);
    }
    const all = [...groups].map(([text, group]) => {
      const more = homeless.size === 0 ? group.possible : mixed(possible, group.possible, homeless);
      const same = more.length === group.spans.length;
      return new Members(group.spans, same ? group.spans : more, open, text);
    });
    return { certain: all.filter(({ spans }) => spans.length > 0), possible: all, open: open || homeless.size > 0 };
  };
}

function mixed(all: readonly SpanView[], some: readonly SpanView[], others: ReadonlySet<SpanView>): SpanView[] {
  const members = new Set(some);
  return all.filter((span) => members.has(span) || others.has(span));
}
