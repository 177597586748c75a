import { z } from 'zod';
import { MAX_SPACES, SPACE_NAME } from '../space';
import { dateTime } from './shared';

export const ROLES = ['ingest', 'reader', 'editor', 'admin'] as const;

/**
 * What an API key may do. `ingest`: send spans, nothing else. `reader`: read. `editor`: read, and change rules.
 * `admin`: everything.
 */
export type Role = (typeof ROLES)[number];

const spacesSchema = z
  .array(z.string().regex(SPACE_NAME, 'A space has a name of a-z, 0-9, _ and -.'))
  .min(1)
  .max(MAX_SPACES)
  .describe('Which spans sent with the key belong to; without: `default`. For keys that send spans.');

export const createKeySchema = z
  .strictObject({
    name: z.string().trim().min(1).max(100),
    role: z.enum(ROLES),
    spaces: spacesSchema.optional(),
  })
  .refine(({ role, spaces }) => spaces === undefined || role === 'ingest' || role === 'admin', {
    path: ['spaces'],
    message: 'Only keys that send spans (ingest, admin) name spaces.',
  });

export const keySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    spaces: spacesSchema.optional(),
    createdAt: dateTime,
    createdBy: z.string(),
  })
  .meta({ id: 'ApiKey' });

export const createdKeySchema = keySchema.extend({
  key: z.string().describe('Shown this once; only its hash is kept.'),
});

export const keysSchema = z.object({ keys: z.array(keySchema) });
