import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { errorSchema, idParamsSchema } from '../../../common/api/shared';
import {
  evidenceSchema,
  searchViolationsQuerySchema,
  verificationSchema,
  violationSchema,
  violationsPageSchema,
} from '../../../common/api/violations';
import type { SpaceServices } from './space_services';

const tags = ['violations'];

/** `/violations`: search, one, its evidence, and whether both are as they were signed. */
export const violationsRoutes =
  (inSpace: (space: string) => SpaceServices): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/violations',
      {
        config: { role: 'reader' },
        schema: {
          tags,
          summary: 'Violations, newest found first',
          querystring: searchViolationsQuerySchema,
          response: { 200: violationsPageSchema, 400: errorSchema },
        },
      },
      (request) => inSpace(request.space).violations.search(request.query),
    );

    app.get(
      '/violations/:id',
      {
        config: { role: 'reader' },
        schema: {
          tags,
          summary: 'One violation',
          params: idParamsSchema,
          response: { 200: violationSchema, 404: errorSchema },
        },
      },
      (request) => inSpace(request.space).violations.get(request.params.id),
    );

    app.get(
      '/violations/:id/evidence',
      {
        config: { role: 'reader' },
        schema: {
          tags,
          summary: 'The spans that a violation was found in, and what was missing',
          params: idParamsSchema,
          response: { 200: evidenceSchema, 404: errorSchema },
        },
      },
      async (request) => ({ evidence: await inSpace(request.space).violations.evidence(request.params.id) }),
    );

    app.get(
      '/violations/:id/verify',
      {
        config: { role: 'reader' },
        schema: {
          tags,
          summary: 'Whether a violation and its evidence are as they were signed',
          params: idParamsSchema,
          response: { 200: verificationSchema, 404: errorSchema },
        },
      },
      (request) => inSpace(request.space).violations.verify(request.params.id),
    );
  };
