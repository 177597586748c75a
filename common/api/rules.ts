import { z } from 'zod';
import { MODES, SEVERITIES } from '../rules/rule';
import { keptExamplesSchema, ruleExamplesSchema } from './rule_examples';
import { dateTime, problemSchema, searchWords } from './shared';

/** `critical`, `Critical` and `CRITICAL` are one severity; answers have it in capitals. */
export const severitySchema = z
  .string()
  .toUpperCase()
  .pipe(z.enum(SEVERITIES))
  .describe(`One of ${SEVERITIES.join(', ')}, in any case.`);

export const modeSchema = z
  .enum(MODES)
  .describe('off: not judged. shadow: judged and counted, nothing written. on: violations are written.');

const name = z.string().trim().min(1).max(200);
const description = z.string().max(4_000);
const tags = z.array(z.string().trim().min(1).max(64)).max(32);
/** The language has its own, smaller limit, with a code and a position; this one only bounds the request. */
const dsl = z.string().describe('The rule. A trace for which it is true violates it.');
const ifRevision = z.number().int().min(1);
const examples = keptExamplesSchema.describe('Traces of which the rule says what they say, or the rule is refused.');
const ifExamplesFail = z
  .enum(['refuse', 'save'])
  .describe('Of a rule that says otherwise than its examples: refused, with the verdicts, unless it shall be saved.');

export const ruleSchema = z
  .object({
    id: z.string(),
    space: z.string(),
    name: z.string(),
    description: z.string(),
    dsl: z.string(),
    version: z
      .string()
      .describe('Changes when the meaning of the text may have changed; comments and names do not count.'),
    revision: z.number().int().describe('Counts every change of anything, from 1.'),
    mode: z.enum(MODES),
    severity: z.enum(SEVERITIES),
    tags: z.array(z.string()).readonly(),
    examples: ruleExamplesSchema.readonly().optional().describe('Not in lists.'),
    updatedAt: dateTime,
    updatedBy: z.string(),
  })
  .meta({ id: 'Rule' });

export const createRuleSchema = z.strictObject({
  name,
  dsl,
  severity: severitySchema,
  description: description.default(''),
  tags: tags.default([]),
  mode: modeSchema.default('on'),
  examples: examples.optional(),
  ifExamplesFail: ifExamplesFail.default('refuse'),
});

export const updateRuleSchema = z
  .strictObject({
    ifRevision: ifRevision.describe('The revision that was read; 409 if the rule has changed since.'),
    name: name.optional(),
    dsl: dsl.optional(),
    severity: severitySchema.optional(),
    description: description.optional(),
    tags: tags.optional(),
    mode: modeSchema.optional(),
    examples: examples.optional(),
    ifExamplesFail: ifExamplesFail.default('refuse'),
  })
  .describe('What is left out stays as it is.');

export const listRulesQuerySchema = z.strictObject({
  q: searchWords.describe('Words of the name or the description.'),
  severity: severitySchema.optional(),
  mode: modeSchema.optional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(1_000),
  cursor: z.string().max(2_000).optional(),
});

export const removeRuleQuerySchema = z.strictObject({ ifRevision: z.coerce.number().int().min(1).optional() });

export const rulesPageSchema = z.object({
  rules: z.array(ruleSchema),
  total: z.number().int(),
  cursor: z.string().nullable(),
});

export const ruleHistorySchema = z.object({ revisions: z.array(ruleSchema.extend({ deleted: z.boolean() })) });

export const invalidRuleSchema = z.object({
  code: z.string(),
  message: z.string(),
  problems: z.array(problemSchema),
});

export type CreateRule = z.infer<typeof createRuleSchema>;
export type UpdateRule = z.infer<typeof updateRuleSchema>;
export type ListRulesQuery = z.infer<typeof listRulesQuerySchema>;
