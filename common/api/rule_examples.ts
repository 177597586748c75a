import { z } from 'zod';
import { KINDS, STATUSES } from '../trace/span';

const MAX_EXAMPLES = 32;
const MAX_SPANS = 1_000;
const MAX_EXAMPLES_LENGTH = 256 * 1024;

type Json = z.core.util.JSONType;
/** As `z.json()`, with a name for what holds itself: OpenAPI refers to it by that. */
const json: z.ZodType<Json> = z
  .lazy(() => z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(json), z.record(z.string(), json)]))
  .meta({ id: 'Json' });
const attributes = z.record(z.string().max(1_000), json);
const text = z.string().max(10_000);
const milliseconds = z.number().min(-1e12).max(1e12);

/** A span in a few words; what is left out is as its comment says. */
const spanSchema = z.strictObject({
  name: text,
  parent: z.number().int().positive().optional().describe('The number of another span, from 1; without it, a root.'),
  times: z.number().int().min(1).max(MAX_SPANS).optional().describe('So many spans like this one (1).'),
  service: text.optional().describe('shop'),
  kind: z.enum(KINDS).optional().describe('INTERNAL'),
  status: z.enum(STATUSES).optional().describe('UNSET'),
  statusMessage: text.optional(),
  startMs: milliseconds.optional().describe('After the start of the trace (0).'),
  durationMs: milliseconds.optional().describe('1'),
  attributes: attributes.optional(),
  resource: attributes.optional(),
  events: z
    .array(
      z.strictObject({
        name: text,
        atMs: milliseconds.optional().describe('After the start of the trace (the start of the span).'),
        attributes: attributes.optional(),
      }),
    )
    .max(MAX_SPANS)
    .optional(),
  links: z
    .array(z.strictObject({ traceId: text, spanId: text, attributes: attributes.optional() }))
    .max(MAX_SPANS)
    .optional(),
  scope: z.strictObject({ name: text, version: text.optional() }).optional().describe('The instrumentation scope.'),
});

/** A trace told in a few words, for which a rule is true (`matches`: a violation) or is not. */
export const ruleExampleSchema = z
  .strictObject({
    matches: z.boolean(),
    spans: z.array(spanSchema).refine((spans) => spans.reduce((sum, { times = 1 }) => sum + times, 0) <= MAX_SPANS, {
      message: `At most ${MAX_SPANS} spans, repeated ones counted.`,
    }),
  })
  .meta({ id: 'RuleExample' });

export const ruleExamplesSchema = z.array(ruleExampleSchema).max(MAX_EXAMPLES);

/** As much of them as is kept with a rule. */
export const keptExamplesSchema = ruleExamplesSchema.refine(
  (examples) => JSON.stringify(examples).length <= MAX_EXAMPLES_LENGTH,
  'The examples are over 256 KiB.',
);

/** An OTLP/JSON request (ExportTraceServiceRequest); what is in it is for the decoder to judge. */
export const otlpTracesSchema = z.looseObject({ resourceSpans: z.array(z.unknown()) });

/** Traces of an OTLP/JSON request, as examples may have them. */
export const exampleTracesSchema = z.object({
  traces: z.array(z.object({ traceId: z.string(), example: ruleExampleSchema })),
});

export type ExampleTraces = z.infer<typeof exampleTracesSchema>;

export type RuleExample = z.infer<typeof ruleExampleSchema>;
