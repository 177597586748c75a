import fc from 'fast-check';
import { RE2JS } from 're2js';
import { compileRegex, translateRegex } from './regex';
import { RegexTranslator } from './regex_translator';
import { floorOf, reaches } from './regex_floor';

/** What the engine says, or why it refuses. */
function test_(text: string, subject: string): boolean | string {
  const result = translateRegex(text);
  return 'regex' in result ? compileRegex(result.regex).test(subject) : result.refused;
}

const atoms = fc.constantFrom(
  ...['a', 'B', 'é', '😀', '.', '\\d', '\\w', '\\s', '\\D', '\\W', '\\S', '[a-c]', '[^a]', '[\\s\\dx]', '[]', '[^]'],
  ...[
    '\\u0041',
    '\\u{1F600}',
    '\\x41',
    '\\n',
    '\\.',
    '\\/',
    '-',
    '\\p{Lu}',
    '[\\W_]',
    '\\b',
    '\\B',
    '^',
    '$',
    '[\\-b]',
    '[0-9]',
    '@',
    '[@%]',
  ],
);
const patterns = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 4 },
    atoms,
    fc.tuple(tie('pattern'), tie('pattern')).map((parts) => parts.join('')),
    fc.tuple(tie('pattern'), tie('pattern')).map((parts) => `(${parts.join('|')})`),
    fc.tuple(tie('pattern'), fc.constantFrom('*', '+?', '?', '{2}', '{1,}', '{0,2}?')).map(([a, q]) => `(?:${a})${q}`),
    tie('pattern').map((inner) => `(${inner})`),
  ),
})).pattern;
const subjects = fc
  .array(
    fc.constantFrom(
      'a',
      'A',
      'b',
      'B',
      'c',
      'é',
      'É',
      '😀',
      '\n',
      '\r',
      '\u2028',
      ' ',
      '_',
      '1',
      '.',
      'x',
      '-',
      '@',
      '%',
    ),
    {
      maxLength: 6,
    },
  )
  .map((parts) => parts.join(''));

/** V8 finds `\B` between the halves of a surrogate pair, where by ECMAScript's flag `u` there is no position. */
const isInsideCharacter = (text: string, index: number): boolean =>
  index > 0 && /[\ud800-\udbff]/.test(text[index - 1]!) && /[\udc00-\udfff]/.test(text[index] ?? '');

describe('regular expressions', () => {
  test("mean what JavaScript's mean", () => {
    let compared = 0;
    fc.assert(
      fc.property(patterns, fc.constantFrom('', 'i', 's', 'is', 'iu'), subjects, (pattern, flags, subject) => {
        let found: RegExpExecArray | null;
        try {
          found = new RegExp(pattern, flags.includes('u') ? flags : flags + 'u').exec(subject);
        } catch {
          expect(typeof test_(`/${pattern}/${flags}`, subject)).toBe('string');
          return;
        }
        if (found && isInsideCharacter(subject, found.index)) return;
        compared++;
        expect(test_(`/${pattern}/${flags}`, subject)).toBe(found !== null);
      }),
      { numRuns: 3000 },
    );
    expect(compared).toBeGreaterThan(2000);
  });

  test('what has a match has all that the expression asks for at least', () => {
    let rejected = 0;
    fc.assert(
      fc.property(patterns, fc.constantFrom('', 'i', 's'), subjects, (pattern, flags, subject) => {
        const result = translateRegex(`/${pattern}/${flags}`);
        if (!('regex' in result) || reaches(subject, floorOf(result.regex.source))) return;
        rejected++;
        expect(compileRegex(result.regex).test(subject)).toBe(false);
      }),
      { numRuns: 3000 },
    );
    expect(rejected).toBeGreaterThan(300);
    expect(floorOf('(?:[\\x{30}-\\x{39}]a|b|\\x{40}7)')).toEqual({ characters: 1, digits: 0, signs: 0 });
    expect(
      floorOf(
        (translateRegex('/(x@|%40){2}[.-]?\\d{4}|9(8.{3,5}&$){3,}/') as { regex: { source: string } }).regex.source,
      ),
    ).toEqual({
      characters: 8,
      digits: 4,
      signs: 2,
    });
  });

  test.each([
    ['/(?=a)/', 'looking ahead'],
    ['/(a)\\1/', 'referring back'],
    ['/^a/m', 'flag m'],
    ['/a/g', 'the flags are'],
    ['/a/ii', 'the flags are'],
    ['/(a/', 'not closed'],
    ['/a)/', 'not opened'],
    ['/*a/', 'nothing to repeat'],
    ['/a{/', 'stands for itself'],
    ['/[b-a]/', 'out of order'],
    ['/(?<a>x)(?<a>y)/', 'one name'],
    ['/\\q/', 'no meaning'],
    ['/(?:a{1000}){1000}/', 'too many'],
    [`/${'(?:a{100}){3}'.repeat(10)}/`, 'instructions'],
    [`/${'a'.repeat(501)}/`, 'longer than'],
    ['/\\p{Emoji}/', 'neither a short category'],
  ])('%s is refused', (text, reason) => {
    expect(test_(text, 'a')).toContain(reason);
  });

  test('take no more instructions than the translator says, which saves compiling them', () => {
    const quantifiers = fc.constantFrom(
      '*',
      '+?',
      '?',
      '{0}',
      '{1}',
      '{3}',
      '{0,2}',
      '{2,}?',
      '{20,30}',
      '{999}',
      '{1001}',
    );
    const counted = fc.letrec<{ pattern: string }>((tie) => ({
      pattern: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom('', 'a', '.', '\\W', '[^a]', '[a-cx]', '()', '\\b', '^', '$', 'ab|', '||'),
        fc.array(tie('pattern'), { maxLength: 4 }).map((parts) => parts.join('')),
        fc.tuple(fc.constantFrom('a', '[^a]', '()'), quantifiers, fc.nat(9)).map(([a, q, n]) => (a + q).repeat(n)),
        fc.tuple(tie('pattern'), quantifiers).map(([a, q]) => `(?:${a})${q}`),
        fc.tuple(tie('pattern'), tie('pattern')).map((parts) => `(${parts.join('|')})`),
      ),
    })).pattern;
    let few = 0;
    fc.assert(
      fc.property(counted, fc.constantFrom('', 'i', 's'), (pattern, flags) => {
        const translator = new RegexTranslator(pattern, flags);
        const source = translator.translate();
        if (translator.instructions > 1000) return;
        few++;
        const size = RE2JS.compile(source, flags === 'i' ? RE2JS.CASE_INSENSITIVE : 0).programSize();
        expect(size).toBeLessThanOrEqual(translator.instructions + 2);
      }),
      { numRuns: 2000 },
    );
    expect(few).toBeGreaterThan(1000);
  });

  test('groups may have names', () => {
    expect(test_('/(?<year>\\d{4})-(?<month>\\d\\d)/', 'at 2024-05')).toBe(true);
  });

  test('run in time linear in the subject', () => {
    const result = translateRegex('/(a+)+$/');
    if (!('regex' in result)) throw new Error(result.refused);
    const regex = compileRegex(result.regex);
    const start = performance.now();
    expect(regex.test('a'.repeat(8000) + 'b')).toBe(false);
    expect(performance.now() - start).toBeLessThan(500);
  });

  test('any text is translated or refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        expect(typeof test_(`/${text}/`, 'subject')).toMatch(/boolean|string/);
      }),
    );
  });
});
