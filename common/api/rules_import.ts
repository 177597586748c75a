import { z } from 'zod';
import { MODES } from '../rules/rule';
import { modeSchema } from './rules';
import { problemSchema } from './shared';

/** `created` and `updated` are what would have happened where nothing is written (`dry_run`). */
export const IMPORT_RESULTS = ['created', 'updated', 'unchanged', 'exists', 'refused'] as const;

const flag = z.enum(['true', 'false']);
const onConflict = z
  .enum(['skip', 'replace'])
  .describe('What happens to a rule that is there and is another than in the file: it stays, or is replaced.');

export const importRulesQuerySchema = z.strictObject({
  dry_run: flag.default('false').describe('Report only; nothing is written.'),
  on_conflict: onConflict.default('skip'),
});

export const installPackQuerySchema = importRulesQuerySchema.extend({
  mode: modeSchema.default('on').describe('Of the rules that are new.'),
});

export const exportRulesQuerySchema = z.strictObject({
  format: z.enum(['json', 'yaml']).optional().describe('Without it, what the header accept asks for; else JSON.'),
});

const importedRuleSchema = z
  .object({
    number: z.number().int().describe('Its place in the file, from 1.'),
    result: z.enum(IMPORT_RESULTS),
    id: z.string().optional(),
    name: z.string().optional(),
    mode: z.enum(MODES).optional(),
    dsl: z.string().optional().describe('The rule in our language.'),
    translatedFrom: z.string().optional().describe('Its text in the dialect of the other edition.'),
    notes: z.array(problemSchema).describe('What to know about it; places are in the text of the file.'),
    problems: z.array(problemSchema).describe('Why it was refused.'),
  })
  .meta({ id: 'ImportedRule' });

export const importReportSchema = z
  .object({
    dryRun: z.boolean(),
    counts: z.object(Object.fromEntries(IMPORT_RESULTS.map((result) => [result, z.number().int()]))),
    rules: z.array(importedRuleSchema),
  })
  .meta({ id: 'ImportReport' });

export const packsSchema = z.object({
  packs: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      description: z.string(),
      rules: z.array(
        z.object({
          id: z.string().describe('Of the rule that is installed, or that would be.'),
          name: z.string(),
          description: z.string(),
          severity: z.string(),
          tags: z.array(z.string()),
          installed: z.boolean(),
        }),
      ),
    }),
  ),
});

export const packParamsSchema = z.object({ name: z.string().min(1).max(100) });

export type ImportRulesQuery = z.infer<typeof importRulesQuerySchema>;
export type InstallPackQuery = z.infer<typeof installPackQuerySchema>;
export type ImportedRule = z.infer<typeof importedRuleSchema>;
export type ImportReport = z.infer<typeof importReportSchema>;
export type Packs = z.infer<typeof packsSchema>;
