import { z } from 'zod';
import { dateTime } from './shared';

export const TEMPLATE_STATES = [
  'missing',
  'older',
  'current',
  'newer',
  'changed',
  'foreign',
  'differs',
  'kept',
] as const;

/** `configuration`: the key in kibana.yml or the keystore. `set_up`: keys made by set-up. `kibana_user`: none of ours. */
export const ACCESS_SOURCES = ['configuration', 'set_up', 'kibana_user'] as const;

const accessSchema = z.object({
  source: z.enum(ACCESS_SOURCES).describe('Whose credentials violations are written and read with.'),
  missing: z.array(z.string()).describe('Privileges that they lack, by index.'),
  missingForMetrics: z
    .array(z.string())
    .describe('The same of those without which only metrics of the bridge are not written.'),
  keysCanBeKept: z.boolean(),
  why: z.string().nullable().describe('What stands in the way of keys of our own; null where nothing does.'),
  keptSince: dateTime.nullable(),
  keptBy: z.string().nullable().describe('The administrator for whom the keys were made.'),
});

const assetSchema = z.object({
  name: z.string(),
  kind: z.enum(['component_template', 'index_template', 'ingest_pipeline']),
  state: z
    .enum(TEMPLATE_STATES)
    .describe(
      'changed: ours, and changed by somebody since. foreign: made by somebody else. differs: gives another retention than the settings. kept: yours since we made it.',
    ),
});

const retentionOfSchema = z.object({
  wanted: z.string().describe('What the settings say, such as 30d.'),
  installed: z.string().nullable().describe('What streams that are made now get; null for none.'),
});

const retentionSchema = z
  .object({
    lifecycles: z
      .enum(['data_stream', 'ilm', 'none'])
      .describe('What in this Elasticsearch takes old documents away: only data stream lifecycles do for BeTrace.'),
    violations: retentionOfSchema,
    evidence: retentionOfSchema,
    metrics: retentionOfSchema,
    streamsOfTheirOwn: z
      .array(z.string())
      .describe('Streams that you may see and that keep documents for another time than new ones will.'),
  })
  .describe('How long violations, evidence and metrics of the bridge are kept.');

/** What there is of BeTrace in Elasticsearch. */
export const setUpStateSchema = z
  .object({
    version: z.number().int(),
    assets: z.array(assetSchema),
    retention: retentionSchema,
    access: accessSchema,
    lacking: z
      .array(z.string())
      .describe('Privileges in Elasticsearch that who asks has not, and that set-up and removal need, by index.'),
  })
  .meta({ id: 'SetUpState' });

export const setUpReportSchema = z
  .object({
    changed: z.array(z.string()).describe('Templates and indices that were made or brought up to date.'),
    keys: z.enum(['made', 'replaced', 'configured', 'not_needed', 'not_kept']),
    notInvalidated: z
      .array(z.string())
      .describe('Ids of former keys that could not be invalidated; set-up tries again.'),
    state: setUpStateSchema,
  })
  .meta({ id: 'SetUpReport' });

export const uninstallSchema = z.strictObject({
  dryRun: z.boolean().default(true).describe('Report only; nothing is removed.'),
  data: z
    .boolean()
    .default(false)
    .describe('Violations, evidence, metrics and the list of signing keys, too, of every space.'),
});

const exportedRulesSchema = z.object({
  space: z.string(),
  count: z.number().int(),
  file: z.string().describe('YAML; imports in that space to the same rules.'),
});

export const uninstallReportSchema = z.object({
  dryRun: z.boolean(),
  rules: z.array(exportedRulesSchema).describe('The rules of every space, which are removed with their history.'),
  removed: z.array(z.string()),
  kept: z.array(z.object({ name: z.string(), reason: z.string() })),
  keys: z.array(z.string()).describe('Ids of our API keys in Elasticsearch, which are invalidated.'),
});

/** As `PUT /api/security/role/<name>` of Kibana takes it. */
export const readerRoleSchema = z.object({
  elasticsearch: z.looseObject({}),
  kibana: z.array(z.looseObject({})),
});

export type ExportedRules = z.infer<typeof exportedRulesSchema>;
export type SetUpState = z.infer<typeof setUpStateSchema>;
export type SetUpReport = z.infer<typeof setUpReportSchema>;
export type Uninstall = z.infer<typeof uninstallSchema>;
export type UninstallReport = z.infer<typeof uninstallReportSchema>;
