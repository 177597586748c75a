import type { LiteralValue } from './ast';
import type { ValuePlan } from './plan';

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
/** Not values: spans and what their attributes hang on. */
export const SPAN = 128;
export const ATTRIBUTES = 256;

export interface Type {
  readonly mask: number;
  /** Of numbers: milliseconds since the epoch, or between two times. */
  readonly unit?: 'time' | 'duration' | undefined;
  /** Of strings: one of a known few. */
  readonly choices?: 'status' | 'kind' | undefined;
  /** Of attributes: the span's, or its resource's. */
  readonly owner?: 'attributes' | 'resource' | undefined;
}

/** An expression after checking. */
export interface Typed {
  readonly plan: ValuePlan;
  readonly type: Type;
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
  [ATTRIBUTES, 'attributes'],
  [NULL, 'null'],
  [UNDEFINED, 'undefined'],
];

/** A type in words: `a string or undefined`. */
export function describe({ mask }: Type): string {
  if ((mask & ANY) === ANY) return 'a value of unknown type';
  return WORDS.flatMap(([bit, word]) => (mask & bit ? [word] : [])).join(' or ');
}

export const mayBe = (type: Type, mask: number): boolean => (type.mask & mask) !== 0;
export const isOnly = (type: Type, mask: number): boolean => (type.mask & ~mask) === 0;

export function literalMask(value: LiteralValue): number {
  if (value === null) return NULL;
  if (value === undefined) return UNDEFINED;
  if (typeof value === 'string') return STRING;
  return typeof value === 'boolean' ? BOOLEAN : NUMBER;
}
