import type { CallLink } from './ast';
import { checkCount } from './check_builtin';
import { UNKNOWN } from './check_context';
import type { CollectionMethod } from './plan';
import type { Scope } from './scope';
import type { Type, Typed } from './types';
import { BOOLEAN, elementOf, isOnly, LIST, UNDEFINED } from './types';

/** Checks `list.some(item => …)` and the like. Callbacks take one parameter. */
export function checkCollection(name: string, owner: Typed, call: CallLink, scope: Scope): Typed {
  if (!checkCount(name, call, 1, 1, scope)) return UNKNOWN;
  const element = elementOf(owner.type);
  const each = scope.context.checker.lambda(call.arguments[0]!, name, [element], scope);
  if (!each) return UNKNOWN;
  const type = collectionResult(name, element, each.gives);
  return {
    plan: { type: 'collection', object: owner.plan, name: name as CollectionMethod, each },
    type: isOnly(owner.type, LIST) ? type : { ...type, mask: type.mask | UNDEFINED },
  };
}

/** What a method of a list gives whose arrow function takes `element` and gives `gives`. */
export function collectionResult(name: string, element: Type, gives: Type): Type {
  switch (name) {
    case 'filter':
      return { mask: LIST, element };
    case 'map':
      return { mask: LIST, element: gives };
    case 'find':
      return { ...element, mask: element.mask | UNDEFINED };
    default:
      return { mask: BOOLEAN };
  }
}
