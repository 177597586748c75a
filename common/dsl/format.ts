import { lex } from './lexer';
import type { ParseResult } from './parse';
import { parse } from './parse';
import type { RuleToken, TokenKind } from './tokens';

const WIDTH = 100;
const COMMENT = /\/\/[^\n\r\u2028\u2029]*|\/\*[^]*?\*\//g;
const COMMENT_START = /^\/[/*]/;
const LINE_END_BEFORE = /[\n\r\u2028\u2029][^\S\n\r\u2028\u2029]*$/;
const LINE_END_AFTER = /^[^\S\n\r\u2028\u2029]*[\n\r\u2028\u2029]/;
const OPENING: ReadonlySet<string> = new Set<TokenKind>(['(', 'parameters(', '[', '{']);
const CLOSING: ReadonlySet<string> = new Set<TokenKind>([')', ']', '}']);
const UNARY: ReadonlySet<string> = new Set<TokenKind>(['!', '-', '+', 'typeof']);
/** Kinds that an operand ends with, so that an operator stands after them. */
const OPERANDS: ReadonlySet<string> = new Set<TokenKind>([
  ...(['identifier', 'parameter', 'number', 'string', 'regex', 'true', 'false', 'null', 'undefined'] as const),
  ...([')', ']', '}'] as const),
]);

interface Piece {
  readonly text: string;
  readonly kind: TokenKind | 'line comment' | 'block comment';
  readonly unary: boolean;
  /** Brackets around it. */
  readonly depth: number;
  /** A comment alone on its line. */
  readonly ownLine: boolean;
}

/**
 * Lays a rule's text out anew, comments kept where they stood: one statement a line, and where that is too long or has
 * line comments, one step of its chain and one operand of its `&&` and `||` a line. Doing it twice changes nothing.
 */
export function format(text: string): { readonly text: string } | Extract<ParseResult, { problem: unknown }> {
  const parsed = parse(text);
  if ('problem' in parsed) return parsed;
  const statements: Piece[][] = [[]];
  let ended = false;
  for (const piece of piecesOf(text)) {
    const isTrailing = piece.kind.endsWith('comment') && !piece.ownLine;
    if (ended && !isTrailing) {
      statements.push([]);
      ended = false;
    }
    statements.at(-1)!.push(piece);
    ended ||= piece.kind === ';' && piece.depth === 0;
  }
  return { text: statements.map(printStatement).join('\n') + '\n' };
}

function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let depth = 0;
  let end = 0;
  let previous: RuleToken | undefined;
  const comments = (until: number): void => {
    const found = [...text.slice(end, until).matchAll(COMMENT)];
    let from = end;
    found.forEach(({ 0: comment, index }, i) => {
      // Only what lies between it and the comments beside it: looking further would take quadratic time.
      const before = text.slice(from, end + index);
      from = end + index + comment.length;
      const next = found[i + 1];
      const after = text.slice(from, next ? end + next.index : until);
      const starts = LINE_END_BEFORE.test(before) || (end === 0 && i === 0);
      const ends = LINE_END_AFTER.test(after) || (until === text.length && !next);
      const kind = comment.startsWith('//') ? 'line comment' : 'block comment';
      pieces.push({ text: comment.trimEnd(), kind, unary: false, depth, ownLine: starts && ends });
    });
  };
  for (let token = lex(text); token; token = token.next) {
    comments(token.pos.index);
    if (CLOSING.has(token.kind)) depth--;
    const unary = UNARY.has(token.kind) && !OPERANDS.has(previous?.kind ?? '');
    pieces.push({ text: token.text, kind: token.kind, unary, depth, ownLine: false });
    if (OPENING.has(token.kind)) depth++;
    previous = token;
    end = token.end;
  }
  comments(text.length);
  return pieces;
}

function printStatement(pieces: readonly Piece[]): string {
  const oneLine = lay(pieces, false);
  const isLong = oneLine.split('\n').some((line) => line.length > WIDTH);
  return isLong || pieces.some(({ kind }) => kind === 'line comment') ? lay(pieces, true) : oneLine;
}

function lay(pieces: readonly Piece[], broken: boolean): string {
  const lines: string[] = [];
  let line: string[] = [];
  // What stands before the first words of a statement, and these, stands at the margin.
  let indent = '';
  const end = (): void => {
    if (line.length === 0) return;
    lines.push(indent + line.join(''));
    if (!COMMENT_START.test(line[0]!)) indent = '  ';
    line = [];
  };
  let steps = 0;
  pieces.forEach((piece, i) => {
    const previous = pieces[i - 1];
    const isStep = broken && piece.depth === 0 && piece.kind === '.' && steps++ > 0;
    if (piece.ownLine || isStep || (broken && previous && breaksAfter(previous))) end();
    else if (previous && line.length > 0 && needsSpace(previous, piece)) line.push(' ');
    line.push(piece.text);
    // What comes after it would be part of it.
    if (piece.kind === 'line comment' || (piece.kind === 'block comment' && piece.ownLine)) end();
  });
  end();
  return lines.join('\n');
}

const breaksAfter = ({ kind, depth }: Piece): boolean => depth === 0 && (kind === '&&' || kind === '||');

function needsSpace(before: Piece, after: Piece): boolean {
  if (before.kind.endsWith('comment') || after.kind.endsWith('comment')) return true;
  if (before.unary)
    return before.kind === 'typeof' || (after.unary && after.text === before.text && before.kind !== '!');
  if (OPENING.has(before.kind) || CLOSING.has(after.kind)) return false;
  if (['.', '?.'].includes(before.kind) || ['.', '?.', ',', ';'].includes(after.kind)) return false;
  if (OPENING.has(after.kind) && OPERANDS.has(before.kind)) return false;
  return true;
}
