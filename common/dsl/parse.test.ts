import fc from 'fast-check';
import { LIMITS } from './limits';
import { parse } from './parse';
import { print } from './print';
import { bare, rules } from './test_support/expressions';

function printed(text: string): string {
  const result = parse(text);
  if (!('rule' in result)) throw new Error(`${text}: ${result.problem.message}`);
  return print(result.rule);
}

const code = (text: string): string => {
  const result = parse(text);
  return 'rule' in result ? 'parsed' : result.problem.code;
};

describe('parsing and printing', () => {
  test.each([
    ['a||b&&c', 'a || b && c'],
    ['(a||b)&&c', '(a || b) && c'],
    ['a - (b - c) - d', 'a - (b - c) - d'],
    ['a + b * c === d', 'a + b * c === d'],
    ['((a))', 'a'],
    ['-(-a)', '- -a'],
    ['!(a && b)', '!(a && b)'],
    ['typeof(a)', 'typeof a'],
    ['a?b:c?d:e', 'a ? b : c ? d : e'],
    ['(a?b:c)?d:e', '(a ? b : c) ? d : e'],
    ['a ?? (b || c)', 'a ?? (b || c)'],
    ['(x) => y', 'x => y'],
    ['f((x, y) => z,)', 'f((x, y) => z)'],
    ['(x => y)(z)', '(x => y)(z)'],
    ['(a.b).c', 'a.b.c'],
    ['(a?.b).c', '(a?.b).c'],
    ['a?.[b]?.(c)', 'a?.[b]?.(c)'],
    ['a?.5:1', 'a ? 0.5 : 1'],
    ['a / 2 > b / 3', 'a / 2 > b / 3'],
    ['f(/a[/]b\\//i, 1)', 'f(/a[/]b\\//i, 1)'],
    ['x /* y */ + // z\n 1;', 'x + 1'],
    ['"it\'s \\x41\\u{1F600}\\\n"', "'it\\'s A😀'"],
    ['`two\r\nlines`', "'two\\nlines'"],
    ['9007199254740993', '9007199254740993'],
    ['.5e1', '5'],
    ['(1).x', '(1).x'],
    ['const a = s => s.x;\nconst b = s => a(s); b', 'const a = s => s.x;\nconst b = s => a(s);\nb'],
  ])('%s', (text, expected) => {
    expect(printed(text)).toBe(expected);
  });

  test('what is printed parses to the same', () => {
    fc.assert(
      fc.property(rules, (rule) => {
        const text = print(rule);
        const result = parse(text);
        if (!('rule' in result)) throw new Error(`${text}: ${result.problem.message}`);
        expect(bare(result.rule)).toEqual(bare(rule));
        expect(print(result.rule)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  test('ranges cover the text of a node', () => {
    const text = 'trace.has( s => (s.name  === "x") )';
    const result = parse(text);
    const body = 'rule' in result ? result.rule.body : undefined;
    const call = body?.type === 'chain' ? body.links[1] : undefined;
    const arrow = call?.type === 'call' ? call.arguments[0] : undefined;
    const slice = (node: { offset: number; length: number } | undefined): string | undefined =>
      node && text.slice(node.offset, node.offset + node.length);
    expect(slice(body)).toBe(text);
    expect(slice(call)).toBe('( s => (s.name  === "x") )');
    expect(slice(arrow)).toBe('s => (s.name  === "x")');
  });
});

describe('limits', () => {
  const nest = (depth: number): string => '('.repeat(depth) + '1' + ')'.repeat(depth);

  test.each([
    ['brackets', nest(LIMITS.nesting), nest(LIMITS.nesting + 1)],
    ['lists', '['.repeat(64) + ']'.repeat(64), '['.repeat(65) + ']'.repeat(65)],
    ['unary operators', '!'.repeat(64) + 'a', '!'.repeat(65) + 'a'],
    ['arrows', 'a => '.repeat(64) + '1', 'a => '.repeat(65) + '1'],
    ['conditionals', 'a ? b : '.repeat(64) + 'c', 'a ? b : '.repeat(65) + 'c'],
    ['a mix', '!(a ? '.repeat(21) + 'b' + ' : c)'.repeat(21), '!(a ? '.repeat(22) + 'b' + ' : c)'.repeat(22)],
  ])('nesting of %s', (_what, deepest, tooDeep) => {
    expect(code(deepest)).toBe('parsed');
    expect(code(tooDeep)).toBe('BT_TOO_DEEP');
  });

  test('siblings do not nest', () => {
    expect(code(Array.from({ length: 200 }, () => '!(a)').join(' && '))).toBe('parsed');
    expect(code(`[${Array.from({ length: 200 }, () => 'a ? b : c').join(', ')}]`)).toBe('parsed');
  });

  test('tokens and text', () => {
    const list = (items: number): string => `[${'1,'.repeat(items)}]`;
    expect(code(list(LIMITS.tokens / 2 - 1))).toBe('parsed');
    expect(code(list(LIMITS.tokens / 2))).toBe('BT_TOO_MANY_TOKENS');
    expect(code('1' + ' '.repeat(LIMITS.textLength - 1))).toBe('parsed');
    expect(code('1' + ' '.repeat(LIMITS.textLength))).toBe('BT_TEXT_TOO_LONG');
  });

  test.each([
    ['1 MB of text', 'a'.repeat(1 << 20)],
    ['1 MB of brackets', '('.repeat(1 << 20)],
    ['10,000 nested brackets', nest(10_000)],
    ['an unclosed comment', '/*'.repeat(30_000)],
    ['many lines of strings', '"a"\n'.repeat(10_000)],
  ])('%s is refused at once', (_what, text) => {
    const start = performance.now();
    expect(code(text)).not.toBe('parsed');
    expect(performance.now() - start).toBeLessThan(300);
  });

  test.each<[string, (size: number) => string]>([
    ['a chain', (size) => 'a' + '.b()'.repeat(size / 4)],
    ['a conjunction', (size) => Array.from({ length: size / 2 }, () => 'a').join('&&')],
    ['a sum', (size) => Array.from({ length: size / 2 }, () => 'a').join('+')],
    ['precedences', (size) => Array.from({ length: size / 8 }, () => 'a+b*c===d').join('&&')],
    ['arguments', (size) => `f(${'a,'.repeat(size / 2 - 2)})`],
    ['nested brackets', (size) => `[${Array.from({ length: size / 128 }, () => nest(63)).join(',')}]`],
  ])('time grows with the length of %s and not faster', (_what, make) => {
    const time = (size: number): number => {
      const text = make(size);
      expect(code(text)).toBe('parsed');
      const times = Array.from({ length: 7 }, () => {
        const start = performance.now();
        parse(text);
        return performance.now() - start;
      });
      return Math.min(...times);
    };
    time(2048);
    const [small, large] = [time(512), time(4000)];
    expect(large).toBeLessThan(Math.max(small, 0.1) * 8 * 6);
  });
});
