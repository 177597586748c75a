import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { activityQuerySchema, activitySchema, overviewQuerySchema, overviewSchema } from '../../../common/api/activity';
import { errorSchema } from '../../../common/api/shared';
import type { SpaceServices } from './space_services';

const tags = ['violations'];

/** `/activity`, `/overview`: how much was found, by rule, and by severity, rule and service. */
export const activityRoutes =
  (inSpace: (space: string) => SpaceServices): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/activity',
      {
        config: { role: 'reader' },
        schema: {
          tags,
          summary: 'How much each rule has found, and when last',
          querystring: activityQuerySchema,
          response: { 200: activitySchema, 400: errorSchema },
        },
      },
      (request) => inSpace(request.space).violations.activity(request.query),
    );

    app.get(
      '/overview',
      {
        config: { role: 'reader' },
        schema: {
          tags,
          summary: 'Violations over time by severity, and the rules and services behind most of them',
          querystring: overviewQuerySchema,
          response: { 200: overviewSchema, 400: errorSchema },
        },
      },
      (request) => inSpace(request.space).violations.overview(request.query),
    );
  };
