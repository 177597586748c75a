import fc from 'fast-check';
import { format } from './format';
import { lex } from './lexer';
import { parse } from './parse';
import { print } from './print';
import { bare, rules } from './test_support/expressions';

function formatted(text: string): string {
  const result = format(text);
  if (!('text' in result)) throw new Error(`${text}: ${result.problem.message}`);
  return result.text;
}

function astOf(text: string): unknown {
  const result = parse(text);
  if (!('rule' in result)) throw new Error(`${text}: ${result.problem.message}`);
  return bare(result.rule);
}

const comments = fc.constantFrom('', ' ', '\n', '/* a */', '\n/* b\n b */\n', '// c\n', '\n  // d // e\n', '/**/');

/** A rule's text with comments and white space anywhere between its tokens. */
const commented = fc.tuple(rules.map(print), fc.infiniteStream(comments)).map(([text, gaps]) => {
  let result = gaps.next().value as string;
  for (let token = lex(text); token; token = token.next) result += ` ${token.text} ${gaps.next().value as string}`;
  return result;
});

const commentsOf = (text: string): string[] => text.match(/\/\* [ab][^]*?\*\/|\/\/ c|\/\/ d \/\/ e|\/\*\*\//g) ?? [];

describe('formatting', () => {
  test.each([
    ['trace.has( s=>s.isRoot )', 'trace.has(s => s.isRoot)\n'],
    ['const p=s=>!s.isRoot ; trace . has(p)', 'const p = s => !s.isRoot;\ntrace.has(p)\n'],
    ['// why\ntrace.has(s => s.isRoot) // so', '// why\ntrace.has(s => s.isRoot) // so\n'],
    ['trace.has(s => - -s.duration<[1,2,][0])', 'trace.has(s => - -s.duration < [1, 2,][0])\n'],
    [
      `trace.has(s => s.name === '${'a'.repeat(60)}').and(trace.missing(t => t.name === 'b')).within('5 s') && true`,
      `trace.has(s => s.name === '${'a'.repeat(60)}')\n  .and(trace.missing(t => t.name === 'b'))\n  .within('5 s') &&\n  true\n`,
    ],
  ])('%s', (text, expected) => {
    expect(formatted(text)).toBe(expected);
  });

  test('keeps meaning and comments, and is done once', () => {
    fc.assert(
      fc.property(commented, (text) => {
        const once = formatted(text);
        expect(astOf(once)).toEqual(astOf(text));
        expect(formatted(once)).toBe(once);
        expect(commentsOf(once)).toEqual(commentsOf(text));
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['lines of comments', (n: number) => '//\n'.repeat(n) + 'true'],
    ['comments at the end of a line', (n: number) => 'true' + '/**/'.repeat(n)],
    ['comments after the end of a statement', (n: number) => 'const a = s => s.isRoot;' + '/**/'.repeat(n) + 'true'],
    ['comments among tokens', (n: number) => `trace.has(s => [${'1,//\n'.repeat(Math.floor(n / 8))}1].length)`],
    ['steps', (n: number) => 'trace.has(s => s.isRoot)' + '.not()'.repeat(Math.floor(n / 20))],
  ])('takes time that grows with the text: %s', (_name, make) => {
    const time = (n: number): number => {
      const text = make(n);
      const start = process.cpuUsage();
      expect(formatted(text).length).toBeGreaterThan(n / 8);
      return process.cpuUsage(start).user / 1000;
    };
    const least = (n: number): number => Math.min(...Array.from({ length: 5 }, () => time(n)));
    least(1000);
    // sixteen times the text: 16 times the time, 256 where it is quadratic; half a millisecond is as good as any less
    expect(least(15_000)).toBeLessThan(100 * Math.max(least(930), 0.5));
  });

  test('says what is wrong with a text that does not parse', () => {
    expect(format('trace.has(')).toMatchObject({ problem: { code: 'BT_SYNTAX' } });
  });
});
