import type { Expression } from './ast';
import { UNKNOWN } from './check_context';
import type { Scope } from './scope';
import type { Typed } from './types';
import { ATTRIBUTES, describe, mayBe, sentence, THINGS } from './types';

/** Checks an expression that must be a value: no span or part of one, no attributes as a whole, no number without its scope. */
export function checkOperand(node: Expression, scope: Scope): Typed {
  return asOperand(scope.context.checker.value(node, scope), node, scope);
}

function asOperand(typed: Typed, node: Expression, scope: Scope): Typed {
  if (!mayBe(typed.type, THINGS | ATTRIBUTES)) return unscoped(typed, node, scope);
  scope.context.report('BT_NOT_A_VALUE', node, { found: sentence(describe(typed.type)) });
  return UNKNOWN;
}

/** Checks an expression that is only true or false, compared by identity, or given back: spans and their parts too. */
export function checkAnything(node: Expression, scope: Scope): Typed {
  const typed = scope.context.checker.value(node, scope);
  return mayBe(typed.type, ATTRIBUTES) ? asOperand(typed, node, scope) : unscoped(typed, node, scope);
}

function unscoped(typed: Typed, node: Expression, { context }: Scope): Typed {
  if (!typed.scopes) return typed;
  context.report('BT_SCOPED_NUMBER', node, { text: context.quoted(node) });
  return UNKNOWN;
}

/** One side of a comparison, which may be a number from a scoped chain. */
export function checkSide(node: Expression, scope: Scope): Typed {
  const typed = scope.context.checker.value(node, scope);
  return mayBe(typed.type, ATTRIBUTES) ? asOperand({ plan: typed.plan, type: typed.type }, node, scope) : typed;
}
