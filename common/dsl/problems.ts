import type { Problem } from '../problem';
import { LIMITS } from './limits';

/**
 * Everything that can be wrong with a rule's text: code and message, `{name}` standing for a parameter. The examples in
 * `docs/reference/problems.md` are run as tests, one for every code.
 */
export const PROBLEMS = {
  BT_TEXT_TOO_LONG: `The rule has {length} characters; at most ${LIMITS.textLength} are allowed.`,
  BT_TOO_MANY_TOKENS: `The rule has more than ${LIMITS.tokens} words and symbols.`,
  BT_TOO_DEEP: `Brackets, unary operators, arrows and ?: may be nested at most ${LIMITS.nesting} deep.`,
  BT_TOO_MANY_VARIABLES: `At most ${LIMITS.variables} spans may be bound at once, those of collections included.`,
  BT_TOO_MANY_PREDICATES: `The rule has {count} predicates; at most ${LIMITS.predicates} are allowed, named ones counted at each use.`,
  BT_EMPTY_RULE: 'The rule is empty.',
  BT_UNEXPECTED_CHARACTER: 'Unexpected character {found}.',
  BT_UNTERMINATED: '{what} is not closed.',
  BT_INVALID_ESCAPE: 'Invalid escape {found} in a string.',
  BT_INVALID_NUMBER: '{found} is not a number here: only decimal numbers such as 10, 0.5 or 1e3 are.',
  BT_TEMPLATE_CODE: 'Templates may not contain ${…}; join strings with +.',
  BT_SYNTAX: 'Expected {expected} but found {found}.',
  BT_RESERVED_WORD: '{found} is not part of the rule language.',
  BT_ARROW_BODY: 'An arrow function here is one expression: leave out { return … }.',
  BT_ARROW_PARAMETERS: 'An arrow function here takes {expected}, not {found}.',
  BT_ASSIGNMENT: 'A rule assigns nothing. To compare, write ===.',
  BT_MIXED_NULLISH: '?? may not stand beside && or || without brackets.',
  BT_UNKNOWN_NAME: 'Unknown name {name}.{suggestion}',
  BT_UNKNOWN_PROPERTY: 'Unknown property {name} of {owner}.{suggestion}',
  BT_UNKNOWN_METHOD: 'Unknown method {name} of {owner}.{suggestion}',
  BT_DUPLICATE_NAME: 'The name {name} is taken already.',
  BT_SEVERAL_TRACES:
    'A rule looks at one trace at a time: conditions across several traces are not part of this version.',
  BT_ARGUMENT_COUNT: '{name} takes {expected}, not {found}.',
  BT_WRONG_ARGUMENT: '{name} takes {expected}.',
  BT_NOT_CALLED: '{name} is a method: call it with ( ).',
  BT_NOT_CALLABLE: '{name} is not a method: leave out the ( ).',
  BT_INVALID_REGEX: '{found} cannot be used: {reason}.',
  BT_INVALID_DURATION:
    "{found} is not a duration. Write a number and a unit, such as '500 ms', '5 seconds' or '1 minute'.",
  BT_NEVER_EQUAL: '{left} and {right} are never equal.',
  BT_NOT_COMPARABLE: '{operator} holds only between two numbers or two strings, not between {left} and {right}.',
  BT_NOT_ARITHMETIC: '{operator} works on {expected}, not on {found}.',
  BT_KEY_NOT_LITERAL: "Keys of {owner} are written out, such as {owner}['http.route'].",
  BT_TIMEOUT_STATUS: "'TIMEOUT' can only be compared with a status by === or !==, or stand in a list's includes.",
  BT_UNKNOWN_VALUE: '{property} is never {found}.{suggestion}',
  BT_NOT_A_RULE: 'A rule is a match such as trace.has(span => …), not {found}.',
  BT_NOT_A_MATCH: 'A match such as trace.has(span => …) is needed here, not {found}.',
  BT_MATCH_AS_VALUE: 'A match is true or false by itself: it can only be joined by and, or, not, &&, || and !.',
  BT_NOT_A_VALUE: '{found} cannot be used as a value; name one of its properties.',
  BT_NUMBER_NOT_COMPARED: 'A number alone says nothing: compare it, such as {text} > 3.',
  BT_SCOPED_NUMBER:
    '{text} has one value for each group: compare it with a number right there, or write .some(g => …).',
  BT_WITHIN_ON_NUMBER: 'within bounds matches, not numbers. To count in a window, write within before count.',
  BT_NOTHING_TO_BIND: 'The left side of {name} can be true without a span, so (a, b) has nothing to take as a.',
} as const satisfies Record<`BT_${string}`, string>;

/** Said beside a rule that compiles. */
export const WARNINGS = {
  BT_DOTTED_KEY: "{text} reads a value inside attribute '{first}'. For the attribute '{key}' write ['{key}'].",
  BT_LOOSE_EQUALITY: '{operator} means {strict} here.',
  BT_UNBOUND_ABSENCE:
    'Nothing in this match has a time for within to count from: what is missing must be missing from the whole trace.',
  BT_NOTHING_POSITIVE:
    'This is true of every trace that lacks something, also of those that have nothing to do with it.',
} as const satisfies Record<`BT_${string}`, string>;

export type ProblemCode = keyof typeof PROBLEMS | keyof typeof WARNINGS;

export interface Range {
  readonly offset: number;
  readonly length: number;
}

const TEMPLATES: Readonly<Record<ProblemCode, string>> = { ...PROBLEMS, ...WARNINGS };

/** A problem at a range of a text, its message filled in from the catalogue. */
export function createProblem(
  text: string,
  code: ProblemCode,
  range: Range,
  params: Problem['params'] = {},
  fix?: Problem['fix'],
): Problem {
  const message = TEMPLATES[code].replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
  const { line, column } = positionAt(text, range.offset);
  const problem = { code, params, message: oneLine(message), offset: range.offset, line, column, length: range.length };
  return fix ? { ...problem, fix } : problem;
}

/** Line and column, both from 1, of an offset; lines end with LF, CR LF or CR. */
export function positionAt(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  for (let i = 0; i < offset; i++) {
    const code = text.charCodeAt(i);
    if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) {
      line++;
      lineStart = i + 1;
    }
  }
  return { line, column: offset - lineStart + 1 };
}

/** A piece of the rule's text as messages quote it: in backquotes, short. */
export function quote(text: string): string {
  return '`' + (text.length > 40 ? text.slice(0, 39) + '…' : text) + '`';
}

const oneLine = (message: string): string => message.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
