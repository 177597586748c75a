import type { BinaryOperator, EqualityOperator, LiteralValue, LogicalOperator, RelationalOperator } from './ast';
import type { Type } from './types';

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

export type Relation =
  'parent' | 'ancestors' | 'children' | 'descendants' | 'siblings' | 'depth' | 'events' | 'links' | 'scope';

/** What events, links and instrumentation scopes have besides attributes. */
export type PartField = 'name' | 'time' | 'traceId' | 'spanId' | 'version';

/** What a trace, or a part of it, has. */
export type ScopeField = 'spans' | 'services' | 'duration' | 'root' | 'traceId';

export type Builtin =
  'Number' | 'String' | 'Math.abs' | 'Math.min' | 'Math.max' | 'Math.floor' | 'Math.round' | 'Array.isArray';

export type Aggregation = 'sum' | 'avg' | 'min' | 'max' | 'percentile' | 'distinct';

/** A parameter of an arrow function; told apart by identity. */
export interface Variable {
  readonly name: string;
}

/** The trace, or a part of it that steps look in; told apart by identity. */
export interface ScopeVariable {
  readonly name: string;
}

/** The whole trace, whatever is around. */
export const TRACE: ScopeVariable = { name: 'trace' };

/** An arrow function. */
export interface Lambda {
  readonly parameters: readonly Variable[];
  readonly value: ValuePlan;
  /** In the rule's own words; of one parameter without it: `name === 'audit.log'`. */
  readonly text: string;
  /** How many arrow functions it takes, those that it calls counted at each call. */
  readonly size: number;
  /** How many spans are bound at once inside it at most, its own parameters included. */
  readonly spans: number;
  /** The type of what it gives. */
  readonly gives: Type;
}

export type ValuePlan =
  | { readonly type: 'literal'; readonly value: LiteralValue }
  | { readonly type: 'variable'; readonly variable: Variable }
  | { readonly type: 'field'; readonly of: ValuePlan; readonly field: SpanField }
  | { readonly type: 'relation'; readonly of: ValuePlan; readonly relation: Relation }
  | { readonly type: 'part'; readonly of: ValuePlan; readonly field: PartField }
  | { readonly type: 'attribute' | 'resource' | 'entry'; readonly of: ValuePlan; readonly key: string }
  | { readonly type: 'hasKey'; readonly of: ValuePlan; readonly owner: AttributeOwner; readonly key: string }
  | { readonly type: 'property'; readonly object: ValuePlan; readonly name: string }
  | { readonly type: 'index'; readonly object: ValuePlan; readonly index: ValuePlan }
  | { readonly type: 'method'; readonly object: ValuePlan; readonly name: string; readonly args: readonly ValuePlan[] }
  | { readonly type: 'matches'; readonly subject: ValuePlan; readonly regex: RegexPlan }
  | { readonly type: 'collection'; readonly object: ValuePlan; readonly name: CollectionMethod; readonly each: Lambda }
  | { readonly type: 'builtin'; readonly name: Builtin; readonly args: readonly ValuePlan[] }
  | { readonly type: 'list'; readonly items: readonly ValuePlan[] }
  | { readonly type: 'logical'; readonly operator: LogicalOperator; readonly operands: readonly ValuePlan[] }
  | BinaryPlan
  | { readonly type: 'not' | 'negative' | 'typeof'; readonly operand: ValuePlan }
  | {
      readonly type: 'conditional';
      readonly test: ValuePlan;
      readonly consequent: ValuePlan;
      readonly alternate: ValuePlan;
    }
  | { readonly type: 'call'; readonly lambda: Lambda; readonly args: readonly ValuePlan[] }
  | { readonly type: 'holds'; readonly match: MatchPlan }
  | { readonly type: 'scopeField'; readonly scope: ScopeVariable; readonly field: ScopeField }
  | CountPlan
  | AggregatePlan;

/** Whose attributes: a span's with its resource's behind them, its resource's, an event's or a link's. */
export type AttributeOwner = 'attributes' | 'resource' | 'event' | 'link';

export type CollectionMethod = 'some' | 'every' | 'filter' | 'find' | 'map';

/** A regular expression as the linear-time engine has it. */
export interface RegexPlan {
  readonly source: string;
  /** Of the engine: case-insensitive 1, dot matches line ends 2, multi-line 4. */
  readonly flags: number;
}

export interface BinaryPlan {
  readonly type: 'binary';
  readonly operators: readonly BinaryOperator[];
  readonly operands: readonly ValuePlan[];
  /** Spans whose times are compared here: what clocks that differ can change. */
  readonly clocks?: readonly ValuePlan[];
}

export interface CountPlan {
  readonly type: 'count';
  readonly scope: ScopeVariable;
  readonly predicate: Lambda;
  /** The most within a window of this length. */
  readonly windowUs?: number;
}

export interface AggregatePlan {
  readonly type: 'aggregate';
  readonly scope: ScopeVariable;
  readonly name: Aggregation;
  readonly of: Lambda;
  /** Of percentiles: 0 to 100. */
  readonly rank?: number;
  readonly predicate?: Lambda;
}

export type Comparison = EqualityOperator | RelationalOperator;

export type MatchPlan =
  /** Of two parameters: over ordered pairs of different spans. */
  | { readonly type: 'has'; readonly scope: ScopeVariable; readonly predicate: Lambda }
  /** Binds the last witness of what stands before it, and a new span. */
  | { readonly type: 'bound'; readonly scope: ScopeVariable; readonly predicate: Lambda }
  /** What `where` asks for: no witness. */
  | { readonly type: 'guard'; readonly scope: ScopeVariable; readonly predicate: Lambda }
  | { readonly type: 'condition'; readonly value: ValuePlan; readonly text: string }
  | { readonly type: 'and' | 'or'; readonly operands: readonly MatchPlan[] }
  | { readonly type: 'not'; readonly operand: MatchPlan }
  | { readonly type: 'within'; readonly operand: MatchPlan; readonly limitUs: number; readonly text: string }
  | FollowsPlan
  /** The left side, and not all of the others. */
  | { readonly type: 'requires'; readonly left: MatchPlan; readonly required: readonly MatchPlan[] }
  | GroupsPlan;

export interface FollowsPlan {
  readonly type: 'follows';
  readonly first: MatchPlan;
  readonly then: MatchPlan;
  /** Written as `precededBy`: what comes later stands first in the text. */
  readonly flipped: boolean;
  /** The most between the end of the one and the start of the other. */
  readonly limitUs?: number;
  readonly text?: string;
}

/** For some, or for every, group of spans of a scope. */
export interface GroupsPlan {
  readonly type: 'groups';
  /** At or below each span that satisfies the lambda, or by equal values of it. */
  readonly kind: 'under' | 'groupBy';
  readonly from: ScopeVariable;
  readonly by: Lambda;
  readonly quantifier: 'some' | 'every';
  readonly group: ScopeVariable;
  readonly body: MatchPlan;
}

/** What a source of spans may have lost, where a rule touches it. */
export const FEATURES = [
  'events',
  'links',
  'scope',
  'resource',
  'kind',
  'status_message',
  'ok_or_unset',
  'typed_attributes',
  'attribute_keys',
] as const;

export type Feature = (typeof FEATURES)[number];

export interface RulePlan {
  readonly match: MatchPlan;
  /** Every attribute key that judging by the rule reads. */
  readonly attributes: ReadonlySet<string>;
  readonly features: ReadonlySet<Feature>;
}
