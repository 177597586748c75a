import type { BinaryOperator, EqualityOperator, LiteralValue, LogicalOperator, RelationalOperator } from './ast';

/** What a checked rule means: names resolved, durations in numbers, nothing left to go wrong. */
export type SpanField =
  | 'name'
  | 'kind'
  | 'status'
  | 'statusMessage'
  | 'timedOut'
  | 'startTime'
  | 'endTime'
  | 'duration'
  | 'traceId'
  | 'spanId'
  | 'parentSpanId'
  | 'service'
  | 'isRoot';

export type Builtin =
  'Number' | 'String' | 'Math.abs' | 'Math.min' | 'Math.max' | 'Math.floor' | 'Math.round' | 'Array.isArray';

export type ValuePlan =
  | { readonly type: 'literal'; readonly value: LiteralValue }
  | { readonly type: 'field'; readonly field: SpanField }
  | { readonly type: 'attribute' | 'resource'; readonly key: string }
  | { readonly type: 'hasKey'; readonly of: 'attributes' | 'resource'; readonly key: string }
  | { readonly type: 'property'; readonly object: ValuePlan; readonly name: string }
  | { readonly type: 'index'; readonly object: ValuePlan; readonly index: ValuePlan }
  | { readonly type: 'method'; readonly object: ValuePlan; readonly name: string; readonly args: readonly ValuePlan[] }
  | { readonly type: 'builtin'; readonly name: Builtin; readonly args: readonly ValuePlan[] }
  | { readonly type: 'list'; readonly items: readonly ValuePlan[] }
  | { readonly type: 'logical'; readonly operator: LogicalOperator; readonly operands: readonly ValuePlan[] }
  | { readonly type: 'binary'; readonly operators: readonly BinaryOperator[]; readonly operands: readonly ValuePlan[] }
  | { readonly type: 'not' | 'negative' | 'typeof'; readonly operand: ValuePlan }
  | {
      readonly type: 'conditional';
      readonly test: ValuePlan;
      readonly consequent: ValuePlan;
      readonly alternate: ValuePlan;
    }
  | { readonly type: 'call'; readonly predicate: Predicate };

/** An arrow function over one span. */
export interface Predicate {
  readonly value: ValuePlan;
  /** In the rule's own words, without the parameter: `name === 'audit.log'`. */
  readonly text: string;
  /** How many arrow functions it takes, those that it calls counted at each call. */
  readonly size: number;
}

export type Comparison = EqualityOperator | RelationalOperator;

export type MatchPlan =
  | { readonly type: 'has' | 'guard'; readonly predicate: Predicate }
  | { readonly type: 'count'; readonly predicate: Predicate; readonly operator: Comparison; readonly bound: number }
  | { readonly type: 'constant'; readonly value: boolean }
  | { readonly type: 'and' | 'or'; readonly operands: readonly MatchPlan[] }
  | { readonly type: 'not'; readonly operand: MatchPlan }
  | { readonly type: 'within'; readonly operand: MatchPlan; readonly limitUs: number; readonly text: string };

export interface RulePlan {
  readonly match: MatchPlan;
  /** Every attribute key that judging by the rule reads. */
  readonly attributes: ReadonlySet<string>;
}
