import { RE2JS } from 're2js';

/** Why a regular expression can't be kept, in the user's words. */
export class RegexRefusal extends Error {}

const refuse = (reason: string): never => {
  throw new RegexRefusal(reason);
};

/** What the other edition's syntax has and JavaScript lacks or means otherwise, as the inside of a class. */
const PERL: Readonly<Record<string, string>> = {
  d: '0-9',
  D: '\\0-\\/:-\\u{10ffff}',
  s: '\\t\\n\\f\\r ',
  S: '\\0-\\x08\\x0b\\x0e-\\x1f!-\\u{10ffff}',
  w: '0-9A-Za-z_',
  W: '\\0-\\/:-@\\[-\\^`\\{-\\u{10ffff}',
};
const PERL_OUTSIDE: Readonly<Record<string, string>> = { d: '\\d', D: '\\D', w: '\\w' };
const ASCII: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\0-\\x7f',
  blank: '\\t ',
  cntrl: '\\0-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\t-\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};
const CONTROL: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };
const NAMED: Readonly<Record<number, string>> = { 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r' };
const CATEGORY = /^(?:L[ulmot]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|C[cfso]?)$/;
const DEEPEST = 60;

interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
}

/**
 * A regular expression in RE2's syntax, which the other edition has, as one of ours that holds for the same texts.
 * @returns `/…/` with flags, and whether it holds for the empty text; or why it can't be kept
 */
export function translateRegex(
  pattern: string,
): { readonly regex: string; readonly matchesEmpty: boolean } | { readonly refused: string } {
  try {
    if (pattern.length > 2_000) return { refused: 'it is longer than 2000 characters' };
    const matchesEmpty = compile(pattern).matcher('').find();
    return { regex: new RegexWriter(pattern).write(), matchesEmpty };
  } catch (error) {
    if (error instanceof RegexRefusal) return { refused: error.message };
    throw error;
  }
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : '';
    return refuse(`it is not one in RE2's syntax${reason ? ` (${reason})` : ''}`);
  }
}

class RegexWriter {
  private at = 0;
  private depth = 0;
  private flags: Flags = { i: false, m: false, s: false };
  /** Whether case counted, at each place where it could. */
  private readonly cases = new Set<boolean>();

  constructor(private readonly text: string) {}

  write(): string {
    const body = this.alternatives();
    if (this.at < this.text.length) refuse('a bracket is closed that was not opened');
    if (this.cases.size > 1) refuse('only a part of it ignores case');
    return `/${body === '' ? '(?:)' : body}/${this.cases.has(true) ? 'i' : ''}`;
  }

  private alternatives(): string {
    if (++this.depth > DEEPEST) refuse(`its brackets are nested more than ${DEEPEST} deep`);
    const result: string[] = [];
    do result.push(this.sequence());
    while (this.take('|'));
    this.depth--;
    return result.join('|');
  }

  private sequence(): string {
    let result = '';
    while (this.at < this.text.length && !'|)'.includes(this.text[this.at]!)) result += this.term();
    return result;
  }

  private term(): string {
    const isFirst = this.at === 0;
    const atom = this.atom();
    if (atom === '') return this.quantifier() === '' ? '' : refuse('there is nothing to repeat'); // flags, an empty \Q\E
    const isAssertion = ['^', '$', '\\b', '\\B'].includes(atom);
    let quantifier = this.quantifier();
    if (quantifier !== '' && isAssertion) refuse('an assertion is repeated');
    // more than one, as of `(?:a*)*`, is legal only in brackets, which are atoms
    if (quantifier !== '' && this.quantifier() !== '') refuse('a repetition is repeated');
    // ".*" at either end finds as much with any "."
    const isEnd = this.depth === 1 && this.at === this.text.length;
    if (atom === '[^\\n]' && quantifier === '*' && (isFirst || isEnd)) return '.*';
    if (quantifier.startsWith('{') && quantifier.includes(',')) quantifier = this.checked(quantifier);
    return atom + quantifier;
  }

  private checked(quantifier: string): string {
    const [, low, high] = /^\{(\d+),(\d+)\}/.exec(quantifier) ?? [];
    if (low !== undefined && Number(low) > Number(high)) refuse('the numbers in { } are out of order');
    return quantifier;
  }

  private quantifier(): string {
    const [found] = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/.exec(this.text.slice(this.at, this.at + 24)) ?? [''];
    this.at += found.length;
    return found;
  }

  private atom(): string {
    if (this.take('^')) return this.flags.m ? refuse('^ and $ at each line are not kept') : '^';
    if (this.take('$')) return this.flags.m ? refuse('^ and $ at each line are not kept') : '$';
    if (this.take('.')) return this.flags.s ? '[^]' : '[^\\n]';
    if (this.take('(')) return this.group();
    if (this.take('[')) return this.characterClass();
    if (this.text[this.at] === '\\') return this.escape();
    if ('*+?'.includes(this.text[this.at]!)) refuse('there is nothing to repeat');
    return this.literal(this.codePoint());
  }

  private group(): string {
    if (!this.take('?')) return this.closed('(');
    const name = /^P?<[A-Za-z0-9_]+>/.exec(this.text.slice(this.at))?.[0];
    if (name !== undefined) {
      this.at += name.length;
      return this.closed('(');
    }
    const [whole, on, off, end] = /^([imsU]*)(?:-([imsU]+))?([:)])/.exec(this.text.slice(this.at)) ?? [];
    if (whole === undefined) return refuse('a group begins with (, (?:, (?flags: or (?P<name>');
    this.at += whole.length;
    const outer = this.flags;
    const flag = (letter: 'i' | 'm' | 's'): boolean =>
      (outer[letter] || on!.includes(letter)) && !(off ?? '').includes(letter);
    this.flags = { i: flag('i'), m: flag('m'), s: flag('s') };
    return end === ')' ? '' : this.closed('(?:', outer);
  }

  /** Up to the closing bracket; flags that were set inside end there. */
  private closed(opening: string, outer = this.flags): string {
    const inner = this.alternatives();
    if (!this.take(')')) refuse('a bracket is not closed');
    this.flags = outer;
    return `${opening}${inner})`;
  }

  private escape(): string {
    const letter = this.text[this.at + 1] ?? refuse('it ends with a \\');
    if (letter === 'Q') return this.quoted();
    if (letter === 'A' || letter === 'z') {
      this.at += 2;
      return letter === 'A' ? '^' : '$';
    }
    if (letter === 'b' || letter === 'B') {
      this.at += 2;
      return `\\${letter}`;
    }
    const set = this.set();
    if (set === undefined) return this.literal(this.escapedCharacter());
    const perl = PERL_OUTSIDE[letter];
    return perl !== undefined && !this.flags.i ? perl : `[${set}]`;
  }

  /** `\Q…\E` */
  private quoted(): string {
    const end = this.text.indexOf('\\E', this.at + 2);
    const inner = this.text.slice(this.at + 2, end < 0 ? undefined : end);
    this.at += 2 + inner.length + (end < 0 ? 0 : 2);
    const literal = [...inner].map((character) => this.literal(character.codePointAt(0)!)).join('');
    // what follows repeats its last character only
    if (inner !== '' && /^[*+?{]/.test(this.text.slice(this.at))) refuse('a repetition follows \\Q…\\E');
    return literal;
  }

  /** `\d`, `\pL` and the like, as what stands inside [ ]; undefined where it is one character. */
  private set(): string | undefined {
    const letter = this.text[this.at + 1]!;
    if (Object.hasOwn(PERL, letter)) {
      this.at += 2;
      this.cases.add(this.flags.i);
      if (letter === 'W' && this.flags.i) refuse('\\W does not go with ignoring case');
      return PERL[letter];
    }
    if (letter !== 'p' && letter !== 'P') return undefined;
    const [whole, single, braced] = /^\\[pP](?:([A-Z])|\{(\^?[A-Za-z_]+)\})/.exec(this.text.slice(this.at)) ?? [];
    if (whole === undefined) return refuse(`\\${letter} needs a name in { }`);
    this.at += whole.length;
    this.cases.add(this.flags.i);
    const name = (single ?? braced!).replace('^', '');
    const negated = (letter === 'P') !== (braced ?? '').startsWith('^');
    if (name === 'Any') return negated ? refuse('\\P{Any} is nothing') : '\\0-\\u{10ffff}';
    if (this.flags.i) refuse(`\\${letter} does not go with ignoring case`);
    return `\\${negated ? 'P' : 'p'}{${CATEGORY.test(name) ? name : `Script=${name}`}}`;
  }

  private escapedCharacter(): number {
    const rest = this.text.slice(this.at + 1, this.at + 14);
    const [hex, two, long] = /^x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,8})\})/.exec(rest) ?? [];
    if (hex !== undefined) {
      this.at += 1 + hex.length;
      return parseInt(two ?? long!, 16);
    }
    const [octal] = /^(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest) ?? [];
    if (octal !== undefined) {
      this.at += 1 + octal.length;
      return parseInt(octal, 8);
    }
    const letter = rest[0]!;
    if (Object.hasOwn(CONTROL, letter)) {
      this.at += 2;
      return CONTROL[letter]!;
    }
    if (/[0-9A-Za-z]/.test(letter)) refuse(`\\${letter} has no meaning, or none that can be kept`);
    this.at += 1;
    return this.codePoint();
  }

  private characterClass(): string {
    const negated = this.take('^');
    let inner = '';
    for (let first = true; first || !this.take(']'); first = false) {
      if (this.at >= this.text.length) refuse('a [ is not closed');
      const [named, not, name] = /^\[:(\^?)([a-z]+):\]/.exec(this.text.slice(this.at, this.at + 12)) ?? [];
      if (named !== undefined) {
        const set = Object.hasOwn(ASCII, name!) ? ASCII[name!]! : refuse(`[:${name}:] has no meaning`);
        if (not === '^') refuse(`[:^${name}:] is not kept; write the class without it`);
        this.at += named.length;
        this.cases.add(this.flags.i);
        inner += set;
        continue;
      }
      const set = this.text[this.at] === '\\' ? this.set() : undefined;
      if (set !== undefined) {
        inner += set;
        continue;
      }
      const low = this.classCharacter();
      inner += this.inClass(low);
      if (this.text[this.at] !== '-' || [']', undefined].includes(this.text[this.at + 1])) continue;
      this.at++;
      const high = this.classCharacter();
      if (low > high) refuse('a range in [ ] is out of order');
      this.cases.add(this.flags.i);
      inner += `-${this.inClass(high)}`;
    }
    return `[${negated ? '^' : ''}${inner}]`;
  }

  private classCharacter(): number {
    if (this.at >= this.text.length) refuse('a [ is not closed');
    return this.text[this.at] === '\\' ? this.escapedCharacter() : this.codePoint();
  }

  private inClass(code: number): string {
    const character = String.fromCodePoint(code);
    return '\\]^-['.includes(character) ? `\\${character}` : this.literal(code);
  }

  private literal(code: number): string {
    if (code > 0x10ffff) refuse('a character is beyond the last one');
    const character = String.fromCodePoint(code);
    if (character.toLowerCase() !== character.toUpperCase()) this.cases.add(this.flags.i);
    if ('^$\\.*+?()[]{}|/'.includes(character)) return `\\${character}`;
    if (Object.hasOwn(NAMED, code)) return NAMED[code]!;
    if (/[\p{C}\u2028\u2029]/u.test(character)) return `\\u{${code.toString(16)}}`;
    return character;
  }

  private codePoint(): number {
    const code = this.text.codePointAt(this.at) ?? refuse('it ends too early');
    this.at += code > 0xffff ? 2 : 1;
    return code;
  }

  private take(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }
}
