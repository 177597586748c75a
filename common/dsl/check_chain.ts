import type { CallLink, ChainNode, Link } from './ast';
import { between } from './builder';
import { checkBuiltin } from './check_builtin';
import { UNKNOWN } from './check_context';
import { checkMethod } from './check_method';
import { BUILTINS, LATER, METHODS, SPAN_FIELDS } from './members';
import type { SpanField, ValuePlan } from './plan';
import { quote } from './problems';
import { readTimedOut } from './timed_out';
import type { Typed } from './types';
import { ANY, ATTRIBUTES, describe, isOnly, LIST, mayBe, NUMBER, OBJECT, SPAN, STRING, UNDEFINED } from './types';
import type { ValueScope } from './value_scope';
import { checkOperand } from './value_scope';

/** Checks `span.name.includes('x')` and the like, link by link. */
export function checkChain(node: ChainNode, scope: ValueScope): Typed {
  const { head, links } = node;
  if (head.type === 'name' && head.name !== scope.parameter) {
    const [first, second] = links;
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
  const start = scope.check(head);
  return start === UNKNOWN ? UNKNOWN : checkLinks(node, start, 0, scope);
}

function checkNamedCall(node: ChainNode, call: CallLink, scope: ValueScope): Typed {
  const name = node.head.type === 'name' ? node.head : undefined;
  const [argument] = call.arguments;
  const isSpan = call.arguments.length === 1 && argument?.type === 'name' && argument.name === scope.parameter;
  if (!isSpan) {
    scope.context.report('BT_WRONG_ARGUMENT', call, {
      name: scope.context.quoted(node.head),
      expected: `the span, ${quote(scope.parameter)}`,
    });
    return UNKNOWN;
  }
  const predicate = name && scope.predicateOf(name);
  if (!predicate) return UNKNOWN;
  return checkLinks(node, { plan: { type: 'call', predicate }, type: { mask: ANY } }, 1, scope);
}

function checkLinks(node: ChainNode, start: Typed, from: number, scope: ValueScope): Typed {
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
    if (name !== undefined && next?.type === 'call' && !mayBe(current.type, SPAN | ATTRIBUTES)) {
      current = checkMethod(name, link, current, next, scope);
      i++;
    } else if (mayBe(current.type, SPAN)) {
      current = checkSpanProperty(name, link, scope);
    } else if (mayBe(current.type, ATTRIBUTES)) {
      warnDotted(node, i, scope);
      current = checkKey(name, link, current, scope);
    } else {
      current = checkProperty(name, link, current, scope);
    }
    if (current === UNKNOWN) return UNKNOWN;
  }
  return current;
}

const literalKey = (link: Link): string | undefined =>
  link.type === 'index' && link.index.type === 'literal' && typeof link.index.value === 'string'
    ? link.index.value
    : undefined;

function checkSpanProperty(name: string | undefined, link: Link, scope: ValueScope): Typed {
  const { context } = scope;
  if (name === undefined) {
    context.report('BT_KEY_NOT_LITERAL', link, { owner: 'a span' });
    return UNKNOWN;
  }
  if (name === 'attributes' || name === 'resource') {
    return { plan: UNKNOWN.plan, type: { mask: ATTRIBUTES, owner: name } };
  }
  const type = SPAN_FIELDS.get(name);
  if (type) {
    const plan: ValuePlan = name === 'timedOut' ? readTimedOut(context) : { type: 'field', field: name as SpanField };
    return { plan, type };
  }
  if (LATER.span.has(name)) context.notSupported(`${quote('span.' + name)} is`, link);
  else
    context.unknown('BT_UNKNOWN_PROPERTY', name, 'span', link, [
      ...SPAN_FIELDS.keys(),
      'attributes',
      'resource',
      ...LATER.span,
    ]);
  return UNKNOWN;
}

function checkKey(name: string | undefined, link: Link, owner: Typed, scope: ValueScope): Typed {
  const type = owner.type.owner === 'resource' ? 'resource' : 'attribute';
  if (name === undefined) {
    scope.context.report('BT_KEY_NOT_LITERAL', link, { owner: owner.type.owner ?? 'attributes' });
    return UNKNOWN;
  }
  scope.context.attributes.add(name);
  return { plan: { type, key: name }, type: { mask: ANY } };
}

/** `attributes.http.method` reads inside a map; what is meant is nearly always the key `http.method`. */
function warnDotted(node: ChainNode, at: number, scope: ValueScope): void {
  const names: string[] = [];
  for (let i = at; i < node.links.length; i++) {
    const link = node.links[i]!;
    if (link.type !== 'property' || node.links[i + 1]?.type === 'call') break;
    if (i > at && link.name === 'length') break;
    names.push(link.name);
  }
  if (names.length < 2) return;
  const before = node.links[at - 1] ?? node.head;
  const last = node.links[at + names.length - 1]!;
  const start = before.offset + before.length;
  const range = { offset: start, length: last.offset + last.length - start };
  const key = names.join('.');
  const params = { text: scope.context.quoted(between(before, last)), first: names[0]!, key };
  scope.context.warn('BT_DOTTED_KEY', range, params, { title: `Write ['${key}']`, text: `['${key}']` });
}

function checkProperty(name: string | undefined, link: Link, owner: Typed, scope: ValueScope): Typed {
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
  if (METHODS.has(found)) scope.context.report('BT_NOT_CALLED', link, { name: quote(found) });
  else scope.context.unknown('BT_UNKNOWN_PROPERTY', found, describe(type), link, ['length', ...METHODS.keys()]);
  return UNKNOWN;
}

function checkIndex(link: Link, owner: Typed, scope: ValueScope): Typed {
  if (link.type !== 'index') return UNKNOWN;
  const index = checkOperand(link.index, scope);
  if (!mayBe(owner.type, LIST | STRING) || !mayBe(index.type, NUMBER)) {
    scope.context.report('BT_WRONG_ARGUMENT', link, {
      name: quote('[ ]'),
      expected: 'a list or a string before it and a number inside',
    });
    return UNKNOWN;
  }
  return { plan: { type: 'index', object: owner.plan, index: index.plan }, type: { mask: ANY } };
}
