import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { statusSchema } from '../../../common/api/status';
import type { SpaceServices } from './space_services';

/** `/status`: how the host fares, and why where it does not. */
export const statusRoutes =
  (inSpace: (space: string) => SpaceServices): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/status',
      {
        config: { role: 'reader' },
        schema: { tags: ['operation'], summary: 'How the host fares', response: { 200: statusSchema } },
      },
      (request) => inSpace(request.space).status(),
    );
  };
