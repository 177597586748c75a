import type { Lexer } from 'typescript-parsec';
import { lexNumber, lexRegex, lexString } from './lex_literals';
import { LIMITS } from './limits';
import { Nesting } from './nesting';
import { quote } from './problems';
import { failText } from './text_error';
import type { Punctuator, RuleToken, TokenKind } from './tokens';
import { KEYWORDS, PUNCTUATORS, RESERVED } from './tokens';

/** Of each first character the punctuators, longest first. */
const PUNCTUATORS_BY_FIRST = new Map<string, readonly Punctuator[]>(
  PUNCTUATORS.map(([first]) => [first!, PUNCTUATORS.filter((candidate) => candidate[0] === first)]),
);
const WORD = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;
const SPACE = /[\s\ufeff]+/y;
const LINE_COMMENT = /\/\/[^\n\r\u2028\u2029]*/y;
const KEYWORD_KINDS: ReadonlySet<string> = new Set(KEYWORDS);
/** Kinds after which an operator stands, not an operand. */
const OPERAND_ENDS: ReadonlySet<TokenKind> = new Set<TokenKind>([
  ...(['identifier', 'number', 'string', 'regex', 'reserved', 'true', 'false', 'null', 'undefined'] as const),
  ...([')', ']', '}'] as const),
]);
const SLASH = 0x2f;
const LIKELY: Readonly<Record<string, string>> = {
  '“': '"',
  '”': '"',
  '‘': "'",
  '’': "'",
  '&': '&&',
  '|': '||',
  '≤': '<=',
  '≥': '>=',
  '≠': '!==',
};

/**
 * Cuts a rule's text into tokens for typescript-parsec. It knows where an operand may start (so `a / 2 > b / 3` holds no
 * regular expression) and checks the limits on text, tokens and nesting, so that no parser ever sees more.
 */
export function lex(text: string): RuleToken | undefined {
  if (text.length > LIMITS.textLength) {
    failText(text, 'BT_TEXT_TOO_LONG', { offset: 0, length: 0 }, { length: text.length });
  }
  const nesting = new Nesting();
  let first: RuleToken | undefined;
  let last: RuleToken | undefined;
  let count = 0;
  for (let at = skip(text, 0); at < text.length; at = skip(text, last.end)) {
    const operandExpected = expectsOperand(last);
    const token = lexToken(text, at, last) ?? unexpectedCharacter(text, at);
    const range = { offset: at, length: token.end - at };
    if (++count > LIMITS.tokens) failText(text, 'BT_TOO_MANY_TOKENS', range);
    if (!nesting.enter(token, last, operandExpected)) failText(text, 'BT_TOO_DEEP', range);
    if (last) last.next = token;
    first ??= token;
    last = token;
  }
  return first;
}

/** The same behind typescript-parsec's interface. */
export const ruleLexer = { parse: lex } satisfies Lexer<TokenKind>;

/** Whether an operand may stand after a token: whether `/` begins a regular expression there. */
export const expectsOperand = (last: { readonly kind: TokenKind } | undefined): boolean =>
  last === undefined || !OPERAND_ENDS.has(last.kind);

/** Skips white space and comments. */
function skip(text: string, start: number): number {
  let at = start;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === 0x20 || code === 0x0a) at++;
    // what else is above the space and ASCII is neither white space nor the start of a comment
    else if (code > 0x20 && code < 0x7f && code !== SLASH) return at;
    else {
      const end = matchEnd(SPACE, text, at) ?? commentEnd(text, at);
      if (end === undefined) return at;
      at = end;
    }
  }
}

function commentEnd(text: string, at: number): number | undefined {
  if (text[at] !== '/') return undefined;
  if (text[at + 1] === '/') return matchEnd(LINE_COMMENT, text, at);
  if (text[at + 1] !== '*') return undefined;
  const close = text.indexOf('*/', at + 2);
  if (close < 0) failText(text, 'BT_UNTERMINATED', { offset: at, length: 2 }, { what: 'A comment' });
  return close + 2;
}

/** The token that begins at a place, after another; undefined where none can begin. Fails where it is not well-formed. */
export function lexToken(
  text: string,
  at: number,
  last: { readonly kind: TokenKind } | undefined,
): RuleToken | undefined {
  const operandExpected = expectsOperand(last);
  const character = text[at]!;
  if (character === '"' || character === "'" || character === '`') {
    const { value, end } = lexString(text, at);
    return createToken('string', text.slice(at, end), at, end, value);
  }
  if (isDigit(character) || (character === '.' && operandExpected && isDigit(text[at + 1]))) {
    const { value, end } = lexNumber(text, at);
    return createToken('number', text.slice(at, end), at, end, value);
  }
  if (character === '/' && operandExpected) {
    const end = lexRegex(text, at);
    return createToken('regex', text.slice(at, end), at, end);
  }
  const punctuator = PUNCTUATORS_BY_FIRST.get(character)?.find((candidate) => text.startsWith(candidate, at));
  if (punctuator === '?.' && isDigit(text[at + 2])) return createToken('?', '?', at, at + 1);
  if (punctuator) return createToken(punctuator, punctuator, at, at + punctuator.length);
  const wordEnd = matchEnd(WORD, text, at);
  if (wordEnd === undefined) return undefined;
  const word = text.slice(at, wordEnd);
  return createToken(wordKind(word, last), word, at, wordEnd);
}

function wordKind(word: string, last: { readonly kind: TokenKind } | undefined): TokenKind {
  if (last?.kind === '.' || last?.kind === '?.') return 'identifier';
  if (KEYWORD_KINDS.has(word)) return word as TokenKind;
  return RESERVED.has(word) ? 'reserved' : 'identifier';
}

function unexpectedCharacter(text: string, at: number): never {
  const found = String.fromCodePoint(text.codePointAt(at)!);
  const likely = LIKELY[found];
  const fix = likely === undefined ? undefined : { title: `Write ${likely}`, text: likely };
  failText(text, 'BT_UNEXPECTED_CHARACTER', { offset: at, length: found.length }, { found: quote(found) }, fix);
}

function createToken(kind: TokenKind, text: string, at: number, end: number, value?: RuleToken['value']): RuleToken {
  // Rows and columns are worked out from the offset where a problem needs them.
  const pos = { index: at, rowBegin: 0, columnBegin: 0, rowEnd: 0, columnEnd: 0 };
  return { kind, text, pos, next: undefined, end, value };
}

function matchEnd(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

const isDigit = (character: string | undefined): boolean =>
  character !== undefined && character >= '0' && character <= '9';
