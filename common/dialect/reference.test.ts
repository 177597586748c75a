import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IMPORT_NOTES, IMPORT_REFUSALS } from '../rules/import_problems';
import { NOTES, REFUSALS, translate } from '.';

const page = readFileSync(join(__dirname, '../../docs/reference/import.md'), 'utf8');
const sections = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((section) => [section.split('\n', 1)[0]!, section]),
);
/** Texts too long to print; `translate.test.ts` has them. */
const WITHOUT_EXAMPLE = ['BT_DIALECT_TOO_LONG', 'BT_DIALECT_TOO_MANY_TOKENS', 'BT_DIALECT_TOO_DEEP'];

describe('docs/reference/import.md', () => {
  test('has every code of the dialect, and no others', () => {
    expect([...sections.keys()]).toEqual([...Object.keys(REFUSALS), ...Object.keys(NOTES)]);
  });

  test.each([...sections].filter(([code]) => !WITHOUT_EXAMPLE.includes(code)))('%s', (code, section) => {
    const [, example] = /^```\n(.*?)\n```$/ms.exec(section)!;
    const result = translate(example!);
    expect('dsl' in result).toBe(code in NOTES);
    const [problem] = 'dsl' in result ? result.notes : result.problems;
    expect(problem!.code).toBe(code);
    expect(section).toContain(`\n${problem!.line}:${problem!.column} ${problem!.message}\n`);
    if ('dsl' in result) expect(section).toContain(`\`\`\`betrace\n${result.dsl}\`\`\``);
  });

  test('has every code about the fields of a rule, with its message', () => {
    const rows = [...page.matchAll(/^\| `(BT_\w+)` +\| (.*?) +\|$/gm)].map(([, code, message]) => [code, message]);
    expect(rows).toEqual(Object.entries({ ...IMPORT_REFUSALS, ...IMPORT_NOTES }));
  });
});
