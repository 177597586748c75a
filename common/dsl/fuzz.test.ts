import fc from 'fast-check';
import { compile } from '../engine/compile';
import { sketchTrace } from '../engine/test_support/traces';
import { print } from './print';
import { rules } from './test_support/expressions';

const VALID = [
  "trace.has(span => span.name === 'a' && span.attributes['k'] > 1.5).and(trace.missing(s => 'x' in s.attributes)).within('5 seconds')",
  "const p = s => s.status === 'TIMEOUT'; trace.where(p).has(s => !p(s) || ['OK'].includes(s.status)).not()",
  'trace.count(span => Math.max(span.duration, 2) % 2 === 0 ? `a` : span.isRoot) >= 3 || trace.not(x => x.kind)',
];
const FRAGMENTS = [
  ...[
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '=>',
    '?.',
    '??',
    '.',
    ',',
    ';',
    '`',
    "'",
    '"',
    '/',
    '/*',
    '//',
    '\\',
    '!',
    '-',
    '=',
  ],
  ...[
    'trace',
    'span',
    'has',
    'within',
    'attributes',
    'const',
    '__proto__',
    'constructor',
    'toString',
    'return',
    'null',
  ],
  ...['0', '1e999', '9'.repeat(20), '\u2028', '\ud800', '\0', '😀', '”', 'in ', 'typeof '],
];

const pieces = fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 30 }).map((parts) => parts.join(''));
const edits = fc.array(fc.record({ at: fc.nat(), cut: fc.nat(6), put: fc.constantFrom('', ...FRAGMENTS) }), {
  maxLength: 4,
});
const mutated = fc.tuple(fc.constantFrom(...VALID), edits).map(([text, changes]) =>
  changes.reduce((whole, { at, cut, put }) => {
    const start = at % (whole.length + 1);
    return whole.slice(0, start) + put + whole.slice(start + cut);
  }, text),
);
const texts = fc.oneof(mutated, pieces, fc.string({ unit: 'binary' }), rules.map(print));

const trace = sketchTrace([
  { name: 'a', status: 'ERROR', statusMessage: 'timeout', attributes: { k: 2n ** 60n, x: null, list: ['a', 1] } },
  { name: 'b', parentSpanId: 'ff', endUs: 5_000_000, attributes: { ['__proto__']: 'p' } },
]);

describe('any text', () => {
  test('compiles or has problems in the text, soon, and never throws', () => {
    let compiled = 0;
    fc.assert(
      fc.property(texts, (text) => {
        const start = performance.now();
        const result = compile(text);
        expect(performance.now() - start).toBeLessThan(1000);
        if ('rule' in result) {
          compiled++;
          expect(['violated', 'satisfied', 'inconclusive']).toContain(result.rule.evaluate(trace).kind);
          return;
        }
        expect(result.problems.length).toBeGreaterThan(0);
        for (const { code, message, offset, length, line, column } of result.problems) {
          expect(code).toMatch(/^BT_[A-Z_]+$/);
          expect(message).not.toMatch(
            /[\n\r]|\{(expected|found|name|owner|suggestion|what|left|right|operator|property)\}/,
          );
          expect(offset).toBeGreaterThanOrEqual(0);
          expect(offset + length).toBeLessThanOrEqual(text.length);
          expect(Math.min(line, column)).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 5000 },
    );
    expect(compiled).toBeGreaterThan(100);
  });
});
