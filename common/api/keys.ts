import { z } from 'zod';
import { MAX_SPACES, SPACE_NAME } from '../space';
import { dateTime } from './shared';

export const ROLES = ['ingest', 'reader', 'editor', 'admin'] as const;

/**
 * What an API key may do. `ingest`: send spans, nothing else. `reader`: read. `editor`: read, and change rules.
 * `admin`: everything. All but `admin` only in the key's spaces.
 */
export type Role = (typeof ROLES)[number];

const spacesSchema = z
  .array(z.string().regex(SPACE_NAME, 'A space has a name of a-z, 0-9, _ and -.'))
  .min(1)
  .max(MAX_SPACES)
  .describe('What the key may read and change, and which spans sent with it belong to; without: `default`.');

export const createKeySchema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  role: z.enum(ROLES),
  spaces: spacesSchema.optional(),
});

export const keySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    spaces: spacesSchema,
    createdAt: dateTime,
    createdBy: z.string(),
  })
  .meta({ id: 'ApiKey' });

export const createdKeySchema = keySchema.extend({
  key: z.string().describe('Shown this once; only its hash is kept.'),
});

export const keysSchema = z.object({ keys: z.array(keySchema) });
