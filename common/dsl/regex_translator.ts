import { ANYTHING, classOf, LINE_ENDS, printCharacter, printRanges } from './regex_classes';

/** Why a regular expression can't be used, in the user's words. */
export class Refusal extends Error {}

const refuse = (reason: string): never => {
  throw new Refusal(reason);
};

const CONTROL: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 };
const SYNTAX = '^$\\.*+?()[]{}|/';
const DEEPEST = 64;

/** Reads a regular expression by JavaScript's grammar under flag `u` and writes what means the same to RE2. */
export class RegexTranslator {
  /** Instructions that the translation compiles to, or more. */
  instructions = 0;
  /** Whether it names properties of characters, of which the engine may not know all. */
  hasProperties = false;
  private at = 0;
  private depth = 0;
  private readonly names = new Set<string>();

  constructor(
    private readonly text: string,
    private readonly flags: string,
  ) {}

  translate(): string {
    const result = this.alternatives();
    if (this.at < this.text.length) refuse('a bracket is closed that was not opened');
    return result;
  }

  private alternatives(): string {
    if (++this.depth > DEEPEST) refuse(`its brackets are nested more than ${DEEPEST} deep`);
    const result: string[] = [];
    do {
      result.push(this.sequence());
      this.instructions += 2;
    } while (this.take('|'));
    this.depth--;
    return result.join('|');
  }

  private sequence(): string {
    let result = '';
    while (this.at < this.text.length && !this.text.startsWith('|', this.at) && !this.text.startsWith(')', this.at)) {
      result += this.term();
    }
    return result;
  }

  private term(): string {
    const assertion = this.assertion();
    if (assertion !== undefined) {
      if (this.at < this.text.length && '*+?{'.includes(this.text[this.at]!)) refuse('there is nothing to repeat');
      this.instructions++;
      return assertion;
    }
    const before = this.instructions;
    const atom = this.atom();
    this.instructions++;
    const { text, most } = this.quantifier();
    if (text === '') return atom;
    this.instructions = before + (this.instructions - before + 2) * most;
    return `(?:${atom})${text}`;
  }

  private assertion(): string | undefined {
    const multiline = this.flags.includes('m');
    if (this.take('^')) return multiline ? refuse('^ with flag m is not supported: write (?:^|\\n) without it') : '\\A';
    if (this.take('$')) return multiline ? refuse('$ with flag m is not supported: write (?:$|\\n) without it') : '\\z';
    if (this.take('\\b')) return '\\b';
    if (this.take('\\B')) return '\\B';
    for (const opening of ['(?=', '(?!', '(?<=', '(?<!']) {
      if (this.text.startsWith(opening, this.at)) refuse('looking ahead and behind take more than linear time');
    }
    return undefined;
  }

  private atom(): string {
    if (this.take('.')) return this.flags.includes('s') ? `[${printRanges(ANYTHING)}]` : `[^${printRanges(LINE_ENDS)}]`;
    if (this.take('(')) return this.group();
    if (this.take('[')) return this.characterClass();
    // as the opposite of a small set: of a large one the engine would look up every character's other cases
    const [, negated] = /^\\([DSW])/.exec(this.text.slice(this.at, this.at + 2)) ?? [];
    if (negated !== undefined) {
      this.at += 2;
      return `[^${printRanges(classOf(negated.toLowerCase(), this.flags.includes('i'))!)}]`;
    }
    const character = this.character();
    return typeof character === 'number' ? printCharacter(character) : `[${character}]`;
  }

  private group(): string {
    if (this.take('?') && !this.take(':')) {
      if (!/^<[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*>/u.test(this.text.slice(this.at))) {
        refuse('a group begins with (, (?: or (?<name>');
      }
      const end = this.text.indexOf('>', this.at) + 1;
      const name = this.text.slice(this.at, end);
      if (this.names.has(name)) refuse('two groups have one name');
      this.names.add(name);
      this.at = end;
    }
    const inner = this.alternatives();
    if (!this.take(')')) refuse('a bracket is not closed');
    return `(?:${inner})`;
  }

  /** A quantifier, if there is one, and of how many copies the engine makes it at most. */
  private quantifier(): { readonly text: string; readonly most: number } {
    const [text, low, comma, high] = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})\??/.exec(this.text.slice(this.at)) ?? [''];
    this.at += text.length;
    if (high && Number(low) > Number(high)) refuse('the numbers in { } are out of order');
    return { text, most: low === undefined ? 1 : Number(high || low) + (comma && !high ? 1 : 0) + 1 };
  }

  private characterClass(): string {
    const negated = this.take('^');
    let inner = '';
    while (!this.take(']')) {
      if (this.at >= this.text.length) refuse('a [ is not closed');
      const low = this.classItem();
      const isRange = this.text[this.at] === '-' && this.text[this.at + 1] !== ']' && this.at + 1 < this.text.length;
      if (!isRange) {
        inner += typeof low === 'number' ? printRanges([[low, low]]) : low;
        continue;
      }
      this.at++;
      const high = this.classItem();
      if (typeof low !== 'number' || typeof high !== 'number') return refuse('a range in [ ] needs single characters');
      if (low > high) refuse('a range in [ ] is out of order');
      inner += printRanges([[low, high]]);
    }
    if (inner === '') return `[${negated ? '' : '^'}${printRanges(ANYTHING)}]`;
    return `[${negated ? '^' : ''}${inner}]`;
  }

  private classItem(): number | string {
    if (this.take('\\b')) return 8;
    if (this.take('\\-')) return 0x2d;
    if (this.text[this.at] === '\\') return this.escape();
    return this.codePoint();
  }

  /** One character, or what stands for several inside a class. */
  private character(): number | string {
    const character = this.text[this.at]!;
    if (character === '\\') return this.escape();
    if ('*+?'.includes(character)) refuse('there is nothing to repeat');
    if ('{}]'.includes(character)) refuse(`${character} stands for itself only after a \\`);
    return this.codePoint();
  }

  private codePoint(): number {
    const code = this.text.codePointAt(this.at)!;
    this.at += code > 0xffff ? 2 : 1;
    return code;
  }

  private escape(): number | string {
    this.at++;
    const letter = this.text[this.at] ?? refuse('it ends with a \\');
    this.at++;
    const set = classOf(letter, this.flags.includes('i'));
    if (set) return printRanges(set);
    if (Object.hasOwn(CONTROL, letter)) return CONTROL[letter]!;
    if (SYNTAX.includes(letter)) return letter.codePointAt(0)!;
    switch (letter) {
      case 'c':
        return this.read(/^[a-zA-Z]/, 'a control character is \\c and a letter').codePointAt(0)! % 32;
      case 'x':
        return parseInt(this.read(/^[0-9a-fA-F]{2}/, '\\x needs two hex digits'), 16);
      case 'u':
        return this.unicode();
      case 'p':
      case 'P':
        return this.property(letter);
      case 'k':
        return refuse('referring back to a group takes more than linear time');
      default:
        break;
    }
    if (letter === '0' && !/^\d/.test(this.text.slice(this.at))) return 0;
    return refuse(
      /\d/.test(letter) ? 'referring back to a group takes more than linear time' : `\\${letter} has no meaning`,
    );
  }

  private unicode(): number {
    if (this.take('{')) {
      const code = parseInt(this.read(/^[0-9a-fA-F]{1,8}(?=\})/, '\\u{ } needs hex digits'), 16);
      this.at++;
      return code > 0x10ffff ? refuse('\\u{ } is beyond the last character') : code;
    }
    const high = parseInt(this.read(/^[0-9a-fA-F]{4}/, '\\u needs four hex digits'), 16);
    const low = /^\\u([dD][c-fC-F][0-9a-fA-F]{2})/.exec(this.text.slice(this.at))?.[1];
    if (high < 0xd800 || high > 0xdbff || low === undefined) return high;
    this.at += 6;
    return (high - 0xd800) * 0x400 + (parseInt(low, 16) - 0xdc00) + 0x10000;
  }

  /** General categories by their short names, and scripts. */
  private property(letter: string): string {
    this.hasProperties = true;
    const name = this.read(/^\{[\w=]+\}/, `\\${letter} needs { }`).slice(1, -1);
    const [, script] = /^(?:Script|sc)=([A-Z][a-z_A-Z]+)$/.exec(name) ?? [];
    if (script === undefined && !/^(?:L[ulmot]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|C[cfsno]?)$/.test(name)) {
      refuse(`\\${letter}{${name}} is neither a short category such as L or Lu nor Script=…`);
    }
    return `\\${letter}{${script ?? name}}`;
  }

  private read(pattern: RegExp, otherwise: string): string {
    const found = pattern.exec(this.text.slice(this.at))?.[0] ?? refuse(otherwise);
    this.at += found.length;
    return found;
  }

  private take(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }
}
