import fc from 'fast-check';
import { format } from '../dsl';
import { compile } from '../engine';
import { sketchTrace } from '../engine/test_support/traces';
import type { Value } from '../trace/value';
import { isDialect, translate } from '.';
import { print, sketches } from './test_support/arbitrary_dialect';
import { isViolated } from './test_support/naive';

const FULL = process.env['BETRACE_TEST_FULL'] === '1';

const values = fc.constantFrom<Value>(
  ...['x', 'y', 'x y', 'USD', 'usd', '', '1', '2', '1.5', '1.50', 'true', 'false', "it's", 'a\\b', '9007199254740993'],
  ...[0, 1, 2, 1.5, 7, 10, -1, 0.5, 2n ** 53n + 1n, true, false],
  ['x', 1],
);
const spans = fc.array(
  fc.record({
    name: fc.constantFrom('a', 'a', 'a.b', 'pay', 'audit.log', 'b'),
    attributes: fc.dictionary(fc.constantFrom('k', 'k', 'v', 'order.id', 'user_id', 'x', 'y'), values, { maxKeys: 4 }),
  }),
  { minLength: 1, maxLength: 5 },
);

describe('a translation', () => {
  test('is violated by the traces that its author meant, and by no others', () => {
    let refused = 0;
    const seen = { true: 0, false: 0 };
    fc.assert(
      fc.property(sketches, fc.array(spans, { minLength: 12, maxLength: 12 }), (sketch, traces) => {
        const text = print(sketch);
        const translation = translate(text);
        if (!('dsl' in translation)) {
          refused++;
          return;
        }
        expect(format(translation.dsl)).toEqual({ text: translation.dsl });
        const compiled = compile(translation.dsl);
        if (!('rule' in compiled)) throw new Error(JSON.stringify(compiled.problems));
        for (const sketched of traces) {
          const trace = sketchTrace(sketched);
          const expected = isViolated(sketch, trace.spans);
          seen[`${expected}`]++;
          expect([text, translation.dsl, compiled.rule.evaluate(trace).kind]).toEqual([
            text,
            translation.dsl,
            expected ? 'violated' : 'satisfied',
          ]);
        }
      }),
      { numRuns: FULL ? 30_000 : 1_000 },
    );
    expect(refused).toBe(0);
    expect(seen.true / (seen.true + seen.false)).toBeGreaterThan(0.15);
  }, 600_000);

  test('is formatted, keeps comments, and is the same each time', () => {
    const text = '// Fraud.\nwhen { pay.where(amount > 1000) } // high\nalways { fraud.check }';
    expect(translate(text)).toMatchObject({
      dsl:
        "// Fraud.\n// high\ntrace.has(span => span.name === 'pay' && Number(span.attributes['amount']) > 1000)\n" +
        "  .and(trace.missing(span => span.name === 'fraud.check'))\n",
    });
  });

  test.each([
    ['when { a } always { b }', true],
    ['\n // why\n\twhen{a} never {b}', true],
    ["trace.has(span => span.name === 'when')", false],
    ['whenever { a }', false],
    ['// when { a }', false],
  ])('of %j is asked for: %j', (text, expected) => expect(isDialect(text)).toBe(expected));
});

const WORDS = [
  ...[
    'when',
    'always',
    'never',
    'where',
    '.where(',
    'count',
    'count(',
    'and',
    'or',
    'not',
    'in',
    'matches',
    'contains',
  ],
  ...['true', 'false', 'a', 'a.b', 'k', '"', '"x"', '"("', '1', '-', '1e999', '.', ',', '(', ')', '{', '}', '[', ']'],
  ...['==', '!=', '<', '//', '\n', '\\', "'", '\0', '\ud800', '😀', '__proto__', 'constructor', '"__proto__"'],
];
const pieces = fc.array(fc.constantFrom(...WORDS), { maxLength: 40 }).map((words) => words.join(' '));
const edited = fc
  .tuple(sketches.map(print), fc.array(fc.tuple(fc.nat(), fc.nat(5), fc.constantFrom('', ...WORDS)), { maxLength: 3 }))
  .map(([text, edits]) =>
    edits.reduce((whole, [at, cut, put]) => {
      const start = at % (whole.length + 1);
      return whole.slice(0, start) + put + whole.slice(start + cut);
    }, text),
  );

test('any text is translated to a rule that compiles, or refused at a place in it, by a code of the catalogue', () => {
  let translated = 0;
  fc.assert(
    fc.property(fc.oneof(edited, pieces, fc.string({ unit: 'binary' })), (text) => {
      const result = translate(text);
      if ('dsl' in result) {
        translated++;
        expect(compile(result.dsl)).toHaveProperty('rule');
      }
      for (const problem of 'dsl' in result ? result.notes : result.problems) {
        expect(problem.code).toMatch(/^BT_(?:DIALECT|NOTE)_/);
        expect(problem.message).not.toMatch(/[\n\r]|\{(?:found|name|text|expected|operator|reason)\}/);
        expect(problem.offset + problem.length).toBeLessThanOrEqual(text.length);
      }
    }),
    { numRuns: FULL ? 40_000 : 2_000 },
  );
  expect(translated).toBeGreaterThan(100);
});

describe('in time linear in the text', () => {
  const size = (n: number) => 'a'.repeat(n);
  test.each<[string, (n: number) => string]>([
    ['operands', (n) => `when { a${' and b'.repeat(n / 8)} } never { c }`],
    ['conditions', (n) => `when { a.where(k == 1${' or k > 2'.repeat(n / 12)}) } never { c }`],
    ['chained where', (n) => `when { a${'.where(k)'.repeat(n / 16)} } never { c }`],
    ['brackets', (n) => `when { ${'('.repeat(n)}`],
    ['dots', (n) => `when { a${'.b'.repeat(n / 4)} } never { c }`],
    ['a list', (n) => `when { a.where(k in [x${', y'.repeat(n / 4)}]) } never { c }`],
    ['comments', (n) => '//\n'.repeat(n) + 'when { a } never { b }'],
    ['an open string', (n) => `when { a.where(k == "${size(n)}`],
    ['a pattern', (n) => `when { a.where(k matches "${'(a*)*'.repeat(n / 8)}") } never { c }`],
  ])('%s', (_what, make) => {
    const time = (n: number): number => {
      const text = make(n);
      const start = performance.now();
      translate(text);
      return performance.now() - start;
    };
    time(2_000);
    expect(time(16_000)).toBeLessThan(300 + 8 * 4 * time(2_000));
    expect(time(60_000)).toBeLessThan(2_000);
  });

  test('nesting up to the limit is read, and beyond it refused', () => {
    const nested = (depth: number): string =>
      `when { ${'('.repeat(depth)}a${')'.repeat(depth)} } never { b.where(${'('.repeat(depth - 1)}k${')'.repeat(depth - 1)}) }`;
    expect(translate(nested(63))).toHaveProperty('dsl');
    expect(translate(nested(64))).toMatchObject({ problems: [{ code: 'BT_DIALECT_TOO_DEEP' }] });
  });
});
