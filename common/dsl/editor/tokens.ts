import { parseDuration } from '../duration';
import { KEYWORDS } from '../tokens';
import type { Word } from './outline';
import { outlineOf } from './outline';
import type { Lexeme, TextRange } from './scan';
import { scan } from './scan';

/** What a stretch of text is shown as. `name` is anything whose meaning is not known. */
export type TokenClass =
  | 'comment'
  | 'keyword'
  | 'constant'
  | 'variable'
  | 'predicate'
  | 'global'
  | 'property'
  | 'step'
  | 'method'
  | 'key'
  | 'name'
  | 'string'
  | 'duration'
  | 'number'
  | 'regex'
  | 'operator'
  | 'bracket'
  | 'punctuation'
  | 'invalid';

export interface HighlightedToken extends TextRange {
  readonly class: TokenClass;
}

const CLASS_OF_ROLE = {
  variable: 'variable',
  predicate: 'predicate',
  global: 'global',
  key: 'key',
  part: 'property',
  unknown: 'name',
} as const;
const CONSTANTS: ReadonlySet<string> = new Set(['true', 'false', 'null', 'undefined']);
const KEYWORD_SET: ReadonlySet<string> = new Set(KEYWORDS);

/**
 * The tokens of a text for highlighting, in order, comments among them; between them is white space only. Total: any text
 * has tokens, also one with errors. Time is linear in the text.
 */
export function tokens(text: string): HighlightedToken[] {
  const lexemes = scan(text);
  const words = new Map(outlineOf(lexemes).words.map((word) => [word.lexeme, word]));
  return lexemes.map((lexeme) => ({ start: lexeme.start, end: lexeme.end, class: classOf(lexeme, words.get(lexeme)) }));
}

function classOf({ kind, value }: Lexeme, word: Word | undefined): TokenClass {
  if (word) return word.role === 'member' ? word.member!.kind : CLASS_OF_ROLE[word.role];
  if (CONSTANTS.has(kind)) return 'constant';
  if (KEYWORD_SET.has(kind)) return 'keyword';
  switch (kind) {
    case 'comment':
    case 'number':
    case 'regex':
    case 'invalid':
      return kind;
    case 'reserved':
      return 'invalid';
    case 'string':
      return typeof value === 'string' && parseDuration(value) !== undefined ? 'duration' : 'string';
    case '(':
    case ')':
    case '[':
    case ']':
    case '{':
    case '}':
    case 'parameters(':
      return 'bracket';
    case '.':
    case '?.':
    case ',':
    case ';':
      return 'punctuation';
    default:
      return 'operator';
  }
}
