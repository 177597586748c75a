import type { Expression } from './ast';
import type { CheckContext } from './check_context';
import type { MatchPlan, Predicate } from './plan';

/** What a step on the trace gives. Guards are what `where` asks for; they hold for the whole chain. */
export type StepResult =
  | { readonly kind: 'trace'; readonly guards: readonly MatchPlan[] }
  | {
      readonly kind: 'match';
      readonly plan: MatchPlan;
      readonly guards: readonly MatchPlan[];
      /** Of `has` alone: what `count()` counts. */
      readonly counted?: Predicate;
    }
  | { readonly kind: 'count'; readonly predicate: Predicate; readonly guards: readonly MatchPlan[] }
  | { readonly kind: 'other'; readonly found: string }
  | { readonly kind: 'invalid' };

export const INVALID: StepResult = { kind: 'invalid' };

export const match = (plan: MatchPlan, guards: readonly MatchPlan[] = []): StepResult & { kind: 'match' } => ({
  kind: 'match',
  plan,
  guards,
});

/** A match with its guards around it: what a chain means to everything outside it. */
export const guarded = (plan: MatchPlan, guards: readonly MatchPlan[]): MatchPlan =>
  guards.length === 0 ? plan : { type: 'and', operands: [...guards, plan] };

export interface MatchScope {
  readonly context: CheckContext;
  check(node: Expression): StepResult;
  /** Checks what must be a match or a bare predicate. */
  need(node: Expression): StepResult;
}
