import { z } from 'zod';

/** A description of an API; what is in it OpenAPI says. */
export const openApiSchema = z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) });
