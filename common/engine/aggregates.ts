import type { AggregatePlan, CountPlan } from '../dsl/plan';
import type { SpanView } from '../trace/span';
import type { Frame } from './frame';
import { aggregate, densest } from './numbers';
import type { Slots } from './slots';
import type { Test, TestCompiler } from './tests';
import { isUnknown, Range, UNKNOWN } from './unknown';
import type { Getter, ValueCompiler } from './value_compiler';

/** How many spans satisfy a predicate, or the most of them in a window. */
export function compileCount({ predicate, scope, windowUs }: CountPlan, slots: Slots, tests: TestCompiler): Getter {
  const test = tests.single(predicate, scope, slots);
  const size = (spans: readonly SpanView[]): number =>
    windowUs === undefined ? spans.length : densest(spans, windowUs).count;
  return (frame) => {
    const least = size(test.certain(frame));
    if (!frame.cautious) return least;
    const most = frame.scopes[test.scope]!.open ? Infinity : size(test.possible(frame));
    return most === least ? least : new Range(least, most);
  };
}

/** Sums and the like of what an arrow function gives for the spans of a scope. */
export function compileAggregate(
  plan: AggregatePlan,
  slots: Slots,
  tests: TestCompiler,
  values: ValueCompiler,
): Getter {
  const { name, rank = 0 } = plan;
  const scope = slots.scopes.get(plan.scope)!;
  const test = plan.predicate && tests.single(plan.predicate, plan.scope, slots);
  const of = values.lambda(plan.of, slots, false);
  const slot = slots.depth;
  const valuesOf = (frame: Frame, spans: readonly SpanView[]): unknown[] => {
    if (slot > 0) frame.budget.spend(spans.length);
    return spans.map((span) => {
      frame.variables[slot] = span;
      return of(frame);
    });
  };
  return (frame) => {
    const found = valuesOf(frame, test ? test.certain(frame) : frame.scopes[scope]!.spans);
    if (!frame.cautious) return aggregate(name, found, rank);
    const known = found.filter((value) => !isUnknown(value));
    if (isWhole(frame, scope, test) && known.length === found.length) return aggregate(name, found, rank);
    const least = aggregate(name, known, rank);
    if (name === 'distinct') return new Range(least ?? 0, Infinity);
    if (least === undefined || (name !== 'max' && name !== 'min')) return UNKNOWN;
    return name === 'max' ? new Range(least, Infinity) : new Range(-Infinity, least);
  };
}

/** Whether more is neither possible nor unknown. */
function isWhole(frame: Frame, scope: number, test: Test | undefined): boolean {
  const { spans, possible, open } = frame.scopes[scope]!;
  if (open) return false;
  return test ? test.certain(frame).length === test.possible(frame).length : spans.length === possible.length;
}
