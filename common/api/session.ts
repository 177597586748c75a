import { z } from 'zod';
import { ROLES } from './keys';

export const sessionSchema = z
  .object({
    name: z.string().describe("The API key's name; `local` where none is needed."),
    role: z.enum(ROLES),
    space: z.string().describe('Whose rules and violations this address is for.'),
  })
  .meta({ id: 'Session' });

export type Session = z.infer<typeof sessionSchema>;
