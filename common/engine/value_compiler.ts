import type { AggregatePlan, BinaryPlan, CountPlan, Lambda, MatchPlan, ValuePlan } from '../dsl/plan';
import type { LogicalOperator } from '../dsl/ast';
import type { SpanView } from '../trace/span';
import { applyCollection } from './collections';
import type { Frame } from './frame';
import { BUILTIN_FUNCTIONS, callMethod, readIndex, readProperty } from './methods';
import { negative, OPERATIONS, typeOf } from './operators';
import { readAttribute, readKey, readRelation, readScope } from './readers';
import type { Slots } from './slots';
import { compileTest } from './regex_test';
import { bindVariables } from './slots';
import { PART_READERS, SPAN_READERS } from './span_fields';

/** An expression ready to run. */
export type Getter = (frame: Frame) => unknown;

/** How the parts of a rule that are about matches and numbers of spans are made; they are made of values in turn. */
export interface MatchCompiler {
  holds(match: MatchPlan, slots: Slots): Getter;
  count(plan: CountPlan, slots: Slots): Getter;
  aggregate(plan: AggregatePlan, slots: Slots): Getter;
}

/** Makes closures of checked expressions. Two-valued: the spans at hand are all there is. */
export class ValueCompiler {
  private readonly bodies = new Map<Lambda, Map<string, Getter>>();

  constructor(protected readonly matches: MatchCompiler) {}

  /** The value of an expression. */
  value(plan: ValuePlan, slots: Slots): Getter {
    switch (plan.type) {
      case 'literal': {
        const { value } = plan;
        return () => value;
      }
      case 'variable': {
        const slot = slots.variables.get(plan.variable)!;
        return (frame) => frame.variables[slot];
      }
      case 'field':
        return this.read(plan.of, slots, SPAN_READERS[plan.field] as (span: never) => unknown);
      case 'part':
        return this.read(plan.of, slots, PART_READERS[plan.field] as (part: never) => unknown);
      case 'relation':
        return this.about(plan.of, slots, readRelation(plan.relation));
      case 'attribute':
      case 'resource':
      case 'entry':
        return this.about(plan.of, slots, readAttribute(plan.type, plan.key));
      case 'hasKey':
        return this.about(plan.of, slots, readKey(plan.owner, plan.key));
      case 'property': {
        const { name } = plan;
        return this.unary(plan.object, slots, (object) => readProperty(object, name));
      }
      case 'index':
        return this.strict([plan.object, plan.index], slots, ([object, index]) => readIndex(object, index));
      case 'method': {
        const { name } = plan;
        return this.strict([plan.object, ...plan.args], slots, ([owner, ...args]) => callMethod(owner, name, args));
      }
      case 'matches': {
        const test = compileTest(plan.regex);
        return this.unary(plan.subject, slots, (subject) =>
          typeof subject === 'object' || subject === undefined ? false : test(String(subject)),
        );
      }
      case 'collection':
        return this.collection(plan, slots);
      case 'builtin': {
        const call = BUILTIN_FUNCTIONS[plan.name];
        return this.strict(plan.args, slots, call);
      }
      case 'list':
        return this.strict(plan.items, slots, (items) => [...items]);
      case 'logical':
        return this.logical(
          plan.operator,
          plan.operands.map((operand) => this.value(operand, slots)),
        );
      case 'binary':
        return this.binary(plan, slots);
      case 'not': {
        const operand = this.truth(plan.operand, slots);
        return (frame) => !operand(frame);
      }
      case 'negative':
        return this.unary(plan.operand, slots, negative);
      case 'typeof':
        return this.unary(plan.operand, slots, typeOf);
      case 'conditional':
        return this.conditional(plan, slots);
      case 'call':
        return this.call(plan, slots, false);
      case 'holds':
        return this.matches.holds(plan.match, slots);
      case 'scopeField':
        return readScope(plan.field, slots.scopes.get(plan.scope)!);
      case 'count':
        return this.matches.count(plan, slots);
      case 'aggregate':
        return this.matches.aggregate(plan, slots);
    }
  }

  /** What decides whether an expression counts as true. */
  truth(plan: ValuePlan, slots: Slots): Getter {
    return this.value(plan, slots);
  }

  /** The body of an arrow function whose parameters take the next slots. */
  lambda(lambda: Lambda, slots: Slots, asTruth: boolean): Getter {
    const inner = bindVariables(slots, lambda.parameters);
    return asTruth ? this.truth(lambda.value, inner) : this.value(lambda.value, inner);
  }

  /** Of what may be missing: undefined where it is. */
  protected read(of: ValuePlan, slots: Slots, reader: (thing: never) => unknown): Getter {
    return this.about(of, slots, reader as (thing: SpanView) => unknown);
  }

  /** The same where the frame has a say. */
  protected about(of: ValuePlan, slots: Slots, reader: (thing: SpanView, frame: Frame) => unknown): Getter {
    const slot = of.type === 'variable' ? slots.variables.get(of.variable) : undefined;
    if (slot !== undefined) {
      return (frame) => {
        const found = frame.variables[slot];
        return found == null ? undefined : reader(found as SpanView, frame);
      };
    }
    const thing = this.value(of, slots);
    return (frame) => {
      const found = thing(frame);
      return found == null ? undefined : reader(found as SpanView, frame);
    };
  }

  protected strict(
    plans: readonly ValuePlan[],
    slots: Slots,
    compute: (values: readonly unknown[]) => unknown,
  ): Getter {
    const parts = plans.map((part) => this.value(part, slots));
    return (frame) => compute(parts.map((part) => part(frame)));
  }

  protected unary(plan: ValuePlan, slots: Slots, compute: (value: unknown) => unknown): Getter {
    const part = this.value(plan, slots);
    return (frame) => compute(part(frame));
  }

  protected collection(plan: ValuePlan & { type: 'collection' }, slots: Slots): Getter {
    const { name } = plan;
    const list = this.value(plan.object, slots);
    const each = this.lambda(plan.each, slots, name !== 'map');
    const slot = slots.depth;
    if (name === 'some' && plan.object.type === 'list') {
      return someItem(
        plan.object.items.map((item) => this.value(item, slots)),
        each,
        slot,
      );
    }
    return (frame) => applyCollection(name, list(frame), each, slot, frame);
  }

  protected logical(operator: LogicalOperator, operands: readonly Getter[]): Getter {
    if (operator === '&&') return all(operands);
    const isSettled = SETTLES[operator];
    return (frame) => {
      let value: unknown;
      for (const operand of operands) {
        value = operand(frame);
        if (isSettled(value)) return value;
      }
      return value;
    };
  }

  protected binary(plan: BinaryPlan, slots: Slots): Getter {
    const [first, ...rest] = plan.operands.map((operand) => this.value(operand, slots));
    const steps = plan.operators.map((operator, i) => ({
      // `in` never comes this far: checking turns it into `hasKey`.
      operation: OPERATIONS[operator as Exclude<typeof operator, 'in'>],
      operand: rest[i]!,
    }));
    const [step, another] = steps;
    if (another === undefined) {
      const { operation, operand } = step!;
      const [, right] = plan.operands;
      const isPlain =
        right?.type === 'literal' && (typeof right.value === 'string' || typeof right.value === 'boolean');
      if (isPlain && plan.operators[0] === '===') return (frame) => first!(frame) === right.value;
      if (isPlain && plan.operators[0] === '!==') return (frame) => first!(frame) !== right.value;
      return (frame) => operation(first!(frame), operand(frame));
    }
    return (frame) => steps.reduce((value, { operation, operand }) => operation(value, operand(frame)), first!(frame));
  }

  protected conditional(plan: ValuePlan & { type: 'conditional' }, slots: Slots): Getter {
    const test = this.truth(plan.test, slots);
    const consequent = this.value(plan.consequent, slots);
    const alternate = this.value(plan.alternate, slots);
    return (frame) => (test(frame) ? consequent(frame) : alternate(frame));
  }

  protected call(plan: ValuePlan & { type: 'call' }, slots: Slots, asTruth: boolean): Getter {
    const { lambda, args } = plan;
    const bound = new Map(slots.variables);
    const computed: { slot: number; getter: Getter }[] = [];
    let { depth } = slots;
    args.forEach((argument, i) => {
      const known = argument.type === 'variable' ? slots.variables.get(argument.variable) : undefined;
      bound.set(lambda.parameters[i]!, known ?? depth);
      if (known === undefined) computed.push({ slot: depth++, getter: this.value(argument, slots) });
    });
    const body = this.body(lambda, { ...slots, variables: bound, depth }, asTruth);
    if (computed.length === 0) return body;
    return (frame) => {
      const values = computed.map(({ getter }) => getter(frame));
      computed.forEach(({ slot }, i) => (frame.variables[slot] = values[i]));
      return body(frame);
    };
  }

  /** A named arrow function is made once for every place of its parameters. */
  private body(lambda: Lambda, slots: Slots, asTruth: boolean): Getter {
    const places = lambda.parameters.map((parameter) => slots.variables.get(parameter)!);
    const key = [asTruth, slots.depth, ...places].join();
    const known = this.bodies.get(lambda) ?? new Map<string, Getter>();
    this.bodies.set(lambda, known);
    const getter = known.get(key) ?? (asTruth ? this.truth(lambda.value, slots) : this.value(lambda.value, slots));
    known.set(key, getter);
    return getter;
  }
}

/** `[a, b].some(x => …)`, without making the list. */
const someItem =
  (items: readonly Getter[], each: Getter, slot: number): Getter =>
  (frame) => {
    frame.budget.spend(items.length);
    for (const item of items) {
      frame.variables[slot] = item(frame);
      if (each(frame)) return true;
    }
    return false;
  };

/** `a && b`: what most predicates are made of. */
function all(operands: readonly Getter[]): Getter {
  const [one, two, three] = operands as [Getter, Getter, Getter?];
  if (operands.length === 2) return (frame) => one(frame) && two(frame);
  if (operands.length === 3) return (frame) => one(frame) && two(frame) && three!(frame);
  return (frame) => {
    let value: unknown;
    for (const operand of operands) {
      value = operand(frame);
      if (!value) return value;
    }
    return value;
  };
}

const SETTLES: Readonly<Record<Exclude<LogicalOperator, '&&'>, (value: unknown) => boolean>> = {
  '||': (value) => Boolean(value),
  '??': (value) => value != null,
};
