import type { Lambda, ScopeVariable, ValuePlan, Variable } from '../dsl/plan';
import { freeNames, freeOfLambda } from '../dsl/free_names';
import type { SpanView } from '../trace/span';
import type { Frame, Members } from './frame';
import { sieveOf } from './sieve';
import type { Slots } from './slots';
import { bindVariables } from './slots';
import { isUnknown } from './unknown';
import type { Getter, ValueCompiler } from './value_compiler';

/** A predicate over one span, ready to run. */
export interface Test {
  readonly lambda: Lambda;
  readonly text: string;
  readonly scope: number;
  /** Whether it asks of nothing around it, so that what it finds is found once for each group. */
  readonly isClosed: boolean;
  /** Spans that satisfy it, whatever is missing; in order. */
  certain(frame: Frame): readonly SpanView[];
  /** Spans that satisfy it, or might if nothing were missing from them. */
  possible(frame: Frame): readonly SpanView[];
  /** Whether there is a certain one; and the first of them. */
  first(frame: Frame): SpanView | undefined;
}

/** A predicate over two spans. */
export interface PairTest {
  readonly lambda: Lambda;
  readonly text: string;
  readonly scope: number;
  /** Spans that the first parameter may be: what speaks of it alone holds. */
  firsts(frame: Frame, possible: boolean): readonly SpanView[];
  /** Spans other than the first that, with it, certainly satisfy the predicate; or possibly. */
  seconds(frame: Frame, first: SpanView, possible: boolean): readonly SpanView[];
}

/** Whether an arrow function asks of nothing around it but the whole trace. */
export const isClosed = (lambda: Lambda): boolean => freeOfLambda(lambda).size === 0;

/** Makes tests, and numbers what they find so that it is found once for each group. */
export class TestCompiler {
  private places = 0;

  constructor(
    private readonly values: ValueCompiler,
    private readonly cautious: boolean,
  ) {}

  /** A number of its own for something that is kept with the members of a scope. */
  place(): number {
    return this.places++;
  }

  single(lambda: Lambda, scopeVariable: ScopeVariable, slots: Slots): Test {
    const scope = slots.scopes.get(scopeVariable)!;
    const slot = slots.depth;
    const getter = this.values.lambda(lambda, slots, true);
    const base = { lambda, text: lambda.text, scope };
    const holds = (frame: Frame, span: SpanView): boolean => {
      frame.variables[slot] = span;
      const value = getter(frame);
      return Boolean(value) && !isUnknown(value);
    };
    const mayHold = this.cautious
      ? (frame: Frame, span: SpanView): boolean => {
          frame.variables[slot] = span;
          const value = getter(frame);
          return Boolean(value) || isUnknown(value);
        }
      : holds;
    if (isClosed(lambda)) return this.closed(base, holds, mayHold);
    const candidates = this.cautious ? undefined : this.alone(lambda, lambda.parameters[0]!, scope, slots);
    const select = (frame: Frame, spans: readonly SpanView[], test: typeof holds): readonly SpanView[] => {
      const list = candidates ? candidates(frame) : spans;
      frame.budget.spend(list.length);
      return list.filter((span) => test(frame, span));
    };
    return {
      ...base,
      isClosed: false,
      certain: (frame) => select(frame, frame.scopes[scope]!.spans, holds),
      possible: (frame) => select(frame, frame.scopes[scope]!.possible, mayHold),
      first(frame) {
        const list = candidates ? candidates(frame) : frame.scopes[scope]!.spans;
        frame.budget.spend(list.length);
        return list.find((span) => holds(frame, span));
      },
    };
  }

  pair(lambda: Lambda, scopeVariable: ScopeVariable, slots: Slots): PairTest {
    const scope = slots.scopes.get(scopeVariable)!;
    const [one, two] = lambda.parameters;
    const slot = slots.depth;
    const getter = this.values.lambda(lambda, slots, true);
    const members = (frame: Frame, possible: boolean): readonly SpanView[] => {
      const { spans, possible: all } = frame.scopes[scope]!;
      return possible ? all : spans;
    };
    const firsts = this.cautious ? members : this.alone(lambda, one!, scope, slots);
    const candidates = this.cautious ? members : this.alone(lambda, two!, scope, slots);
    return {
      lambda,
      text: lambda.text,
      scope,
      firsts,
      seconds(frame, first, possible) {
        const spans = candidates(frame, possible);
        frame.budget.spend(spans.length);
        return spans.filter((span) => {
          if (span === first) return false;
          frame.variables[slot] = first;
          frame.variables[slot + 1] = span;
          const value = getter(frame);
          return isUnknown(value) ? possible : Boolean(value);
        });
      },
    };
  }

  private closed(
    base: Pick<Test, 'lambda' | 'text' | 'scope'>,
    holds: (frame: Frame, span: SpanView) => boolean,
    mayHold: (frame: Frame, span: SpanView) => boolean,
  ): Test {
    const { scope } = base;
    const [all, maybe, one] = [this.place(), this.place(), this.place()];
    const keep = <T>(frame: Frame, place: number, find: (members: Members) => T): T => {
      const members = frame.scopes[scope]!;
      return ((members.found[place] as { value: T } | undefined) ??= remember(members, place, find(members))).value;
    };
    // What is missing from spans may be what they need, and of groups it isn't kept what they have.
    const sieve = this.cautious || scope !== 0 ? undefined : sieveOf(base.lambda);
    const likely = ({ spans }: Members, frame: Frame): readonly SpanView[] =>
      sieve ? sieve.pass(spans, frame.columns) : spans;
    const certain = (frame: Frame): readonly SpanView[] =>
      keep(frame, all, (members) => likely(members, frame).filter((span) => holds(frame, span)));
    return {
      ...base,
      isClosed: true,
      certain,
      possible: this.cautious
        ? (frame) => keep(frame, maybe, ({ possible }) => possible.filter((span) => mayHold(frame, span)))
        : certain,
      first: (frame) => keep(frame, one, (members) => likely(members, frame).find((span) => holds(frame, span))),
    };
  }

  /** Spans for which everything holds that a predicate says of this parameter alone: found once, whatever is around. */
  private alone(
    lambda: Lambda,
    parameter: Variable,
    scope: number,
    slots: Slots,
  ): (frame: Frame) => readonly SpanView[] {
    const parts = conjuncts(lambda.value).filter((part) => {
      const names = freeNames(part);
      return names.size === 0 || (names.size === 1 && names.has(parameter));
    });
    if (parts.length === 0) return (frame) => frame.scopes[scope]!.spans;
    const inner = bindVariables(slots, [parameter]);
    const tests: Getter[] = parts.map((part) => this.values.truth(part, inner));
    const [place, slot] = [this.place(), slots.depth];
    return (frame) => {
      const members = frame.scopes[scope]!;
      const known = members.found[place] as { value: readonly SpanView[] } | undefined;
      if (known) return known.value;
      const before = frame.variables[slot];
      const value = members.spans.filter((span) => {
        frame.variables[slot] = span;
        return tests.every((test) => test(frame));
      });
      frame.variables[slot] = before;
      return remember(members, place, value).value;
    };
  }
}

function remember<T>({ found }: Members, place: number, value: T): { value: T } {
  const kept = { value };
  found[place] = kept;
  return kept;
}

/** The parts of an expression that all have to be true. */
function conjuncts(plan: ValuePlan): readonly ValuePlan[] {
  return plan.type === 'logical' && plan.operator === '&&' ? plan.operands.flatMap(conjuncts) : [plan];
}
