import type { LiteralValue } from './ast';
import type { AttributeOwner, ValuePlan } from './plan';
import type { ScopeStep } from './step_result';

/** Bits of the kinds of value that an expression may have. */
export const STRING = 1;
export const NUMBER = 2;
export const BOOLEAN = 4;
export const NULL = 8;
export const UNDEFINED = 16;
export const LIST = 32;
export const OBJECT = 64;
/** What an attribute may be. */
export const ANY = STRING | NUMBER | BOOLEAN | NULL | UNDEFINED | LIST | OBJECT;
/** Not values: spans, their parts, and what attributes hang on. */
export const SPAN = 128;
export const ATTRIBUTES = 256;
export const EVENT = 512;
export const LINK = 1024;
export const SCOPE = 2048;
export const PARTS = EVENT | LINK | SCOPE;
/** What can only be true, false, or asked for its properties. */
export const THINGS = SPAN | PARTS;

export interface Type {
  readonly mask: number;
  /** Of numbers: milliseconds since the epoch, or between two times. */
  readonly unit?: 'time' | 'duration' | undefined;
  /** Of strings: one of a known few. */
  readonly choices?: 'status' | 'kind' | undefined;
  /** Of attributes: whose they are. */
  readonly owner?: AttributeOwner | undefined;
  /** Of lists: what is in them. */
  readonly element?: Type | undefined;
}

/** An expression after checking. */
export interface Typed {
  readonly plan: ValuePlan;
  readonly type: Type;
  /** Of a number from a scoped chain: scopes that a comparison has to close. */
  readonly scopes?: readonly ScopeStep[];
}

export const STATUSES = ['OK', 'ERROR', 'UNSET'] as const;
export const KINDS = ['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER', 'UNSPECIFIED'] as const;

const WORDS: readonly (readonly [number, string])[] = [
  [STRING, 'a string'],
  [NUMBER, 'a number'],
  [BOOLEAN, 'a Boolean'],
  [LIST, 'a list'],
  [OBJECT, 'an object'],
  [SPAN, 'a span'],
  [EVENT, 'an event'],
  [LINK, 'a link'],
  [SCOPE, 'an instrumentation scope'],
  [ATTRIBUTES, 'attributes'],
  [NULL, 'null'],
  [UNDEFINED, 'undefined'],
];

/** A type in words: `a string or undefined`. */
export function describe({ mask }: Type): string {
  if ((mask & ANY) === ANY) return 'a value of unknown type';
  return WORDS.flatMap(([bit, word]) => (mask & bit ? [word] : [])).join(' or ');
}

export const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

export const mayBe = (type: Type, mask: number): boolean => (type.mask & mask) !== 0;
export const isOnly = (type: Type, mask: number): boolean => (type.mask & ~mask) === 0;

/** What is in a list, also in one that may be missing; anything, where it may be something else than a list. */
export const elementOf = (type: Type): Type => (isOnly(type, LIST | UNDEFINED) && type.element) || { mask: ANY };

export function literalMask(value: LiteralValue): number {
  if (value === null) return NULL;
  if (value === undefined) return UNDEFINED;
  if (typeof value === 'string') return STRING;
  return typeof value === 'boolean' ? BOOLEAN : NUMBER;
}

/** What any of the types may be. */
export function union(types: readonly Type[]): Type {
  const [first] = types;
  let mask = 0;
  let unit = first?.unit;
  let choices = first?.choices;
  let lists = 0;
  const elements: Type[] = [];
  for (const type of types) {
    mask |= type.mask;
    if (type.unit !== unit) unit = undefined;
    if (type.choices !== choices) choices = undefined;
    if (!(type.mask & LIST)) continue;
    lists++;
    if (type.element) elements.push(type.element);
  }
  // Where one is not known, nothing is known of both.
  const isKnown = lists > 0 && elements.length === lists;
  return { mask, unit, choices, element: isKnown ? (lists === 1 ? elements[0] : union(elements)) : undefined };
}
