import type { Token } from 'typescript-parsec';

/** Longest first, so that the first that fits is the right one. */
export const PUNCTUATORS = [
  ...['===', '!==', '...'],
  ...['=>', '==', '!=', '<=', '>=', '&&', '||', '??', '?.'],
  ...['<', '>', '!', '?', ':', '+', '-', '*', '/', '%', '.', ',', ';', '=', '(', ')', '[', ']', '{', '}'],
] as const;

export type Punctuator = (typeof PUNCTUATORS)[number];

export const KEYWORDS = ['const', 'false', 'in', 'null', 'return', 'true', 'typeof', 'undefined'] as const;

export type Keyword = (typeof KEYWORDS)[number];

/** JavaScript's words that have no place in a rule. */
export const RESERVED: ReadonlySet<string> = new Set(
  (
    'async await break case catch class continue debugger default delete do else enum export extends finally for ' +
    'function if implements import instanceof interface let new package private protected public static super switch ' +
    'this throw try var void while with yield'
  ).split(' '),
);

/**
 * `parameter` is a name before `=>`, and `parameters(` the bracket that opens the parameters of an arrow function: told
 * apart by the lexer, so that the grammar needs to look at one token only.
 */
export type TokenKind =
  'identifier' | 'parameter' | 'parameters(' | 'number' | 'string' | 'regex' | 'reserved' | Keyword | Punctuator;

export interface RuleToken extends Token<TokenKind> {
  kind: TokenKind;
  next: RuleToken | undefined;
  /** UTF-16 units from the start of the text to the token's end. */
  readonly end: number;
  /** Of numbers and strings. */
  readonly value: string | number | bigint | undefined;
}
