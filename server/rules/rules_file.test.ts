import fc from 'fast-check';
import { BeTraceError } from '../../common/errors';
import type { Rule } from '../../common/rules/rule';
import { formatOf, rulesFile } from './rules_export';
import { readRulesFile } from './rules_file';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const NASTY = [
  '\n',
  '\r\n',
  '\t',
  ' ',
  '---',
  '...',
  '- ',
  ': ',
  ' #',
  '"',
  "'",
  '\\',
  '|',
  '>',
  '%',
  '@',
  '`',
  '&a',
  '*a',
];
const text = fc.oneof(
  fc
    .array(fc.constantFrom(...NASTY, 'a', 'true', '0x1', '1e3', '\u2028', '\u0085', '\ufeff', '\0', '😀', 'é'), {
      maxLength: 12,
    })
    .map((parts) => parts.join('')),
  fc.string({ unit: 'grapheme' }),
);
const json = fc
  .jsonValue({ maxDepth: 3, noUnicodeString: false })
  .filter((value) => !JSON.stringify(value).includes('__proto__'));
const rules = fc.array(
  fc.record({
    id: fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,20}$/),
    name: text,
    description: text,
    severity: fc.constantFrom('LOW' as const, 'HIGH' as const),
    mode: fc.constantFrom('on' as const, 'off' as const, 'shadow' as const),
    tags: fc.array(text, { maxLength: 3 }),
    dsl: text,
    examples: fc.array(
      fc.record({
        matches: fc.boolean(),
        spans: fc.array(fc.record({ name: text, attributes: fc.record({ a: json }) })),
      }),
      { maxLength: 2 },
    ),
  }),
  { maxLength: 4 },
);
const complete = (rule: object): Rule =>
  ({ space: 'default', version: '', revision: 1, updatedAt: '', updatedBy: '', ...rule }) as Rule;

test.each(['json', 'yaml'] as const)(
  '%s: what is written is read again, whatever the texts',
  async (format) => {
    await fc.assert(
      fc.asyncProperty(rules, async (list) => {
        const file = rulesFile(list.map(complete), format);
        const read = (await readRulesFile(file.contentType, bytes(file.text))) as object[];
        const expected = list.map(({ examples, ...rule }) => ({
          ...rule,
          ...(examples.length > 0 ? { examples } : {}),
        }));
        expect(read).toEqual(JSON.parse(JSON.stringify(expected)));
        expect(rulesFile(read.map(complete), format).text).toBe(file.text);
      }),
      { numRuns: 300 },
    );
  },
  60_000,
);

test('any bytes are read, or refused by a code', async () => {
  const pieces = fc
    .array(
      fc.constantFrom(...NASTY, '{', '}', '[', ']', ',', 'rules', 'a', '!!set', '!x ', '<<: ', '__proto__: ', '? '),
      {
        maxLength: 30,
      },
    )
    .map((parts) => bytes(parts.join('')));
  const types = fc.constantFrom('application/json', 'application/yaml; charset=utf-8', 'TEXT/YAML');
  await fc.assert(
    fc.asyncProperty(fc.oneof(pieces, fc.uint8Array({ maxLength: 40 })), types, async (file, type) => {
      const result = await readRulesFile(type, file).catch((error: unknown) => error);
      if (!Array.isArray(result)) expect(result).toBeInstanceOf(BeTraceError);
      if (result instanceof BeTraceError) expect(result.code).toBe('BT_INVALID_RULES_FILE');
    }),
    { numRuns: 2_000 },
  );
}, 60_000);

test('of YAML, rules stand in documents, in lists, or below `rules`; empty documents are none', async () => {
  const file = 'a: 1\n---\n- a: 2\n- a: 3\n---\nrules:\n- a: 4\n---\n---\n';
  expect(await readRulesFile('application/x-yaml', bytes(file))).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }, { a: 4 }]);
});

test.each([
  [undefined, undefined, 'json'],
  [undefined, 'application/yaml', 'yaml'],
  [undefined, 'text/html, text/yaml;q=0.9, application/json', 'yaml'],
  [undefined, '*/*', 'json'],
  ['yaml', 'application/json', 'yaml'],
] as const)('?format=%s with accept %s is %s', (format, accept, expected) =>
  expect(formatOf(format, accept)).toBe(expected),
);
