import { z } from 'zod';
import { kqlSchema } from './preview';
import { dateTime, moment } from './shared';

/** What is asked of the spans of a time, by default of the last day. */
export const knownAttributesQuerySchema = z.strictObject({
  from: moment.optional(),
  to: moment.optional(),
});

export const traceParamsSchema = z.object({
  traceId: z
    .string()
    .regex(/^[0-9a-f]{32}$/i, 'must be 32 hex digits')
    .toLowerCase(),
});

/** About when the trace began. */
export const traceExampleQuerySchema = z.strictObject({ at: moment });

export type TraceExampleQuery = z.infer<typeof traceExampleQuerySchema>;

const values = z.array(z.union([z.string(), z.number(), z.boolean()]));

/** What rules can speak of: names and frequent values seen in stored spans. Bounded; the most frequent of each. */
export const knownAttributesSchema = z
  .object({
    attributes: z.array(
      z.object({
        key: z.string(),
        values: values.describe('The most frequent first; empty where there are too many different ones.'),
      }),
    ),
    names: z.array(z.string()).describe('Of spans.'),
    services: z.array(z.string()),
    complete: z.boolean().describe('false: there are more attributes than are listed.'),
  })
  .meta({ id: 'KnownAttributes' });

/** Pull mode of a space: its rules are judged on stored traces. */
export const pullStateSchema = z
  .object({
    enabled: z.boolean(),
    kql: z.string(),
    since: dateTime.nullable().describe('Traces from here on are judged.'),
    watermark: dateTime.nullable().describe('All traces that ended before it are judged.'),
    lagMs: z.number().int().nullable().describe('How far the watermark is behind now.'),
    startedBy: z.string().nullable(),
    startedAt: dateTime.nullable(),
    key: z
      .object({ id: z.string(), name: z.string() })
      .nullable()
      .describe('The API key of Elasticsearch that traces are read with; null: as the host itself.'),
    notInvalidated: z.array(z.string()).describe('Ids of former keys that could not be revoked; it is tried again.'),
    lastRun: z
      .object({
        at: dateTime,
        traces: z.number().int().describe('Judged.'),
        violations: z.number().int().describe('Written; what was there already is not counted.'),
        inconclusive: z.number().int(),
        error: z.object({ code: z.string(), message: z.string() }).nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'PullState' });

export const startPullSchema = z
  .strictObject({
    kql: kqlSchema.default(''),
    since: moment.optional().describe('Traces from here on are judged; by default from now on. At most 7 days ago.'),
  })
  .meta({ id: 'StartPull' });

export type KnownAttributesQuery = z.infer<typeof knownAttributesQuerySchema>;
export type KnownAttributes = z.infer<typeof knownAttributesSchema>;
export type PullState = z.infer<typeof pullStateSchema>;
export type StartPull = z.infer<typeof startPullSchema>;
