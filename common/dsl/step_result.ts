import type { Lambda, MatchPlan, ScopeVariable } from './plan';
import type { Typed } from './types';

/** A scope that a chain has opened: what is put around everything the chain says. */
export type ScopeStep = (inner: MatchPlan) => MatchPlan;

/** Where a chain's steps look, and what is to be put around it once it ends. */
export interface Chain {
  readonly scope: ScopeVariable;
  readonly steps: readonly ScopeStep[];
}

export const closeChain = (plan: MatchPlan, steps: readonly ScopeStep[]): MatchPlan =>
  steps.reduceRight((inner, step) => step(inner), plan);

/** What an expression outside arrow functions, or a chain of steps, gives. */
export type StepResult =
  | {
      readonly kind: 'scope';
      readonly chain: Chain;
      /** After `groupBy` and `under`: what `some(g => …)` and `every(g => …)` make of a body. */
      readonly groups?: {
        readonly outer: Chain;
        readonly make: (quantifier: 'some' | 'every', group: ScopeVariable, body: MatchPlan) => MatchPlan;
      };
    }
  | {
      readonly kind: 'match';
      readonly plan: MatchPlan;
      readonly chain: Chain;
      /** Of `has` alone, perhaps with a `within`: what `count()` counts. */
      readonly counted?: { readonly predicate: Lambda; readonly windowUs?: number };
    }
  | { readonly kind: 'value'; readonly typed: Typed }
  | { readonly kind: 'function'; readonly found: string }
  | { readonly kind: 'invalid' };

export const INVALID: StepResult = { kind: 'invalid' };

export type MatchResult = StepResult & { readonly kind: 'match' };
