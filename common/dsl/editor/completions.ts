import { attributeCandidates, keyCandidates, memberCandidates } from './complete_members';
import { operandCandidates } from './complete_names';
import type { Candidate, Completion, Known } from './completion';
import { candidate } from './completion';
import { brokenTokens, inQuotes, plainText, staysWhole } from './insertion';
import { likelyAt, stringCandidates } from './known_values';
import type { Outline } from './outline';
import { outlineOf } from './outline';
import type { Lexeme, TextRange } from './scan';
import { scan } from './scan';
import { KEYWORDS } from '../tokens';

/** Kinds that a word being typed may have. */
const WORDS: ReadonlySet<string> = new Set(['identifier', 'parameter', 'reserved', ...KEYWORDS]);
const QUOTES: ReadonlySet<string> = new Set(["'", '"', '`']);

/**
 * What can be put in at an offset, of any text, also one that doesn't parse: members of what is before a dot, names and
 * literals where an operand begins, keys and values in quotes. None of them makes a token that is broken. Not filtered by
 * what has been typed, which is part of the range that they replace. Never throws.
 */
export function completions(text: string, offset: number, known: Known = {}): Completion[] {
  const at = Math.max(0, Math.min(Math.trunc(offset) || 0, text.length));
  const lexemes = scan(text);
  const touched = lexemes.filter(({ start, end }) => start <= at && at <= end);
  const inside = touched.find((lexeme) => lexeme.start < at && (at < lexeme.end || goesOn(lexeme)));
  if (inside && QUOTES.has(inside.text[0]!)) return inString(text, at, inside, lexemes, known);
  const word = touched.find(({ kind }) => WORDS.has(kind));
  if (inside && inside !== word) return [];
  const range = { start: word?.start ?? at, end: word?.end ?? at };
  if (touched.some(({ kind, start }) => kind === 'number' && start === at)) return [];
  return atWord(text, range, lexemes, known);
}

/** Whether what is typed at its end would be part of it. */
const goesOn = ({ kind, text }: Lexeme): boolean =>
  kind === 'number' ||
  kind === 'regex' ||
  kind === 'invalid' ||
  (kind === 'comment' && !(text.length > 3 && text.startsWith('/*') && text.endsWith('*/')));

const before = (lexemes: readonly Lexeme[], offset: number): Outline =>
  outlineOf(lexemes.filter(({ end }) => end <= offset));
const after = (lexemes: readonly Lexeme[], offset: number): Lexeme | undefined =>
  lexemes.find(({ start, kind }) => start >= offset && kind !== 'comment');

function atWord(text: string, range: TextRange, lexemes: readonly Lexeme[], known: Known): Completion[] {
  const outline = before(lexemes, range.start);
  const { owner, last, frame } = outline;
  const next = after(lexemes, range.end);
  if (!staysWhole(text, range, 'x')) return [];
  if (owner && last) {
    const keys = keyCandidates(owner, last.kind === '?.', known);
    if (keys) return [...placed(range, keys.behind), ...placed({ start: last.start, end: range.end }, keys.instead)];
    const isCalled = next?.kind === '(' || next?.kind === 'parameters(';
    const members = memberCandidates(owner, new Set(outline.names.keys()), isCalled);
    return placed(range, isCalled ? members : [...members, ...attributeCandidates(owner, known)]);
  }
  if (frame.operand !== undefined || frame.kind === 'parameters' || last?.kind === 'const') return [];
  const likely = likelyAt(frame, next, known);
  const literals = likely
    ? [
        ...stringCandidates(likely, (value) => `'${inQuotes(value, "'")}'`),
        ...likely.others.map((value) => candidate('value', value)),
      ]
    : [];
  const others = likely?.kind === 'key' ? [] : operandCandidates(outline);
  const isWhole = ({ kind, insert }: Candidate): boolean =>
    kind !== 'keyword' || staysWhole(text, range, plainText(insert));
  return placed(range, [...literals, ...others.filter(isWhole)]);
}

/** In quotes: keys and values. Quotes that are not closed are closed, and what follows the offset is left alone. */
function inString(text: string, at: number, lexeme: Lexeme, lexemes: readonly Lexeme[], known: Known): Completion[] {
  const outline = before(lexemes, lexeme.start);
  const likely = likelyAt(outline.frame, after(lexemes, lexeme.end), known);
  if (!likely || outline.owner || outline.frame.operand !== undefined) return [];
  const quote = lexeme.text[0]!;
  const typed = { start: lexeme.start + 1, end: at };
  const isOpen = lexeme.kind === 'invalid' || brokenTokens(closedAt(text, at, quote)) < brokenTokens(text);
  const range = isOpen ? typed : { start: typed.start, end: lexeme.end - 1 };
  const tail = isOpen ? quote : '';
  if (!staysWhole(text, range, tail)) return [];
  return placed(
    range,
    stringCandidates(likely, (value) => inQuotes(value, quote) + tail),
  );
}

const closedAt = (text: string, at: number, quote: string): string => text.slice(0, at) + quote + text.slice(at);

const placed = (range: TextRange, candidates: readonly Candidate[]): Completion[] =>
  candidates.map((each) => ({ ...each, ...range }));
