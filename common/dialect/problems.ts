import { positionAt } from '../dsl';
import type { Problem } from '../problem';
import { DIALECT_LIMITS } from './limits';

/** Why a rule of the other edition is refused: code and message, `{name}` standing for a parameter. */
export const REFUSALS = {
  BT_DIALECT_TOO_LONG: `The rule has {length} characters; at most ${DIALECT_LIMITS.textLength} are allowed.`,
  BT_DIALECT_TOO_MANY_TOKENS: `The rule has more than ${DIALECT_LIMITS.tokens} words and symbols.`,
  BT_DIALECT_TOO_DEEP: `Brackets may be nested at most ${DIALECT_LIMITS.nesting} deep.`,
  BT_DIALECT_UNEXPECTED_CHARACTER: 'Unexpected character {found}.{hint}',
  BT_DIALECT_UNTERMINATED: 'A string is not closed.',
  BT_DIALECT_SYNTAX: 'Expected {expected} but found {found}.',
  BT_DIALECT_NO_CLAUSE: 'The rule has neither always { } nor never { }, so no trace could violate it.',
  BT_DIALECT_REPEATED_CLAUSE: '{found} stands here a second time.',
  BT_DIALECT_OPERAND: '{operator} takes {expected}, not {found}.',
  BT_DIALECT_NO_ATTRIBUTE:
    '{found} names a span only; a comparison needs one of its attributes, such as {found}.amount.',
  BT_DIALECT_AMBIGUOUS_NAME:
    '{found} could be an attribute of this span or another span. Write "{name}" == true for the attribute; a span goes outside where( ).',
  BT_DIALECT_REGEX: '{found} cannot be used: {reason}.',
  BT_DIALECT_TRANSLATION: 'The translation is not a rule that can be judged: {reason}',
} as const satisfies Record<`BT_DIALECT_${string}`, string>;

/** Where a translation differs from what the other edition did, or may differ from what its author thinks it does. */
export const NOTES = {
  BT_NOTE_FALSE_WAS_TRUE: 'The other edition reads false as true; here {text} means what it says.',
  BT_NOTE_QUOTED_LIST: 'The other edition never finds a quoted text in a list; here it is found.',
  BT_NOTE_MISSING_ATTRIBUTE:
    'In the other edition a span without the attribute {name} has it as ""; here it does not satisfy {text}.',
  BT_NOTE_NUMBERS_ONLY:
    'The other edition compares text that is no number by the alphabet; here {text} holds for numbers only.',
  BT_NOTE_TWO_ATTRIBUTES:
    'The other edition compares {name} with the word {other}; here it is compared with the attribute of that name, as numbers.',
  BT_NOTE_SPAN_ATTRIBUTE:
    'The other edition looks for a span named {found}; here it is the attribute {name} of the span {span}.',
  BT_NOTE_NOT_READ_THERE: 'The other edition does not read {found}; it is taken as meant.',
  BT_NOTE_SPAN_FIELD: '{name} is an attribute here as there; what every span has is span.{field}.',
  BT_NOTE_SOME_SPAN:
    'always holds if one span {name} does what it asks for, as there. For all of them write trace.every( ).',
} as const satisfies Record<`BT_NOTE_${string}`, string>;

export type RefusalCode = keyof typeof REFUSALS;
export type NoteCode = keyof typeof NOTES;

export interface Range {
  readonly offset: number;
  readonly length: number;
}

const TEMPLATES: Readonly<Record<RefusalCode | NoteCode, string>> = { ...REFUSALS, ...NOTES };

/** A refusal or a note at a range of a text of the dialect. */
export function createProblem(
  text: string,
  code: RefusalCode | NoteCode,
  { offset, length }: Range,
  params: Problem['params'] = {},
): Problem {
  const message = TEMPLATES[code]
    .replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole))
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
  return { code, params, message, offset, length, ...positionAt(text, offset) };
}

/** Thrown inside this room only: the one problem that ends reading a text. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}
