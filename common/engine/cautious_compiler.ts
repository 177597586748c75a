import type { LogicalOperator } from '../dsl/ast';
import type { BinaryPlan, ValuePlan } from '../dsl/plan';
import type { SpanView } from '../trace/span';
import { cautiousCollection, includesMaybe } from './cautious_collections';
import { Doubt } from '../trace/doubt';
import { callDoubt, compareDoubt, includesDoubt, matchDoubt } from './doubts';
import { readDoubtful } from './readers';
import { compileTest } from './regex_test';
import { SPAN_READERS } from './span_fields';
import { compareRanges, isComparison } from './ranges';
import type { Slots } from './slots';
import type { Tri } from './unknown';
import { combineTruth, isUnknown, negate, PartialList, truthOf, UNKNOWN } from './unknown';
import type { Frame } from './frame';
import type { Getter } from './value_compiler';
import { ValueCompiler } from './value_compiler';
import { OPERATIONS, strictlyEqual } from './operators';

/** Three-valued: what is missing of a trace can touch is unknown, and so is what hangs on it alone. */
export class CautiousCompiler extends ValueCompiler {
  override value(plan: ValuePlan, slots: Slots): Getter {
    if (plan.type === 'not') {
      const operand = this.truth(plan.operand, slots);
      return (frame) => negate(operand(frame) as Tri);
    }
    if (plan.type === 'method' && plan.name === 'includes') return this.includes(plan, slots);
    if (plan.type === 'method') return this.method(plan, slots);
    if (plan.type === 'matches') return this.matching(plan, slots);
    if (plan.type === 'field') {
      const read = SPAN_READERS[plan.field];
      return this.about(plan.of, slots, (span) => (span.doubts ? readDoubtful(span, plan.field) : read(span)));
    }
    return super.value(plan, slots);
  }

  override truth(plan: ValuePlan, slots: Slots): Getter {
    switch (plan.type) {
      case 'logical': {
        if (plan.operator === '??') break;
        const operands = plan.operands.map((operand) => this.truth(operand, slots));
        const dominant = plan.operator === '||';
        return (frame) => combineTruth(lazily(operands, frame), dominant);
      }
      case 'conditional': {
        const [test, yes, no] = [plan.test, plan.consequent, plan.alternate].map((part) => this.truth(part, slots));
        return (frame) => {
          const known = test!(frame);
          if (known !== UNKNOWN) return known ? yes!(frame) : no!(frame);
          const both = yes!(frame);
          return both === no!(frame) ? both : UNKNOWN;
        };
      }
      case 'call': {
        const called = this.call(plan, slots, true);
        return (frame) => truthOf(called(frame));
      }
      default:
        break;
    }
    const value = this.value(plan, slots);
    return (frame) => truthOf(value(frame));
  }

  protected override read(of: ValuePlan, slots: Slots, reader: (thing: never) => unknown): Getter {
    return this.about(of, slots, reader as (thing: SpanView) => unknown);
  }

  protected override about(of: ValuePlan, slots: Slots, reader: (thing: SpanView, frame: Frame) => unknown): Getter {
    const thing = this.value(of, slots);
    return (frame) => {
      const found = thing(frame);
      if (isUnknown(found)) return UNKNOWN;
      return found == null ? undefined : reader(found as SpanView, frame);
    };
  }

  protected override strict(
    plans: readonly ValuePlan[],
    slots: Slots,
    compute: (values: readonly unknown[]) => unknown,
  ): Getter {
    const parts = plans.map((part) => this.value(part, slots));
    return (frame) => {
      const values = parts.map((part) => part(frame));
      return values.some(isUnknown) ? UNKNOWN : compute(values);
    };
  }

  protected override unary(plan: ValuePlan, slots: Slots, compute: (value: unknown) => unknown): Getter {
    const part = this.value(plan, slots);
    return (frame) => {
      const value = part(frame);
      return isUnknown(value) ? UNKNOWN : compute(value);
    };
  }

  protected override collection(plan: ValuePlan & { type: 'collection' }, slots: Slots): Getter {
    const { name } = plan;
    const list = this.value(plan.object, slots);
    const each = this.lambda(plan.each, slots, name !== 'map');
    const slot = slots.depth;
    return (frame) =>
      cautiousCollection(name, list(frame), (item) => {
        frame.budget.spend(1);
        frame.variables[slot] = item;
        return each(frame);
      });
  }

  protected override logical(operator: LogicalOperator, operands: readonly Getter[]): Getter {
    const plain = super.logical(operator, operands);
    return (frame) => {
      for (const operand of operands) {
        const value = operand(frame);
        if (isUnknown(value)) return UNKNOWN;
        const settled = operator === '??' ? value != null : Boolean(value) === (operator === '||');
        if (settled) return value;
      }
      return plain(frame);
    };
  }

  protected override binary(plan: BinaryPlan, slots: Slots): Getter {
    const [first, ...rest] = plan.operands.map((operand) => this.value(operand, slots));
    const clocks = plan.clocks?.map((span) => this.value(span, slots)) ?? [];
    const compute = (frame: Frame): unknown =>
      plan.operators.reduce((left, operator, i) => {
        const right = rest[i]!(frame);
        const doubtful = compareDoubt(operator, left, right);
        if (doubtful !== undefined) return doubtful;
        if (isComparison(operator)) {
          const known = compareRanges(operator, left, right);
          if (known !== undefined) return known;
        }
        if (isUnknown(left) || isUnknown(right)) return UNKNOWN;
        return OPERATIONS[operator as Exclude<typeof operator, 'in'>](left, right);
      }, first!(frame));
    if (clocks.length === 0) return compute;
    return (frame) => (clocksDisagree(clocks, frame) ? UNKNOWN : compute(frame));
  }

  protected override conditional(plan: ValuePlan & { type: 'conditional' }, slots: Slots): Getter {
    const test = this.truth(plan.test, slots);
    const [consequent, alternate] = [this.value(plan.consequent, slots), this.value(plan.alternate, slots)];
    return (frame) => {
      const known = test(frame);
      if (known !== UNKNOWN) return known ? consequent(frame) : alternate(frame);
      const [a, b] = [consequent(frame), alternate(frame)];
      return !isUnknown(a) && !isUnknown(b) && strictlyEqual(a, b) ? a : UNKNOWN;
    };
  }

  private method(plan: ValuePlan & { type: 'method' }, slots: Slots): Getter {
    const owner = this.value(plan.object, slots);
    const args = plan.args.map((argument) => this.value(argument, slots));
    const plain = super.value(plan, slots);
    return (frame) => {
      const found = owner(frame);
      if (!(found instanceof Doubt)) return plain(frame);
      const given = args.map((argument) => argument(frame));
      return given.some(isUnknown) ? UNKNOWN : callDoubt(found, plan.name, given);
    };
  }

  private matching(plan: ValuePlan & { type: 'matches' }, slots: Slots): Getter {
    const subject = this.value(plan.subject, slots);
    const test = compileTest(plan.regex);
    const plain = super.value(plan, slots);
    return (frame) => {
      const found = subject(frame);
      if (!(found instanceof Doubt)) return plain(frame);
      return matchDoubt(found, (value) => value !== undefined && test(String(value)));
    };
  }

  private includes(plan: ValuePlan & { type: 'method' }, slots: Slots): Getter {
    const whole = this.strict([plan.object, ...plan.args], slots, () => undefined);
    const plain = super.value(plan, slots);
    const [owner, item] = [this.value(plan.object, slots), this.value(plan.args[0]!, slots)];
    return (frame) => {
      if (whole(frame) !== UNKNOWN) return plain(frame);
      const list = owner(frame);
      const sought = item(frame);
      if (sought instanceof Doubt && !isUnknown(list)) return includesDoubt(list, sought);
      return list instanceof PartialList && !isUnknown(sought) ? includesMaybe(list, sought) : UNKNOWN;
    };
  }
}

function* lazily(operands: readonly Getter[], frame: Frame): Generator<Tri> {
  for (const operand of operands) yield operand(frame) as Tri;
}

function clocksDisagree(clocks: readonly Getter[], frame: Frame): boolean {
  if (frame.skewUs === 0) return false;
  const spans = clocks.map((clock) => clock(frame)).filter((span) => span != null && !isUnknown(span)) as SpanView[];
  return spans.some((a, i) => spans.slice(i + 1).some((b) => frame.unsureOrder(a, b)));
}
