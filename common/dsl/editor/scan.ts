import { expectsOperand, lexToken } from '../lexer';
import { Nesting } from '../nesting';
import { TextError } from '../text_error';
import type { RuleToken, TokenKind } from '../tokens';

/** A stretch of text: UTF-16 units from its start, the end not included. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** A token, a comment, or what is neither. */
export interface Lexeme extends TextRange {
  readonly kind: TokenKind | 'comment' | 'invalid';
  readonly text: string;
  /** Of numbers and strings. */
  readonly value?: RuleToken['value'];
}

const SPACE = /[\s\ufeff]+/y;
const COMMENT = /\/\/[^\n\r\u2028\u2029]*|\/\*(?:[^]*?\*\/|[^]*)/y;

/** Cuts any text into lexemes, in order and without gaps but white space. Nothing throws; time is linear in the text. */
export function scan(text: string): Lexeme[] {
  const lexemes: Lexeme[] = [];
  const nesting = new Nesting();
  let last: { kind: TokenKind } | undefined;
  let at = 0;
  for (;;) {
    at = endOf(SPACE, text, at) ?? at;
    if (at >= text.length) return lexemes;
    const commentEnd = text[at] === '/' ? endOf(COMMENT, text, at) : undefined;
    const token = commentEnd ?? tokenAt(text, at, last);
    if (typeof token === 'number') {
      const kind = commentEnd === undefined ? 'invalid' : 'comment';
      lexemes.push({ kind, text: text.slice(at, token), start: at, end: token });
      at = token;
    } else {
      const lexeme = { kind: token.kind, text: token.text, start: at, end: token.end, value: token.value };
      // marks the parameters of arrow functions, here or before
      nesting.enter(lexeme, last, expectsOperand(last));
      lexemes.push(lexeme);
      last = lexeme;
      at = token.end;
    }
  }
}

/** A token, or where what is none ends. */
function tokenAt(text: string, at: number, last: { kind: TokenKind } | undefined): RuleToken | number {
  try {
    return lexToken(text, at, last) ?? at + String.fromCodePoint(text.codePointAt(at)!).length;
  } catch (error) {
    if (error instanceof TextError) return Math.max(error.range.offset + error.range.length, at + 1);
    throw error;
  }
}

function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
