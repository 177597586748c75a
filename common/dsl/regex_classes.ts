/** Sets of code points as ranges, both ends included. */
export type Ranges = readonly (readonly [number, number])[];

const LAST = 0x10ffff;

const DIGIT: Ranges = [[0x30, 0x39]];
const WORD: Ranges = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
/** The long s and the Kelvin sign are `s` and `k` in another case. */
const FOLDED_WORD: Ranges = [...WORD, [0x17f, 0x17f], [0x212a, 0x212a]];
/** JavaScript's white space and line ends. */
const SPACE: Ranges = [
  [0x9, 0xd],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
export const LINE_ENDS: Ranges = [
  [0xa, 0xa],
  [0xd, 0xd],
  [0x2028, 0x2029],
];

/** What `\d`, `\w`, `\s` and their opposites stand for. */
export function classOf(letter: string, ignoreCase: boolean): Ranges | undefined {
  const sets: Readonly<Record<string, Ranges>> = { d: DIGIT, w: ignoreCase ? FOLDED_WORD : WORD, s: SPACE };
  const set = sets[letter.toLowerCase()];
  return set && letter !== letter.toLowerCase() ? complement(set) : set;
}

export const ANYTHING: Ranges = [[0, LAST]];

function complement(ranges: Ranges): Ranges {
  const result: [number, number][] = [];
  let from = 0;
  for (const [low, high] of ranges) {
    if (low > from) result.push([from, low - 1]);
    from = high + 1;
  }
  if (from <= LAST) result.push([from, LAST]);
  return result;
}

const LETTER_OR_DIGIT = /^[A-Za-z0-9]$/;

/** One character, outside a class. */
export function printCharacter(code: number): string {
  const character = String.fromCodePoint(code);
  return LETTER_OR_DIGIT.test(character) ? character : hex(code);
}

const hex = (code: number): string => `\\x{${code.toString(16)}}`;

export const printRanges = (ranges: Ranges): string =>
  ranges.map(([low, high]) => (low === high ? hex(low) : `${hex(low)}-${hex(high)}`)).join('');
