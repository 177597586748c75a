import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { ruleExamplesSchema } from '../../common/api/rule_examples';
import { createRuleSchema } from '../../common/api/rules';
import { compile } from '../../common/engine';
import { failingExamples } from '../../common/rules/examples';

const starterSchema = createRuleSchema.omit({ mode: true }).extend({
  description: z.string().min(1),
  tags: z.array(z.string().regex(/^[a-z0-9-]+(:[A-Za-z0-9.()-]+)?$/)).min(1),
  examples: ruleExamplesSchema.min(2),
});

const packs = readdirSync(__dirname)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => ({
    file,
    rules: parseAllDocuments(readFileSync(path.join(__dirname, file), 'utf8')).map((document) => {
      if (document.errors.length > 0) throw new Error(`${file}: ${document.errors[0]?.message}`);
      return starterSchema.parse(document.toJS());
    }),
  }));
const rulesOf = (...files: readonly string[]) =>
  packs.filter(({ file }) => files.includes(file)).flatMap(({ rules }) => rules);

describe('the starter rules', () => {
  it('are five for the shop and at least 40 for everybody', () => {
    const others = packs.map(({ file }) => file).filter((file) => file !== 'shop.yaml');
    expect(rulesOf('shop.yaml')).toHaveLength(5);
    expect(rulesOf(...others).length).toBeGreaterThanOrEqual(40);
  });

  it('have names and texts of their own', () => {
    const all = packs.flatMap(({ rules }) => rules);
    expect(new Set(all.map(({ name }) => name.toLowerCase())).size).toBe(all.length);
    expect(new Set(all.map(({ dsl }) => dsl)).size).toBe(all.length);
  });

  it('are listed in the reference', () => {
    const page = readFileSync(path.join(__dirname, '../../docs/reference/packs.md'), 'utf8');
    for (const { file, rules } of packs) {
      expect(page).toContain(`ingest/rules/${file}`);
      for (const { name } of rules) expect(page).toContain(`- ${name}\n`);
    }
  });

  describe.each(packs)('$file', ({ rules }) => {
    it.each(rules)('$name: compiles without a warning, and its examples hold', ({ dsl, examples }) => {
      const result = compile(dsl);
      if (!('rule' in result)) throw new Error(JSON.stringify(result.problems));
      expect(result.warnings).toEqual([]);
      expect(failingExamples(result.rule, examples)).toEqual([]);
      expect(new Set(examples.map(({ matches }) => matches)).size).toBe(2);
    });
  });
});
