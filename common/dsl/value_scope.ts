import type { Expression, NameNode } from './ast';
import type { CheckContext } from './check_context';
import type { Predicate } from './plan';
import type { Typed } from './types';
import { ATTRIBUTES, describe, mayBe, SPAN } from './types';
import { UNKNOWN } from './check_context';

/** Where an expression stands: the span it is about, and how to check what is inside it. */
export interface ValueScope {
  readonly context: CheckContext;
  readonly parameter: string;
  check(node: Expression): Typed;
  /** The predicate that a name stands for, where it stands for one. */
  predicateOf(name: NameNode): Predicate | undefined;
}

/** Checks an expression that must be a value: not a span, and not its attributes as a whole. */
export function checkOperand(node: Expression, scope: ValueScope): Typed {
  const typed = scope.check(node);
  if (!mayBe(typed.type, SPAN | ATTRIBUTES)) return typed;
  scope.context.report('BT_NOT_A_VALUE', node, { found: sentence(describe(typed.type)) });
  return UNKNOWN;
}

const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
