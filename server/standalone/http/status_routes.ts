import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { type Status, statusSchema } from '../../../common/api/status';

/** `/status`: how the host fares, and why where it does not. */
export const statusRoutes =
  (status: () => Status): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/status',
      {
        config: { role: 'reader' },
        schema: { tags: ['operation'], summary: 'How the host fares', response: { 200: statusSchema } },
      },
      () => status(),
    );
  };
