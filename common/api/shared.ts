import { z } from 'zod';

export const dateTime = z.string().describe('ISO 8601, UTC.');

export const moment = z.iso
  .datetime({ offset: true })
  .or(z.iso.date())
  // an offset can carry the first and the last year beyond four digits, which Elasticsearch does not read
  .refine((text) => /^\d{4}-/.test(new Date(text).toISOString()), 'must lie in the years 0000 to 9999')
  .describe('ISO 8601, e.g. 2026-01-31T12:00:00Z.');

/** Blank is the same as none. */
export const searchWords = z.string().trim().max(400).optional();

/** A problem of a rule's text (with its position) or of a request (with the path of the field). */
export const problemSchema = z
  .object({
    code: z.string(),
    message: z.string(),
    params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    path: z.string().optional(),
    offset: z.number().int().optional(),
    line: z.number().int().optional(),
    column: z.number().int().optional(),
    length: z.number().int().optional(),
    fix: z.object({ title: z.string(), text: z.string() }).optional(),
  })
  .meta({ id: 'Problem' });

export const errorSchema = z
  .object({ code: z.string(), message: z.string(), problems: z.array(problemSchema) })
  .meta({ id: 'Error' });

export const idParamsSchema = z.object({ id: z.string().min(1).max(200) });
