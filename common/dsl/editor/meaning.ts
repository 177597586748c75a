import type { DocumentationOwner } from '../documentation';
import {
  BUILTINS,
  COLLECTION_METHODS,
  METHODS,
  PART_FIELDS,
  RELATIONS,
  SCOPE_FIELDS,
  SPAN_FIELDS,
  STEPS,
} from '../members';
import type { AttributeOwner } from '../plan';
import type { Type } from '../types';
import {
  ANY,
  ATTRIBUTES,
  BOOLEAN,
  describe,
  EVENT,
  KINDS,
  LINK,
  LIST,
  mayBe,
  NUMBER,
  SCOPE,
  SPAN,
  STATUSES,
  STRING,
} from '../types';

/** What a piece of text stands for, as far as it can be told while the rest is being written. */
export type Meaning =
  /** The trace or a part of it; `isGrouped` right after `under` and `groupBy`. */
  | { readonly kind: 'trace'; readonly isGrouped: boolean }
  | { readonly kind: 'match'; readonly isCountable: boolean }
  | ValueMeaning
  | { readonly kind: 'function'; readonly parameters: number; readonly gives: Meaning }
  | { readonly kind: 'library'; readonly name: 'Math' | 'Array' }
  | { readonly kind: 'regex' };

export interface ValueMeaning {
  readonly kind: 'value';
  readonly type: Type;
  readonly subject?: Subject;
}

/** What a value is read from, for which values may be known. */
export interface Subject {
  readonly kind: 'field' | AttributeOwner;
  readonly name: string;
}

export type MemberKind = 'step' | 'property' | 'method';

/** What can stand behind a dot. */
export interface Member {
  readonly name: string;
  readonly kind: MemberKind;
  /** Where its documentation is, and under which name. */
  readonly owner: DocumentationOwner;
  readonly entry: string;
  /** Of properties: what they stand for. */
  readonly meaning?: Meaning;
}

export const valueOf = (type: Type): ValueMeaning => ({ kind: 'value', type });
export const UNKNOWN = valueOf({ mask: ANY });
export const MATCH: Meaning = { kind: 'match', isCountable: false };
export const TRUTH = valueOf({ mask: BOOLEAN });
export const ONE_SPAN = valueOf({ mask: SPAN });

/** Everything that can stand behind a dot after it. */
export const membersOf = (owner: Meaning): readonly Member[] => [...memberMap(owner).values()];

export const memberOf = (owner: Meaning, name: string): Member | undefined => memberMap(owner).get(name);

type Members = ReadonlyMap<string, Member>;

function memberMap(owner: Meaning): Members {
  switch (owner.kind) {
    case 'trace':
      return owner.isGrouped ? GROUPED : PLAIN_TRACE;
    case 'match':
      return owner.isCountable ? COUNTABLE : PLAIN_MATCH;
    case 'value':
      return valueMembers(owner.type);
    case 'library':
      return LIBRARIES[owner.name];
    case 'regex':
      return REGEX;
    case 'function':
      return NONE;
  }
}

/** A span that may be undefined is a span here, and what may be a list or a string has the methods of both. */
function valueMembers({ mask }: Type): Members {
  const known = VALUE_MEMBERS.get(mask) ?? mapOf(VALUES.flatMap(([bits, members]) => (mask & bits ? members : [])));
  VALUE_MEMBERS.set(mask, known);
  return known;
}

function mapOf(members: readonly Member[]): Members {
  const map = new Map<string, Member>();
  for (const member of members) if (!map.has(member.name)) map.set(member.name, member);
  return map;
}

const NONE: Members = new Map();

const called = (kind: MemberKind, owner: DocumentationOwner, names: Iterable<string>, prefix = ''): Member[] =>
  [...names].map((name) => ({ name, kind, owner, entry: prefix + name }));

const properties = (owner: DocumentationOwner, fields: Iterable<readonly [string, Type]>): Member[] =>
  [...fields].map(([name, type]) => ({
    name,
    kind: 'property',
    owner,
    entry: name,
    meaning: { kind: 'value', type, ...(owner === 'span' ? { subject: { kind: 'field', name } } : {}) },
  }));

const attributes = (owner: DocumentationOwner, whose: AttributeOwner, name = 'attributes'): Member[] =>
  properties(owner, [[name, { mask: ATTRIBUTES, owner: whose }]]);

const TRACE_MEMBERS = [...called('step', 'trace', STEPS.trace), ...properties('trace', SCOPE_FIELDS)];
const PLAIN_TRACE = mapOf(TRACE_MEMBERS);
const GROUPED = mapOf([...called('step', 'group', STEPS.group), ...TRACE_MEMBERS]);
const COUNTABLE = mapOf(called('step', 'match', STEPS.match));
const PLAIN_MATCH = mapOf(called('step', 'match', STEPS.match).filter(({ name }) => name !== 'count'));
const REGEX = mapOf(called('method', 'regex', ['test']));

const library = (name: 'Math' | 'Array'): Members => {
  const prefix = name + '.';
  const names = [...BUILTINS.keys()].filter((builtin) => builtin.startsWith(prefix));
  return mapOf(
    called(
      'method',
      'builtin',
      names.map((builtin) => builtin.slice(prefix.length)),
      prefix,
    ),
  );
};
const LIBRARIES = { Math: library('Math'), Array: library('Array') };

const methodsOn = (bit: number): string[] => [...METHODS].flatMap(([name, { on }]) => (on & bit ? [name] : []));
const partFields = (bit: number): ReadonlyMap<string, Type> => PART_FIELDS.find(([mask]) => mask === bit)![1];
const LENGTH: readonly (readonly [string, Type])[] = [['length', { mask: NUMBER }]];

const VALUES: readonly (readonly [number, readonly Member[]])[] = [
  [
    SPAN,
    [
      ...properties('span', [...SPAN_FIELDS, ...RELATIONS]),
      ...attributes('span', 'attributes'),
      ...attributes('span', 'resource', 'resource'),
    ],
  ],
  [EVENT, [...properties('event', partFields(EVENT)), ...attributes('event', 'event')]],
  [LINK, [...properties('link', partFields(LINK)), ...attributes('link', 'link')]],
  [SCOPE, properties('scope', partFields(SCOPE))],
  [STRING, [...properties('string', LENGTH), ...called('method', 'string', methodsOn(STRING))]],
  [STRING | NUMBER | BOOLEAN, called('method', 'string', ['matches'])],
  [LIST, [...properties('list', LENGTH), ...called('method', 'list', [...methodsOn(LIST), ...COLLECTION_METHODS])]],
];
const VALUE_MEMBERS = new Map<number, Members>();

/** Whether a value is the attributes of something: what stands behind its dot is a key. */
export const isAttributes = (meaning: Meaning | undefined): meaning is ValueMeaning =>
  meaning?.kind === 'value' && mayBe(meaning.type, ATTRIBUTES);

/** What something stands for, in the words of the language. */
export function meaningInWords(meaning: Meaning): string {
  switch (meaning.kind) {
    case 'trace':
      return 'the trace or a part of it';
    case 'match':
      return 'a match';
    case 'function':
      return 'an arrow function';
    case 'library':
      return 'functions';
    case 'regex':
      return 'a regular expression';
    case 'value': {
      const { type } = meaning;
      if (type.choices) return `one of ${(type.choices === 'status' ? STATUSES : KINDS).join(', ')}`;
      if (type.unit === 'duration') return 'a number of milliseconds';
      if (type.unit === 'time') return 'a number: milliseconds since 1970';
      return describe(type);
    }
  }
}
