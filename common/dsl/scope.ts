import type { ArrowNode, Expression } from './ast';
import type { CheckContext } from './check_context';
import type { Lambda, MatchPlan, ScopeVariable, Variable } from './plan';
import type { Chain, StepResult } from './step_result';
import type { Type, Typed } from './types';

/** What a name stands for inside an arrow function. */
export type Binding =
  | { readonly kind: 'variable'; readonly variable: Variable; readonly type: Type }
  | { readonly kind: 'scope'; readonly scope: ScopeVariable };

/** Where an expression stands. */
export interface Scope {
  readonly context: CheckContext;
  readonly names: ReadonlyMap<string, Binding>;
  /** How many spans are bound. */
  readonly spans: number;
  /** Inside an arrow function over a span, where matches are plain Booleans. */
  readonly inArrow: boolean;
}

/** The parts of the checker that call each other. */
export interface Checker {
  /** An expression whose value is needed. */
  value(node: Expression, scope: Scope): Typed;
  /** An expression of matches: a rule, a step's argument, the head of a chain. */
  match(node: Expression, scope: Scope): StepResult;
  /** A chain of steps on a trace, a group or a match. */
  steps(node: Expression & { type: 'chain' }, scope: Scope): StepResult;
  /** A step's argument: a match, or a bare predicate, which means that some span of the chain's scope satisfies it. */
  need(node: Expression, scope: Scope, chain: Chain): MatchPlan | undefined;
  /** An arrow function, written out or named, over things of these types. */
  lambda(node: Expression, owner: string, parameters: readonly Type[], scope: Scope): Lambda | undefined;
  arrow(node: ArrowNode, parameters: readonly Type[], scope: Scope): Lambda | undefined;
}
