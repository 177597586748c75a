import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from '../engine/compile';
import { PROBLEMS, WARNINGS } from './problems';

const read = (name: string): string => readFileSync(join(__dirname, '../../docs/reference', name), 'utf8');
const examplesOf = (text: string): string[] =>
  [...text.matchAll(/^```betrace\n(.*?)\n```$/gms)].map(([, example]) => example!);

/** Texts too long to print; `parse.test.ts` and `check.test.ts` have them. */
const WITHOUT_EXAMPLE = ['BT_TEXT_TOO_LONG', 'BT_TOO_MANY_TOKENS', 'BT_TOO_DEEP', 'BT_TOO_MANY_PREDICATES'];

describe('docs/reference/problems.md', () => {
  const sections = read('problems.md').split(/^## /m).slice(1);
  const byCode = new Map(sections.map((section) => [section.split('\n', 1)[0]!, section]));

  test('has every code, and no others', () => {
    expect([...byCode.keys()]).toEqual([...Object.keys(PROBLEMS), ...Object.keys(WARNINGS)]);
  });

  test.each([...byCode].filter(([code]) => !WITHOUT_EXAMPLE.includes(code)))('%s', (code, section) => {
    const [example] = examplesOf(section);
    const result = compile(example!);
    const problems = 'rule' in result ? result.warnings : result.problems;
    expect('rule' in result).toBe(code in WARNINGS);
    expect(problems.map((problem) => problem.code)).toEqual([code]);
    const { line, column, message, fix } = problems[0]!;
    expect(section).toContain(`\n${line}:${column} ${message}${fix ? ` _Fix: ${fix.title}._` : ''}\n`);
  });
});

describe('docs/reference/language.md', () => {
  test.each(examplesOf(read('language.md')))('%s', (example) => {
    expect(compile(example)).toMatchObject({ warnings: [] });
  });
});
