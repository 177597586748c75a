import type { ChainNode, Link } from './ast';
import { between } from './builder';
import { UNKNOWN } from './check_context';
import { PART_FIELDS, RELATIONS, SPAN_FIELDS } from './members';
import type { AttributeOwner, Feature, PartField, Relation, SpanField } from './plan';
import type { Scope } from './scope';
import { readTimedOut } from './timed_out';
import type { Type, Typed } from './types';
import { ANY, ATTRIBUTES, EVENT, isOnly, LINK, mayBe, PARTS, SCOPE, SPAN, UNDEFINED } from './types';

const FEATURE_OF: Readonly<Record<string, Feature>> = {
  events: 'events',
  links: 'links',
  scope: 'scope',
  resource: 'resource',
  kind: 'kind',
  statusMessage: 'status_message',
};

/** Of something that may be missing, everything may be. */
const perhaps = (type: Type, owner: Type, whole: number): Type =>
  isOnly(owner, whole) ? type : { ...type, mask: type.mask | UNDEFINED };

/** `span.name`, `span.parent`, `span.attributes` … */
export function checkSpanProperty(name: string | undefined, link: Link, owner: Typed, scope: Scope): Typed {
  const { context } = scope;
  if (name === undefined) {
    context.report('BT_KEY_NOT_LITERAL', link, { owner: 'a span' });
    return UNKNOWN;
  }
  const feature = Object.hasOwn(FEATURE_OF, name) ? FEATURE_OF[name] : undefined;
  if (feature) context.features.add(feature);
  if (name === 'attributes' || name === 'resource') {
    return { plan: owner.plan, type: { mask: ATTRIBUTES, owner: name } };
  }
  const field = SPAN_FIELDS.get(name);
  if (field) {
    const plan: Typed['plan'] =
      name === 'timedOut'
        ? readTimedOut(owner.plan, context)
        : { type: 'field', of: owner.plan, field: name as SpanField };
    return { plan, type: perhaps(field, owner.type, SPAN) };
  }
  const relation = RELATIONS.get(name);
  if (relation) {
    return {
      plan: { type: 'relation', of: owner.plan, relation: name as Relation },
      type: perhaps(relation, owner.type, SPAN),
    };
  }
  const known = [...SPAN_FIELDS.keys(), ...RELATIONS.keys(), 'attributes', 'resource'];
  context.unknown('BT_UNKNOWN_PROPERTY', name, 'span', link, known);
  return UNKNOWN;
}

/** `event.time`, `link.attributes`, `span.scope.name` … */
export function checkPart(name: string | undefined, link: Link, owner: Typed, scope: Scope): Typed {
  const { type, plan } = owner;
  const what = mayBe(type, EVENT) ? 'an event' : mayBe(type, LINK) ? 'a link' : 'an instrumentation scope';
  if (name === 'attributes' && mayBe(type, EVENT | LINK)) {
    return { plan, type: { mask: ATTRIBUTES, owner: mayBe(type, EVENT) ? 'event' : 'link' } };
  }
  const [, fields] = PART_FIELDS.find(([mask]) => mayBe(type, mask))!;
  const field = name === undefined ? undefined : fields.get(name);
  if (name !== undefined && field) {
    return { plan: { type: 'part', of: plan, field: name as PartField }, type: perhaps(field, type, PARTS) };
  }
  const known = mayBe(type, SCOPE) ? [...fields.keys()] : [...fields.keys(), 'attributes'];
  scope.context.unknown('BT_UNKNOWN_PROPERTY', name ?? '', what, link, known);
  return UNKNOWN;
}

/** `attributes['key']` */
export function checkKey(name: string | undefined, link: Link, { plan, type }: Typed, scope: Scope): Typed {
  const owner: AttributeOwner = type.owner ?? 'attributes';
  if (name === undefined) {
    scope.context.report('BT_KEY_NOT_LITERAL', link, { owner: owner === 'resource' ? 'resource' : 'attributes' });
    return UNKNOWN;
  }
  if (owner === 'event' || owner === 'link')
    return { plan: { type: 'entry', of: plan, key: name }, type: { mask: ANY } };
  scope.context.touchAttribute(name);
  return { plan: { type: owner === 'resource' ? 'resource' : 'attribute', of: plan, key: name }, type: { mask: ANY } };
}

/** `attributes.http.method` reads inside a map; what is meant is nearly always the key `http.method`. */
export function warnDotted(node: ChainNode, at: number, scope: Scope): void {
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
