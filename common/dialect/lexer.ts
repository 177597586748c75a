import { quote } from '../dsl';
import { DIALECT_LIMITS } from './limits';
import { createProblem, type Range, type RefusalCode, Refused } from './problems';
import { type DialectToken, type Kind, KEYWORDS, PUNCTUATORS } from './tokens';

const SPACE = /[\s\ufeff]+/y;
const COMMENT = /\/\/[^\n\r]*/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
/** With a sign, a fraction, an exponent: more than the other edition reads. */
const NUMBER = /[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const WHERE = /\.\s*where\b/y;
const KEYWORD_KINDS: ReadonlySet<string> = new Set(KEYWORDS);
const HINTS: Readonly<Record<string, string>> = {
  '&': ' Write and.',
  '|': ' Write or.',
  '!': ' Write not.',
  '=': ' Write ==.',
  "'": ' Strings are in double quotes.',
  '“': ' Strings are in double quotes.',
};

export interface Lexed {
  readonly first: DialectToken | undefined;
  /** Without their slashes, in the order of the text. */
  readonly comments: readonly string[];
}

/** Cuts a rule of the dialect into tokens, within the limits on text, tokens and nesting. Throws `Refused`. */
export function lex(text: string): Lexed {
  if (text.length > DIALECT_LIMITS.textLength) {
    refuse(text, 'BT_DIALECT_TOO_LONG', { offset: 0, length: 0 }, { length: text.length });
  }
  const comments: string[] = [];
  let first: DialectToken | undefined;
  let last: DialectToken | undefined;
  let count = 0;
  let depth = 0;
  let at = 0;
  while (at < text.length) {
    const space = matchEnd(SPACE, text, at);
    const comment = space === undefined ? matchEnd(COMMENT, text, at) : undefined;
    if (comment !== undefined) comments.push(text.slice(at + 2, comment).trim());
    const skipped = space ?? comment;
    if (skipped !== undefined) {
      at = skipped;
      continue;
    }
    const token = lexToken(text, at, last);
    if (++count > DIALECT_LIMITS.tokens) refuse(text, 'BT_DIALECT_TOO_MANY_TOKENS', token);
    if ('([{'.includes(token.kind)) depth++;
    if (')]}'.includes(token.kind)) depth--;
    if (depth > DIALECT_LIMITS.nesting) refuse(text, 'BT_DIALECT_TOO_DEEP', token);
    if (last) last.next = token;
    first ??= token;
    last = token;
    at += token.length;
  }
  return { first, comments };
}

function lexToken(text: string, at: number, last: DialectToken | undefined): DialectToken {
  if (text[at] === '"') {
    const end = text.indexOf('"', at + 1) + 1;
    if (end === 0) refuse(text, 'BT_DIALECT_UNTERMINATED', { offset: at, length: 1 });
    return create('string', text, at, end);
  }
  const where = matchEnd(WHERE, text, at);
  if (where !== undefined) return create('.where', text, at, where);
  const number = matchEnd(NUMBER, text, at);
  // `a.5` is no attribute, and `5.` no number: both fail in the grammar
  if (number !== undefined) return create('number', text, at, number);
  const word = matchEnd(WORD, text, at);
  if (word !== undefined) {
    const isKeyword = last?.kind !== '.' && KEYWORD_KINDS.has(text.slice(at, word));
    return create(isKeyword ? (text.slice(at, word) as Kind) : 'word', text, at, word);
  }
  const punctuator = PUNCTUATORS.find((each) => text.startsWith(each, at));
  if (punctuator) return create(punctuator, text, at, at + punctuator.length);
  const found = String.fromCodePoint(text.codePointAt(at)!);
  const params = { found: quote(found), hint: HINTS[found] ?? '' };
  return refuse(text, 'BT_DIALECT_UNEXPECTED_CHARACTER', { offset: at, length: found.length }, params);
}

function create(kind: Kind, text: string, at: number, end: number): DialectToken {
  const pos = { index: at, rowBegin: 0, columnBegin: 0, rowEnd: 0, columnEnd: 0 };
  return { kind, text: text.slice(at, end), pos, next: undefined, offset: at, length: end - at };
}

function matchEnd(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function refuse(text: string, code: RefusalCode, range: Range, params: Record<string, string | number> = {}): never {
  throw new Refused(createProblem(text, code, range, params));
}
