import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { previewLineSchema, previewRequestSchema } from '../../../common/api/preview';
import { ruleExampleSchema } from '../../../common/api/rule_examples';
import { errorSchema } from '../../../common/api/shared';
import {
  knownAttributesQuerySchema,
  knownAttributesSchema,
  pullStateSchema,
  startPullSchema,
  traceExampleQuerySchema,
  traceParamsSchema,
} from '../../../common/api/stored_traces';
import { ndjson, NDJSON_TYPE } from '../../traces/ndjson';
import type { SpaceServices } from './space_services';

const tags = ['stored traces'];

/** `/preview`: a rule on stored traces; `/stored_traces/attributes`: what these have; `/stored_traces/pull`: pull mode. */
export const storedTracesRoutes =
  (inSpace: (space: string) => SpaceServices): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      '/preview',
      {
        config: { role: 'editor' },
        schema: {
          tags,
          summary: 'Try a rule on stored traces; the answer comes line by line, and ends where the client goes away',
          body: previewRequestSchema,
          response: {
            200: { description: 'NDJSON', content: { 'application/x-ndjson': { schema: previewLineSchema } } },
            ...{ 400: errorSchema, 403: errorSchema, 429: errorSchema },
          },
        },
      },
      async (request, reply) => {
        const gone = new AbortController();
        reply.raw.once('close', () => gone.abort());
        const lines = await inSpace(request.space).storedTraces.preview(request.body, request.author, gone.signal);
        void reply.header('content-type', NDJSON_TYPE);
        return reply.send(ndjson(lines) as never);
      },
    );

    app.get(
      '/stored_traces/attributes',
      {
        config: { role: 'editor' },
        schema: {
          tags,
          summary: 'Names and frequent values in stored spans, of a sample',
          querystring: knownAttributesQuerySchema,
          response: { 200: knownAttributesSchema, 403: errorSchema },
        },
      },
      (request) => inSpace(request.space).storedTraces.attributes(request.query),
    );

    app.get(
      '/stored_traces/pull',
      {
        config: { role: 'reader' },
        schema: { tags, summary: 'Whether rules are judged on stored traces', response: { 200: pullStateSchema } },
      },
      (request) => inSpace(request.space).storedTraces.pullState(),
    );

    app.put(
      '/stored_traces/pull',
      {
        config: { role: 'admin' },
        schema: {
          tags,
          summary: 'Judge the rules of the space on stored traces from now on, or change which',
          body: startPullSchema,
          response: { 200: pullStateSchema, 400: errorSchema, 403: errorSchema, 409: errorSchema },
        },
      },
      (request) => inSpace(request.space).storedTraces.startPull(request.body, request.author),
    );

    app.delete(
      '/stored_traces/pull',
      {
        config: { role: 'admin' },
        schema: { tags, summary: 'Judge stored traces no more', response: { 200: pullStateSchema } },
      },
      (request) => inSpace(request.space).storedTraces.stopPull(request.author),
    );

    app.get(
      '/stored_traces/:traceId/example',
      {
        config: { role: 'editor' },
        schema: {
          tags,
          summary: 'A stored trace, as an example of a rule has it',
          params: traceParamsSchema,
          querystring: traceExampleQuerySchema,
          response: { 200: ruleExampleSchema, 403: errorSchema, 404: errorSchema },
        },
      },
      (request, reply) => {
        const gone = new AbortController();
        reply.raw.once('close', () => gone.abort());
        const query = { ...request.params, ...request.query };
        return inSpace(request.space).storedTraces.example(query, gone.signal);
      },
    );
  };
