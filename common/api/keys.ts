import { z } from 'zod';
import { dateTime } from './shared';

export const ROLES = ['ingest', 'reader', 'editor', 'admin'] as const;

/**
 * What an API key may do. `ingest`: send spans, nothing else. `reader`: read. `editor`: read, and change rules.
 * `admin`: everything.
 */
export type Role = (typeof ROLES)[number];

export const createKeySchema = z.strictObject({ name: z.string().trim().min(1).max(100), role: z.enum(ROLES) });

export const keySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    createdAt: dateTime,
    createdBy: z.string(),
  })
  .meta({ id: 'ApiKey' });

export const createdKeySchema = keySchema.extend({
  key: z.string().describe('Shown this once; only its hash is kept.'),
});

export const keysSchema = z.object({ keys: z.array(keySchema) });
