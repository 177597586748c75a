import fc from 'fast-check';
import { RE2JS } from 're2js';
import { compileRegex, translateRegex as plan } from '../dsl/regex';
import { translateRegex } from './regex';

const FULL = process.env['BETRACE_TEST_FULL'] === '1';

const atom = fc.constantFrom(
  ...['a', 'b', 'K', 'é', '.', '\\.', '\\d', '\\D', '\\s', '\\S', '\\w', '\\W', '\\n', '\\x41', '\\x{1F600}', '\\101'],
  ...['[ab]', '[^a]', '[]a]', '[^]a]', '[a-]', '[a-c]', '[[:alpha:]_]', '[[:punct:]]', '[\\d-]', '[\\S\\n]', '[^\\W]'],
  ...['\\pL', '\\p{Lu}', '\\P{Greek}', '\\p{^L}', '^', '$', '\\A', '\\z', '\\b', '\\B', '\\Qa.b\\E', '(?s).', '-', '/'],
  ...['{', '}', '{,2}', '(?:', '(', ')', '|', '(?i)', '(?i:a)', '(?P<n>', '\\C', '\\1', '(?=', '[', '\\'],
);
const quantifier = fc.constantFrom('', '', '', '*', '+?', '?', '{2}', '{1,2}', '{2,}');
const patterns = fc
  .array(fc.tuple(atom, quantifier), { minLength: 1, maxLength: 6 })
  .map((parts) => parts.flat().join(''));
const subjects = fc
  .array(
    fc.constantFrom(
      'a',
      'b',
      'A',
      'k',
      'K',
      '\u212a',
      'ſ',
      'é',
      'Σ',
      '1',
      ' ',
      '\n',
      '\r',
      '\u2028',
      '.',
      '-',
      '/',
      '\\',
      '{',
      ']',
      '😀',
    ),
    {
      maxLength: 6,
    },
  )
  .map((parts) => parts.join(''));

test('holds for the texts that RE2 finds it in, or is refused', () => {
  let kept = 0;
  fc.assert(
    fc.property(patterns, fc.array(subjects, { minLength: 10, maxLength: 10 }), (pattern, texts) => {
      const translated = translateRegex(pattern);
      if ('refused' in translated) {
        expect(translated.refused).toMatch(/^[^\n]{5,}$/);
        return;
      }
      const planned = plan(translated.regex);
      if ('refused' in planned) throw new Error(`${pattern} as ${translated.regex}: ${planned.refused}`);
      kept++;
      const [theirs, ours] = [RE2JS.compile(pattern), compileRegex(planned.regex)];
      for (const text of ['', ...texts]) {
        expect([pattern, translated.regex, text, ours.matcher(text).find()]).toEqual([
          pattern,
          translated.regex,
          text,
          theirs.matcher(text).find(),
        ]);
      }
    }),
    { numRuns: FULL ? 200_000 : 10_000 },
  );
  expect(kept).toBeGreaterThan(1_000);
}, 600_000);

test.each([
  ['/api/v[0-9]+/admin/.*', '/\\/api\\/v[0-9]+\\/admin\\/.*/'],
  ['(?i)^drop\\s+table', '/^drop[\\t\\n\\f\\r ]+table/i'],
  ['a.b', '/a[^\\n]b/'],
  ['', '/(?:)/'],
])('%s becomes %s', (pattern, regex) => expect(translateRegex(pattern)).toMatchObject({ regex }));

test.each(['(', '(?m)^a', 'a(?i)b', '\\C', '(?=a)', 'a**', '\\p{Zz}', '(?i)\\W', '[b-a]', '(a)\\1'])(
  '%s is refused',
  (pattern) => expect(translateRegex(pattern)).toHaveProperty('refused'),
);
