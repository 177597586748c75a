import type { ScopeVariable, Variable } from '../dsl/plan';
import { TRACE } from '../dsl/plan';

/** Where a frame keeps what a rule's variables and scopes stand for, at one place of the rule. */
export interface Slots {
  readonly variables: ReadonlyMap<Variable, number>;
  readonly scopes: ReadonlyMap<ScopeVariable, number>;
  /** The next free slot for a variable. */
  readonly depth: number;
}

export const NO_SLOTS: Slots = { variables: new Map(), scopes: new Map([[TRACE, 0]]), depth: 0 };

/** More slots, for the parameters of an arrow function. */
export function bindVariables(slots: Slots, variables: readonly Variable[]): Slots {
  const bound = new Map(slots.variables);
  variables.forEach((variable, i) => bound.set(variable, slots.depth + i));
  return { ...slots, variables: bound, depth: slots.depth + variables.length };
}

export const bindScope = (slots: Slots, scope: ScopeVariable, slot: number): Slots => ({
  ...slots,
  scopes: new Map(slots.scopes).set(scope, slot),
});
