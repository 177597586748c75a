import type { Ranges } from './regex_classes';

/** What every text that a regular expression matches has at least: characters, digits among them, and signs. */
export interface RegexFloor {
  readonly characters: number;
  readonly digits: number;
  readonly signs: number;
}

/** Signs that few names, addresses and statements have. */
const SIGNS: ReadonlySet<number> = new Set([...'!#$%&@[\\]^`{|}~;<>'].map((sign) => sign.codePointAt(0)!));

const IS_SIGN = Uint8Array.from({ length: 128 }, (_, code) => (SIGNS.has(code) ? 1 : 0));

const NOTHING: RegexFloor = { characters: 0, digits: 0, signs: 0 };

/** Reads a translated regular expression (`RegexTranslator`): classes, characters, groups, quantifiers and assertions only. */
export const floorOf = (source: string): RegexFloor => new FloorReader(source).alternatives();

class FloorReader {
  private at = 0;

  constructor(private readonly source: string) {}

  alternatives(): RegexFloor {
    let least = this.sequence();
    while (this.source[this.at] === '|') {
      this.at++;
      least = combine(least, this.sequence(), Math.min);
    }
    return least;
  }

  private sequence(): RegexFloor {
    let total = NOTHING;
    while (this.at < this.source.length && this.source[this.at] !== '|' && this.source[this.at] !== ')') {
      total = combine(total, this.term(), (a, b) => a + b);
    }
    return total;
  }

  private term(): RegexFloor {
    if (/^\\[AzbB]/.test(this.source.slice(this.at, this.at + 2))) {
      this.at += 2;
      return NOTHING;
    }
    const atom = this.atom();
    const times = this.fewestTimes();
    return combine(atom, atom, (one) => one * times);
  }

  private atom(): RegexFloor {
    if (this.source[this.at] === '[') return this.characterClass();
    return this.source[this.at] === '(' ? this.group() : this.character();
  }

  /** A letter or digit as it is, any other as its code. */
  private character(): RegexFloor {
    const [text, hex] = /^(?:\\x\{([0-9a-f]+)\}|[A-Za-z0-9])/.exec(this.source.slice(this.at, this.at + 10))!;
    this.at += text.length;
    const code = hex === undefined ? text.codePointAt(0)! : parseInt(hex, 16);
    return floorOfRanges([[code, code]]);
  }

  private group(): RegexFloor {
    this.at += '(?:'.length;
    const inner = this.alternatives();
    this.at++;
    return inner;
  }

  /** All characters of a class are hex or categories, so the first bracket ends it. */
  private characterClass(): RegexFloor {
    const end = this.source.indexOf(']', this.at);
    const text = this.source.slice(this.at + 1, end);
    this.at = end + 1;
    if (!/^(?:\\x\{[0-9a-f]+\}-?)+$/.test(text)) return { ...NOTHING, characters: 1 };
    const ranges = [...text.matchAll(/\\x\{([0-9a-f]+)\}(?:-\\x\{([0-9a-f]+)\})?/g)].map(([, low, high = low]) => [
      parseInt(low!, 16),
      parseInt(high!, 16),
    ]) as [number, number][];
    return floorOfRanges(ranges);
  }

  private fewestTimes(): number {
    const [text, low] = /^(?:[*+?]|\{(\d+)(?:,\d*)?\})\??/.exec(this.source.slice(this.at, this.at + 24)) ?? [''];
    this.at += text.length;
    return low === undefined ? (/^[*?]/.test(text) ? 0 : 1) : Number(low);
  }
}

/** Of one character out of these. */
function floorOfRanges(ranges: Ranges): RegexFloor {
  const isDigit = ranges.every(([low, high]) => low >= 0x30 && high <= 0x39);
  const isSign = ranges.every(([low, high]) => low === high && SIGNS.has(low));
  return { characters: 1, digits: isDigit ? 1 : 0, signs: isSign ? 1 : 0 };
}

const combine = (a: RegexFloor, b: RegexFloor, by: (x: number, y: number) => number): RegexFloor => ({
  characters: by(a.characters, b.characters),
  digits: by(a.digits, b.digits),
  signs: by(a.signs, b.signs),
});

/** Whether a text has what the matches of a regular expression have. One that matches always does. */
export function reaches(text: string, { characters, digits, signs }: RegexFloor): boolean {
  if (text.length < characters) return false;
  if (digits === 0 && signs === 0) return true;
  let [missingDigits, missingSigns] = [digits, signs];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x30 && code <= 0x39) missingDigits--;
    else if (IS_SIGN[code] === 1) missingSigns--;
    if (missingDigits <= 0 && missingSigns <= 0) return true;
  }
  return false;
}
