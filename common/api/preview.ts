import { z } from 'zod';
import type { ExplainNode } from '../engine';
import { dateTime, moment } from './shared';

export const MAX_PREVIEW_MATCHES = 50;
const MAX_DAYS = 31;
const DAY_MS = 86_400_000;

/** A filter of spans in KQL; a trace is looked at where one of its spans matches. Blank: every trace. */
export const kqlSchema = z
  .string()
  .trim()
  .max(2_000)
  .describe(
    'KQL over the stored spans, e.g. service.name: "checkout"; a trace is taken where one of its spans matches.',
  );

/** A rule, saved or not, and the stored traces to try it on: those with a span that starts in `[from, to)`. */
export const previewRequestSchema = z
  .strictObject({
    dsl: z.string().describe('The rule. A trace for which it is true violates it.'),
    from: moment,
    to: moment,
    kql: kqlSchema.default(''),
    matches: z
      .number()
      .int()
      .min(0)
      .max(MAX_PREVIEW_MATCHES)
      .default(10)
      .describe('So many of the first traces that it catches are shown, with their explanation.'),
  })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), { path: ['to'], message: 'must be after from' })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) <= MAX_DAYS * DAY_MS, {
    path: ['from'],
    message: `at most ${MAX_DAYS} days are looked at`,
  })
  .meta({ id: 'PreviewRequest' });

const count = z.number().int();

/** How far it is, and what was found until now. */
const progress = {
  traces: z
    .object({ value: count, exact: z.boolean() })
    .describe('In the range, chosen by the filter; an estimate where they were not all looked at.'),
  candidates: z
    .object({ value: count, exact: z.boolean() })
    .describe('Those that can violate the rule by what it needs; where they are few, only they are loaded and judged.'),
  judged: count.describe('Until now. Where most traces are candidates, all are judged.'),
  spans: count.describe('Of those.'),
  violated: count,
  inconclusive: count.describe('What is missing of the trace, or what its layout has lost, could change the verdict.'),
  overTime: z
    .object({
      from: dateTime,
      intervalMs: count,
      violated: z.array(count),
      inconclusive: z.array(count),
    })
    .describe('Traces by when they begin; those that began before the range are in its first interval.'),
  elapsedMs: count,
};

const attributeSchema = z.object({
  key: z.string(),
  spans: count.describe('Spans in the range that have it, themselves or by their resource. 0: it was never seen.'),
  exact: z.boolean(),
});

const witnessSchema = z.object({
  spanId: z.string(),
  name: z.string(),
  service: z.string().optional(),
  role: z.string().describe('What the span is to the rule.'),
  startUs: z.number(),
  endUs: z.number(),
});

export const explainNodeSchema: z.ZodType<ExplainNode> = z
  .lazy(() =>
    z.object({
      type: z.string() as unknown as z.ZodType<ExplainNode['type']>,
      text: z.string().describe("What is asked, in the rule's own words."),
      result: z.enum(['true', 'false', 'unknown', 'too_costly']),
      matches: count.optional().describe('How many spans satisfy it.'),
      parts: z.array(explainNodeSchema),
    }),
  )
  .meta({ id: 'ExplainNode' }) as z.ZodType<ExplainNode>;

/** A trace that the rule catches, and why. */
export const previewMatchSchema = z
  .object({
    traceId: z.string(),
    verdict: z.enum(['violated', 'inconclusive']),
    message: z.string().describe('As the violation would have it.'),
    source: z.enum(['es_otel', 'es_apm']).describe('The layout that it is stored in.'),
    lossy: z.array(z.string()).describe('What that layout does not keep of its spans.'),
    startUs: z.number(),
    durationUs: z.number(),
    spans: count,
    rootName: z.string().describe('Of the span that the trace begins with.'),
    service: z.string().optional(),
    witnesses: z.array(witnessSchema),
    absences: z.array(
      z.object({ lookedFor: z.string(), window: z.object({ fromUs: z.number(), toUs: z.number() }).nullable() }),
    ),
    explanation: explainNodeSchema,
  })
  .meta({ id: 'PreviewMatch' });

/**
 * One line of the answer (`application/x-ndjson`): `attributes` once, `match` as they are found, `progress` a few times a
 * second, and at last either `done` or `error`. A stream that ends with neither was cut off.
 */
export const previewLineSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('attributes'), attributes: z.array(attributeSchema) }),
    z.object({ kind: z.literal('match'), match: previewMatchSchema }),
    z.object({ kind: z.literal('progress'), ...progress }),
    z.object({
      kind: z.literal('done'),
      ...progress,
      perDay: z.number().describe('Violations a day, at this rate.'),
      complete: z
        .boolean()
        .describe('false: the time for a preview was over before all candidates were judged; counts are of those.'),
      tooLarge: count.describe('Traces that were judged by a part of their spans only, and flagged for it.'),
    }),
    z.object({ kind: z.literal('error'), code: z.string(), message: z.string() }),
  ])
  .meta({ id: 'PreviewLine' });

export type PreviewRequest = z.infer<typeof previewRequestSchema>;
export type PreviewLine = z.infer<typeof previewLineSchema>;
export type PreviewMatch = z.infer<typeof previewMatchSchema>;
export type PreviewProgress = Omit<Extract<PreviewLine, { kind: 'progress' }>, 'kind'>;
