import type { CallLink, ChainNode, Link } from './ast';
import { useLambda } from './check_arrow';
import { checkBuiltin, checkCount } from './check_builtin';
import { checkCollection } from './check_collection';
import { UNKNOWN } from './check_context';
import { checkMethod } from './check_method';
import { checkAnything, checkOperand } from './check_operand';
import { checkKey, checkPart, checkSpanProperty, warnDotted } from './check_property';
import { checkMatches, checkTest } from './check_regex';
import { BUILTINS, COLLECTION_METHODS, METHODS, STEPS } from './members';
import { quote } from './problems';
import type { Scope } from './scope';
import type { Type, Typed } from './types';
import {
  ANY,
  ATTRIBUTES,
  describe,
  elementOf,
  isOnly,
  LIST,
  mayBe,
  NUMBER,
  OBJECT,
  PARTS,
  SPAN,
  STRING,
  THINGS,
  UNDEFINED,
} from './types';

const COUNT = 'count';

/** Whether a chain is made of steps: it begins with the trace or a group, or goes on from matches in brackets. */
export function isStepChain({ head, links }: ChainNode, { names }: Scope): boolean {
  if (head.type === 'name') return head.name === 'trace' || names.get(head.name)?.kind === 'scope';
  const [first, second] = links;
  return first?.type === 'property' && first.name !== COUNT && STEPS.match.has(first.name) && second?.type === 'call';
}

/** Checks `span.name.includes('x')` and the like, link by link. */
export function checkChain(node: ChainNode, scope: Scope): Typed {
  const { head, links } = node;
  const [first, second] = links;
  if (head.type === 'regex') return checkTest(node, scope);
  if (head.type === 'name' && !scope.names.has(head.name)) {
    if (scope.context.definitions.has(head.name) && first?.type === 'call') return checkNamedCall(node, first, scope);
    const builtin = first?.type === 'property' ? `${head.name}.${first.name}` : head.name;
    const call = first?.type === 'property' ? second : first;
    if (BUILTINS.has(builtin) && call?.type === 'call') {
      const typed = checkBuiltin(builtin, call, scope);
      return checkLinks(node, typed, first?.type === 'property' ? 2 : 1, scope);
    }
    if (first?.type === 'property' && (head.name === 'Math' || head.name === 'Array')) {
      const known = [...BUILTINS.keys()].flatMap((name) =>
        name.startsWith(head.name + '.') ? [name.slice(head.name.length + 1)] : [],
      );
      scope.context.unknown('BT_UNKNOWN_METHOD', first.name, quote(head.name), first, known);
      return UNKNOWN;
    }
  }
  const start = scope.context.checker.value(head, scope);
  return start === UNKNOWN ? UNKNOWN : checkLinks(node, start, 0, scope);
}

function checkNamedCall(node: ChainNode, call: CallLink, scope: Scope): Typed {
  const { context } = scope;
  const name = node.head.type === 'name' ? node.head.name : '';
  const args = call.arguments.map((argument) => checkAnything(argument, scope));
  const lambda = context.definitions.get(name)?.lambda;
  if (!lambda) return UNKNOWN;
  const count = lambda.parameters.length;
  if (!checkCount(name, call, count, count, scope)) return UNKNOWN;
  const wrong = args.findIndex(({ type }) => !mayBe(type, SPAN));
  if (wrong >= 0) {
    context.report('BT_WRONG_ARGUMENT', call.arguments[wrong]!, { name: quote(name), expected: 'a span' });
    return UNKNOWN;
  }
  // Its parameters stand for spans that are bound already.
  if (!useLambda(lambda, node, scope, count)) return UNKNOWN;
  const typed = { plan: { type: 'call' as const, lambda, args: args.map(({ plan }) => plan) }, type: lambda.gives };
  return checkLinks(node, typed, 1, scope);
}

/** Checks what a chain says of a value, from one of its links on. */
export function checkLinks(node: ChainNode, start: Typed, from: number, scope: Scope): Typed {
  let current = start;
  for (let i = from; i < node.links.length; i++) {
    const link = node.links[i]!;
    const next = node.links[i + 1];
    if (link.type === 'call') {
      const callee = node.links[i - 1] ?? node.head;
      scope.context.report('BT_NOT_CALLABLE', link, { name: scope.context.quoted(callee) });
      return UNKNOWN;
    }
    const name = link.type === 'property' ? link.name : literalKey(link);
    if (name !== undefined && next?.type === 'call' && !mayBe(current.type, THINGS | ATTRIBUTES)) {
      current = checkCall(name, link, current, next, scope);
      i++;
    } else if (mayBe(current.type, SPAN)) {
      current = checkSpanProperty(name, link, current, scope);
    } else if (mayBe(current.type, PARTS)) {
      current = checkPart(name, link, current, scope);
    } else if (mayBe(current.type, ATTRIBUTES)) {
      warnDotted(node, i, scope);
      current = checkKey(name, link, current, scope);
    } else {
      current = checkProperty(name, link, current, scope);
    }
    if (current === UNKNOWN) return UNKNOWN;
  }
  return start.scopes && current !== start ? { ...current, scopes: start.scopes } : current;
}

function checkCall(name: string, link: Link, owner: Typed, call: CallLink, scope: Scope): Typed {
  if (COLLECTION_METHODS.has(name) && mayBe(owner.type, LIST)) return checkCollection(name, owner, call, scope);
  if (name === 'matches') return checkMatches(link, owner, call, scope);
  return checkMethod(name, link, owner, call, scope);
}

const literalKey = (link: Link): string | undefined =>
  link.type === 'index' && link.index.type === 'literal' && typeof link.index.value === 'string'
    ? link.index.value
    : undefined;

function checkProperty(name: string | undefined, link: Link, owner: Typed, scope: Scope): Typed {
  const { type, plan } = owner;
  if (link.type === 'index' && name === undefined) return checkIndex(link, owner, scope);
  if (name === 'length' && mayBe(type, STRING | LIST)) {
    const mask = mayBe(type, OBJECT) ? ANY : NUMBER | (isOnly(type, STRING | LIST) ? 0 : UNDEFINED);
    return { plan: { type: 'property', object: plan, name }, type: { mask } };
  }
  if (name !== undefined && mayBe(type, OBJECT)) {
    return { plan: { type: 'property', object: plan, name }, type: { mask: ANY } };
  }
  const found = name ?? '';
  if (METHODS.has(found) || (COLLECTION_METHODS.has(found) && mayBe(type, LIST))) {
    scope.context.report('BT_NOT_CALLED', link, { name: quote(found) });
  } else {
    const known = ['length', ...METHODS.keys(), 'matches', ...(mayBe(type, LIST) ? COLLECTION_METHODS : [])];
    scope.context.unknown('BT_UNKNOWN_PROPERTY', found, describe(type), link, known);
  }
  return UNKNOWN;
}

function checkIndex(link: Link, owner: Typed, scope: Scope): Typed {
  if (link.type !== 'index') return UNKNOWN;
  const index = checkOperand(link.index, scope);
  if (!mayBe(owner.type, LIST | STRING) || !mayBe(index.type, NUMBER)) {
    scope.context.report('BT_WRONG_ARGUMENT', link, {
      name: quote('[ ]'),
      expected: 'a list or a string before it and a number inside',
    });
    return UNKNOWN;
  }
  return { plan: { type: 'index', object: owner.plan, index: index.plan }, type: itemType(owner.type) };
}

/** What stands at a place of a list or string. */
function itemType(type: Type): Type {
  if (isOnly(type, STRING)) return { mask: STRING | UNDEFINED };
  const element = elementOf(type);
  return { ...element, mask: element.mask | UNDEFINED };
}
