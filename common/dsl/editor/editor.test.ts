import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { compile } from '../../engine/compile';
import { check } from '../check';
import { lex } from '../lexer';
import { parse } from '../parse';
import type { RuleToken } from '../tokens';
import { UNDEFINED } from '../types';
import type { Completion } from './completion';
import { brokenTokens, plainText } from './insertion';
import { outlineOf } from './outline';
import { scan } from './scan';
import { completions, hover, problems, tokens } from '.';

const PACKS = join(__dirname, '../../../ingest/rules');
const RULES = readdirSync(PACKS)
  .filter((file) => file.endsWith('.yaml'))
  .flatMap((file) => parseAllDocuments(readFileSync(join(PACKS, file), 'utf8')))
  .map((document) => String(document.get('dsl')));
const KNOWN = {
  attributes: ['http.route', 'region', "it's", '`${x}"\\', 'a\nb\ud800'],
  values: { 'http.route': ['/cart', "/o'b", 5, true], region: ['eu'] },
  fields: { name: ['GET /cart', 'say "hi"'] },
};

const accept = (text: string, { start, end, insert, isSnippet }: Completion): string =>
  text.slice(0, start) + (isSnippet ? plainText(insert) : insert) + text.slice(end);

const noise = fc.constantFrom(
  ...[
    '',
    '.',
    '?.',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    "'",
    '"',
    '`',
    '${',
    '/',
    '/*',
    '*/',
    '//',
    '\\',
    '#',
    ',',
    ';',
    '5',
    '0x',
  ],
  ...[
    '=>',
    '===',
    '&&',
    '!',
    '?',
    ':',
    ' in ',
    'typeof ',
    'const ',
    'span',
    'trace',
    'attributes',
    '\n',
    '\u2028',
    '\ud800',
    'é',
  ],
);
const edits = fc.array(fc.record({ at: fc.nat(), cut: fc.nat(8), put: noise }), { maxLength: 5 });
/** Rules as they are while somebody writes them. */
const drafts = fc.tuple(fc.constantFrom(...RULES), edits, fc.option(fc.nat())).map(([rule, changes, length]) => {
  const text = changes.reduce((whole, { at, cut, put }) => {
    const start = at % (whole.length + 1);
    return whole.slice(0, start) + put + whole.slice(start + cut);
  }, rule);
  return length === null ? text : text.slice(0, length % (text.length + 1));
});
const texts = fc.oneof(
  { weight: 4, arbitrary: drafts },
  fc.array(noise, { maxLength: 30 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary' }),
);
const places = fc.tuple(texts, fc.nat()).map(([text, at]) => ({ text, offset: at % (text.length + 1) }));

describe('any text', () => {
  test('has tokens in order, with white space alone between them', () => {
    fc.assert(
      fc.property(texts, (text) => {
        let at = 0;
        let between = '';
        for (const { start, end } of tokens(text)) {
          if (start < at || end <= start) throw new Error(`a token from ${start} to ${end} after ${at}`);
          between += text.slice(at, start);
          at = end;
        }
        expect(between + text.slice(at)).toMatch(/^[\s\ufeff]*$/);
      }),
      { numRuns: 1000 },
    );
  });

  test('has hovers and problems inside it', () => {
    fc.assert(
      fc.property(places, ({ text, offset }) => {
        const about = hover(text, offset);
        for (const { start, end } of [...problems(text), ...(about ? [about] : [])]) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('has completions none of which breaks a token', () => {
    let some = 0;
    fc.assert(
      fc.property(places, ({ text, offset }) => {
        const broken = brokenTokens(text);
        for (const completion of completions(text, offset, KNOWN)) {
          some++;
          expect(completion.start).toBeLessThanOrEqual(offset);
          const accepted = accept(text, completion);
          if (brokenTokens(accepted) > broken) throw new Error(`${JSON.stringify(completion)} gives ${accepted}`);
        }
      }),
      { numRuns: 1000 },
    );
    expect(some).toBeGreaterThan(1000);
  });

  test.each([
    ['unclosed comments', '/*'],
    ['unclosed strings', "'\n"],
    ['templates', '`${'],
    ['unknown characters', '#'],
    ['broken numbers', '0x '],
    ['brackets', '(['],
    ['closing brackets', '([)'],
    ['arrow functions', 'a=>'],
    ['members', '.a'],
  ])('takes time linear in 64 KB of %s', (_what, piece) => {
    const text = piece.repeat(65_536 / piece.length);
    const start = performance.now();
    tokens(text);
    completions(text, text.length, KNOWN);
    hover(text, 100);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('the starter rules', () => {
  test('have the tokens that the parser sees, each of a known kind', () => {
    for (const rule of RULES) {
      const seen: string[] = [];
      for (let token: RuleToken | undefined = lex(rule); token; token = token.next) seen.push(token.text);
      const highlighted = tokens(rule).filter((token) => token.class !== 'comment');
      expect(highlighted.map(({ start, end }) => rule.slice(start, end))).toEqual(seen);
      expect(highlighted.filter((token) => token.class === 'name' || token.class === 'invalid')).toEqual([]);
    }
  });

  test('are completed to what they are, wherever one stops typing', () => {
    const missing: string[] = [];
    for (const rule of RULES) {
      for (const { start, end, class: kind } of tokens(rule)) {
        const word = rule.slice(start, end);
        if (!['property', 'step', 'method', 'global', 'predicate', 'variable', 'constant'].includes(kind)) continue;
        if (isDeclared(rule, start, end) || isPart(rule, start)) continue;
        for (const text of [rule, rule.slice(0, start), rule.slice(0, start + 1)]) {
          const found = completions(text, Math.min(start + 1, text.length)).map(({ label }) => label);
          if (!found.includes(word)) missing.push(`${word} in ${text.slice(Math.max(0, start - 40), start)}`);
        }
      }
    }
    expect(missing).toEqual([]);
  });

  test('take an editor a moment, also all of a long one', () => {
    const long = Array.from({ length: 4096 / RULES[0]!.length }, () => RULES[0]!.trim()).join(' && ');
    const quickest = (run: () => unknown): number => {
      const times = Array.from({ length: 5 }, () => {
        const start = performance.now();
        run();
        return performance.now() - start;
      });
      return Math.min(...times);
    };
    for (const offset of [0, long.length >> 1, long.length]) {
      expect(quickest(() => completions(long, offset, KNOWN))).toBeLessThan(100);
      expect(quickest(() => hover(long, offset))).toBeLessThan(100);
    }
    expect(quickest(() => tokens(long))).toBeLessThan(100);
    expect(quickest(() => problems(long))).toBeLessThan(100);
  });

  test('have problems only where something is missing', () => {
    for (const rule of RULES) expect(problems(rule).filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

/** Parameters and names of predicates, where they are introduced: nobody can know them before. */
const isDeclared = (rule: string, start: number, end: number): boolean =>
  /^(?:[\s,\w]*\))?\s*=>/.test(rule.slice(end)) || /const\s+$/.test(rule.slice(0, start));
/** Of attributes that are objects. */
const isPart = (rule: string, start: number): boolean => /(?:message|part|tool)\.$/.test(rule.slice(0, start));

describe('what is put in checks', () => {
  const codes = (text: string): string[] => {
    const result = compile(text);
    return 'rule' in result ? [] : result.problems.map(({ code }) => code);
  };

  /** What an expression may be, without whether it may be missing. */
  const maskByOutline = (text: string): number | undefined => {
    const { operand } = outlineOf(scan(text)).frame;
    return operand?.kind === 'value' ? operand.type.mask & ~UNDEFINED : undefined;
  };
  const maskByCheck = (text: string): number | undefined => {
    const parsed = parse(text);
    const checked = 'rule' in parsed ? check(parsed.rule, text) : undefined;
    const match = checked && 'plan' in checked ? checked.plan.match : undefined;
    return match?.type === 'has' ? match.predicate.gives.mask & ~UNDEFINED : undefined;
  };

  test('properties and methods of a span, one after the other, and mean what the checker says', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), (picks) => {
        let text = 'trace.has(span => span';
        for (const pick of picks) {
          const found = completions(`${text}.`, text.length + 1);
          if (found.length === 0) break;
          text = accept(`${text}.`, found[pick % found.length]!);
          if (codes(`${text})`).length > 0) throw new Error(`${text}) has ${codes(`${text})`).join()}`);
          expect([text, maskByOutline(text)]).toEqual([text, maskByCheck(`${text})`)]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('steps, one after the other', () => {
    let rules = 0;
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), (picks) => {
        let text = 'trace';
        for (const pick of picks) {
          const found = completions(`${text}.`, text.length + 1).filter(({ kind }) => kind === 'step');
          if (found.length === 0) break;
          text = accept(`${text}.`, found[pick % found.length]!);
          const unfinished = ['BT_NOT_A_RULE', 'BT_NUMBER_NOT_COMPARED'];
          const wrong = codes(text);
          if (wrong.length === 0) rules++;
          expect([text, wrong.filter((code) => !unfinished.includes(code))]).toEqual([text, []]);
        }
      }),
      { numRuns: 300 },
    );
    expect(rules).toBeGreaterThan(100);
  });

  test('where a rule is whole, each property behind each of its spans', () => {
    const rule = 'trace.has(span => span && span.children.some(child => child) && !span.parent)';
    for (const at of [...rule.matchAll(/span(?= &&)|child(?=\))|parent/g)].map(
      ({ index, 0: { length } }) => index + length,
    )) {
      const text = `${rule.slice(0, at)}.${rule.slice(at)}`;
      const found = completions(text, at + 1);
      expect(found.length).toBeGreaterThan(20);
      for (const completion of found)
        expect([completion.label, codes(accept(text, completion))]).toEqual([completion.label, []]);
    }
  });

  test.each([
    ['trace.has(span => span.status === |)', 4],
    ["trace.has(span => span.status === '|')", 4],
    ["trace.has(span => span.kind !== '|)", 6],
    ["trace.has(span => span.attributes[|] === 'x')", 5],
    ["trace.has(span => span.attributes['|'] === 'x')", 5],
    ["trace.has(span => span.attributes.| === 'x')", 5],
    ["trace.has(span => span.resource?.| === 'x')", 5],
    ["trace.has(span => '|' in span.attributes)", 5],
    ["trace.has(span => span.attributes['http.route'] === '|')", 2],
    ["trace.has(span => span.attributes['http.route'] === |)", 4],
    ['trace.has(span => span.name === "|")', 2],
    ["trace.has(span => span.duration > '|')", 7],
    ["trace.has(span => span.endTime - span.startTime > '|')", 7],
    ["trace.has(span => span.isRoot).within('|')", 7],
    ['trace.has(span => span.isRoot).within(|)', 7],
    ['trace.has(|)', 1],
    ['trace.has(span => span.isRoot).and(|)', 1],
    ['trace.groupBy(span => span.service).some(|)', 1],
    ['const slow = span => span.duration > 5; trace.has(|)', 2],
    ['const slow = span => span.duration > 5; trace.has(span => !|)', 1],
    ['const near = (a, b) => a.service === b.service; trace.has((c, d) => !|)', 1],
    ['const near = (a, b) => a.service === b.service; trace.has(c => c.isRoot && |)', 0],
    ['const slow = span => span.duration > 5; trace.groupBy(s => s.service).some(g => g.has(slow).and(|))', 2],
  ])('%s', (marked, least) => {
    const offset = marked.indexOf('|');
    const text = marked.replace('|', '');
    const wanted = ['value', 'key', 'duration', 'arrow', 'predicate'];
    const found = completions(text, offset, KNOWN).filter(({ kind }) => wanted.includes(kind));
    expect(found.length).toBeGreaterThanOrEqual(least);
    for (const completion of found) {
      const accepted = accept(text, completion);
      expect([accepted, codes(accepted)]).toEqual([accepted, []]);
    }
  });
});
