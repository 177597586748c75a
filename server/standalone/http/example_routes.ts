import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { exampleTracesSchema, otlpTracesSchema } from '../../../common/api/rule_examples';
import { errorSchema } from '../../../common/api/shared';
import { exampleTraces } from '../../host/example_traces';

/** `/rules/examples`: traces as somebody pasted them, as examples of a rule have them. */
export const exampleRoutes: FastifyPluginAsyncZod = async (app) => {
  app.post(
    '/rules/examples',
    {
      config: { role: 'reader' },
      schema: {
        tags: ['rules'],
        summary: 'Traces of OTLP/JSON, as examples of a rule have them; nothing is saved',
        body: otlpTracesSchema,
        response: { 200: exampleTracesSchema, 400: errorSchema },
      },
    },
    async (request) => exampleTraces(request.body),
  );
};
