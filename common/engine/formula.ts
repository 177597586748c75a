import type { Comparison } from '../dsl/plan';
import type { GroupSource } from './groups';
import type { PairTest, Test } from './tests';
import type { Getter } from './value_compiler';

/** Where a node stands in the rule's text: its own place, and that of what is said after it. */
interface Placed {
  readonly order: number;
}

/**
 * A match with `not` pushed down to where it ends: at predicates (an absence), guards, conditions, and whole parts whose
 * spans belong together. Nothing else holds formulas together, so more truth inside is more truth outside.
 */
export type Formula =
  | PresentFormula
  | PairFormula
  | (Placed & { readonly type: 'guard'; readonly test: Test; readonly negated: boolean })
  | Condition
  | (Placed & { readonly type: 'and' | 'or'; readonly operands: readonly Formula[] })
  | Within
  | Follows
  /** What is bound on the right is bound to what the left finds. */
  | (Placed & { readonly type: 'linked'; readonly left: Formula; readonly right: Formula })
  | (Placed & { readonly type: 'outside'; readonly inner: Formula; readonly text: string })
  | GroupsFormula;

/** A span, or none. */
export interface PresentFormula extends Placed {
  readonly type: 'present' | 'absent';
  readonly test: Test;
}

/** Two spans, or no two; bound: a span that goes with the last one found, or none. */
export interface PairFormula extends Placed {
  readonly type: 'pair' | 'noPair' | 'bound' | 'unbound';
  readonly test: PairTest;
}

/** For some, or for every, group. */
export interface GroupsFormula extends Placed {
  readonly type: 'some' | 'every';
  readonly groups: GroupSource;
  readonly body: Formula;
  readonly by: string;
  readonly screens: readonly Screen[];
}

/** So many spans that a group must have for its body to be true, looked for where the groups are made of. */
export interface Screen {
  readonly test: Test;
  readonly atLeast: number;
}

export interface Condition extends Placed {
  readonly type: 'condition';
  readonly truth: Getter;
  readonly text: string;
  /** Of `count(P) > 3` and the like: what was counted. */
  readonly counted?: {
    readonly test: Test;
    readonly windowUs: number | undefined;
    readonly operator: Comparison;
    readonly bound: number;
  };
}

export interface Within extends Placed {
  readonly type: 'within';
  readonly body: Formula;
  readonly limitUs: number;
  /** The limit in the rule's own words. */
  readonly text: string;
  readonly end: number;
}

export interface Follows extends Placed {
  readonly type: 'follows';
  readonly first: Formula;
  readonly then: Formula;
  /** What comes later stands first in the text. */
  readonly flipped: boolean;
  readonly limitUs: number | undefined;
  readonly text: string;
  readonly end: number;
  /** The part whose absences reach on to the other side of a `follows` around this one. */
  readonly open: 'first' | 'then' | undefined;
}
