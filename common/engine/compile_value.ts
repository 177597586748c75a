import type { LogicalOperator } from '../dsl/ast';
import type { Predicate, SpanField, ValuePlan } from '../dsl/plan';
import type { SpanView } from '../trace/span';
import { serviceOf } from '../trace/span';
import { BUILTIN_FUNCTIONS, callMethod, readIndex, readProperty } from './methods';
import { negative, OPERATIONS, typeOf } from './operators';
import { timedOut } from './timed_out';

/** An expression about one span, ready to run. */
export type Getter = (span: SpanView) => unknown;

const FIELDS: Readonly<Record<SpanField, Getter>> = {
  name: (span) => span.name,
  kind: (span) => span.kind,
  status: (span) => span.status,
  statusMessage: (span) => span.statusMessage,
  timedOut,
  startTime: (span) => span.startUs / 1000,
  endTime: (span) => span.endUs / 1000,
  duration: (span) => (span.endUs - span.startUs) / 1000,
  traceId: (span) => span.traceId,
  spanId: (span) => span.spanId,
  parentSpanId: (span) => span.parentSpanId,
  service: serviceOf,
  isRoot: (span) => span.parentSpanId === null,
};

/** Makes closures of checked expressions; a predicate that several call is made once. */
export class ValueCompiler {
  private readonly predicates = new Map<Predicate, Getter>();

  predicate(predicate: Predicate): Getter {
    const known = this.predicates.get(predicate);
    if (known) return known;
    const getter = this.compile(predicate.value);
    this.predicates.set(predicate, getter);
    return getter;
  }

  private compile(plan: ValuePlan): Getter {
    switch (plan.type) {
      case 'literal': {
        const { value } = plan;
        return () => value;
      }
      case 'field':
        return FIELDS[plan.field];
      case 'attribute': {
        const { key } = plan;
        return (span) => span.attribute(key);
      }
      case 'resource': {
        const { key } = plan;
        return (span) => span.resource.get(key);
      }
      case 'hasKey': {
        const { key } = plan;
        if (plan.of === 'resource') return (span) => span.resource.has(key);
        return (span) => span.attribute(key) !== undefined;
      }
      case 'property': {
        const { name } = plan;
        const object = this.compile(plan.object);
        return (span) => readProperty(object(span), name);
      }
      case 'index': {
        const [object, index] = [this.compile(plan.object), this.compile(plan.index)];
        return (span) => readIndex(object(span), index(span));
      }
      case 'method':
        return this.method(plan);
      case 'builtin': {
        const call = BUILTIN_FUNCTIONS[plan.name];
        const args = plan.args.map((arg) => this.compile(arg));
        return (span) => call(args.map((arg) => arg(span)));
      }
      case 'list': {
        const items = plan.items.map((item) => this.compile(item));
        return (span) => items.map((item) => item(span));
      }
      case 'logical':
        return compileLogical(
          plan.operator,
          plan.operands.map((operand) => this.compile(operand)),
        );
      case 'binary':
        return this.binary(plan);
      case 'not': {
        const operand = this.compile(plan.operand);
        return (span) => !operand(span);
      }
      case 'negative': {
        const operand = this.compile(plan.operand);
        return (span) => negative(operand(span));
      }
      case 'typeof': {
        const operand = this.compile(plan.operand);
        return (span) => typeOf(operand(span));
      }
      case 'conditional': {
        const [test, consequent, alternate] = [plan.test, plan.consequent, plan.alternate].map((p) => this.compile(p));
        return (span) => (test!(span) ? consequent!(span) : alternate!(span));
      }
      case 'call':
        return this.predicate(plan.predicate);
    }
  }

  private method(plan: ValuePlan & { type: 'method' }): Getter {
    const { name } = plan;
    const owner = this.compile(plan.object);
    const args = plan.args.map((arg) => this.compile(arg));
    return (span) =>
      callMethod(
        owner(span),
        name,
        args.map((arg) => arg(span)),
      );
  }

  private binary(plan: ValuePlan & { type: 'binary' }): Getter {
    const [first, ...rest] = plan.operands.map((operand) => this.compile(operand));
    const steps = plan.operators.map((operator, i) => ({
      // `in` never comes this far: checking turns it into `hasKey`.
      operation: OPERATIONS[operator as Exclude<typeof operator, 'in'>],
      operand: rest[i]!,
    }));
    const [step, another] = steps;
    if (another === undefined) return (span) => step!.operation(first!(span), step!.operand(span));
    return (span) => steps.reduce((value, { operation, operand }) => operation(value, operand(span)), first!(span));
  }
}

function compileLogical(operator: LogicalOperator, operands: readonly Getter[]): Getter {
  const settles: Readonly<Record<LogicalOperator, (value: unknown) => boolean>> = {
    '&&': (value) => !value,
    '||': (value) => Boolean(value),
    '??': (value) => value != null,
  };
  const isSettled = settles[operator];
  return (span) => {
    let value: unknown;
    for (const operand of operands) {
      value = operand(span);
      if (isSettled(value)) return value;
    }
    return value;
  };
}
