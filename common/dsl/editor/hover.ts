import type { Documentation } from '../documentation';
import { documentationOf } from '../documentation';
import { parseDuration } from '../duration';
import type { Diagnostic } from './diagnostics';
import { problems } from './diagnostics';
import type { Meaning } from './meaning';
import { meaningInWords } from './meaning';
import type { Word } from './outline';
import { outlineOf } from './outline';
import type { Lexeme, TextRange } from './scan';
import { scan } from './scan';

/** What there is to say of the word under the pointer. */
export interface Hover extends TextRange {
  /** How it is written, or what it is called. */
  readonly title: string;
  /** What it stands for, in words. */
  readonly type?: string;
  /** One or two sentences. */
  readonly documentation?: string;
  /** The section of `docs/reference/language.md` that has more. */
  readonly anchor?: string;
  /** What is wrong here. */
  readonly problems: readonly Diagnostic[];
}

/** What stands at an offset, and the problems there; undefined where there is nothing to say. Never throws. */
export function hover(text: string, offset: number): Hover | undefined {
  const here = problems(text).filter(({ start, end }) => start <= offset && offset <= end);
  const lexemes = scan(text);
  const lexeme = lexemes.find(({ start, end }) => start <= offset && offset < end);
  const about = lexeme && describeLexeme(lexeme, lexemes);
  if (lexeme && about) return { start: lexeme.start, end: lexeme.end, ...about, problems: here };
  const [first] = here;
  return first && { start: first.start, end: first.end, title: first.message, problems: here };
}

type About = Pick<Hover, 'title' | 'type' | 'documentation' | 'anchor'>;

function describeLexeme(lexeme: Lexeme, lexemes: readonly Lexeme[]): About | undefined {
  const word = outlineOf(lexemes).words.find((candidate) => candidate.lexeme === lexeme);
  if (word) return describeWord(word);
  const keyword = documentationOf('keyword', lexeme.kind);
  if (keyword) return documented(lexeme.text, keyword);
  const microseconds = typeof lexeme.value === 'string' ? parseDuration(lexeme.value) : undefined;
  return microseconds === undefined
    ? undefined
    : { title: lexeme.text, type: `a duration: ${microseconds / 1000} milliseconds` };
}

function describeWord({ lexeme: { text }, role, meaning, member, owner }: Word): About | undefined {
  const type = meaningInWords(meaning);
  switch (role) {
    case 'member': {
      const about = documented(text, documentationOf(member!.owner, member!.entry));
      return member!.kind === 'property' ? { ...about, type } : about;
    }
    case 'global':
      return documented(text, documentationOf('global', text) ?? documentationOf('builtin', text));
    case 'key': {
      const about = documented(text, owner && attributesDocumentation(owner));
      return { ...about, title: text, type: 'an attribute' };
    }
    case 'predicate':
      return { title: text, type: 'an arrow function with a name' };
    case 'part':
    case 'variable':
      return { title: text, type };
    case 'unknown':
      return undefined;
  }
}

function attributesDocumentation(owner: Meaning): Documentation | undefined {
  const whose = owner.kind === 'value' ? owner.type.owner : undefined;
  if (whose === 'event' || whose === 'link') return documentationOf(whose, 'attributes');
  return documentationOf('span', whose ?? 'attributes');
}

const documented = (word: string, entry: Documentation | undefined): About =>
  entry ? { title: entry.form ?? word, documentation: entry.text, anchor: entry.anchor } : { title: word };
