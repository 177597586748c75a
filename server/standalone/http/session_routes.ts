import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { sessionSchema } from '../../../common/api/session';

/** `/session`: who asks, and what they may do. */
export const sessionRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get(
    '/session',
    {
      config: { role: 'reader' },
      schema: { tags: ['operation'], summary: 'Who asks', response: { 200: sessionSchema } },
    },
    ({ author, role, space }) => ({ name: author, role, space }),
  );
};
