import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { createdKeySchema, createKeySchema, keysSchema } from '../../../common/api/keys';
import { errorSchema, idParamsSchema } from '../../../common/api/shared';
import type { ApiKeys } from '../api_keys';

const tags = ['API keys'];

/** `/keys`: the API keys of this host; administrators only. */
export const keysRoutes =
  (keys: ApiKeys): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/keys',
      { config: { role: 'admin' }, schema: { tags, summary: 'API keys, newest first', response: { 200: keysSchema } } },
      async () => ({ keys: await keys.list() }),
    );

    app.post(
      '/keys',
      {
        config: { role: 'admin' },
        schema: {
          tags,
          summary: 'Make an API key; the answer is the only place that ever shows it',
          body: createKeySchema,
          response: { 201: createdKeySchema, 400: errorSchema },
        },
      },
      async (request, reply) => {
        const { name, role, spaces } = request.body;
        const key = await keys.create(name, role, request.author, spaces);
        return reply.status(201).send(key);
      },
    );

    app.delete(
      '/keys/:id',
      {
        config: { role: 'admin' },
        schema: {
          tags,
          summary: 'Revoke an API key',
          params: idParamsSchema,
          response: { 204: z.null(), 404: errorSchema },
        },
      },
      async (request, reply) => {
        await keys.remove(request.params.id);
        return reply.status(204).send(null);
      },
    );
  };
