import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  createRuleSchema,
  invalidRuleSchema,
  listRulesQuerySchema,
  removeRuleQuerySchema,
  ruleHistorySchema,
  ruleSchema,
  rulesPageSchema,
  updateRuleSchema,
} from '../../../common/api/rules';
import { errorSchema, idParamsSchema } from '../../../common/api/shared';
import { rootOf, type SpaceServices } from './space_services';

const tags = ['rules'];

/** `/rules`: list, one, history, create, change, delete. */
export const rulesRoutes =
  (inSpace: (space: string) => SpaceServices): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/rules',
      {
        config: { role: 'reader' },
        schema: {
          tags,
          summary: 'Rules by name',
          querystring: listRulesQuerySchema,
          response: { 200: rulesPageSchema },
        },
      },
      (request) => inSpace(request.space).rules.list(request.query),
    );

    app.post(
      '/rules',
      {
        config: { role: 'editor' },
        schema: {
          tags,
          summary: 'Save a new rule; it applies to traces that settle from now on',
          body: createRuleSchema,
          response: { 201: ruleSchema, 400: invalidRuleSchema },
        },
      },
      async (request, reply) => {
        const rule = await inSpace(request.space).rules.create(request.body, request.author);
        return reply
          .status(201)
          .header('location', `${rootOf(request.space)}/api/v1/rules/${rule.id}`)
          .send(rule);
      },
    );

    app.get(
      '/rules/:id',
      {
        config: { role: 'reader' },
        schema: { tags, summary: 'One rule', params: idParamsSchema, response: { 200: ruleSchema, 404: errorSchema } },
      },
      (request) => inSpace(request.space).rules.get(request.params.id),
    );

    app.get(
      '/rules/:id/history',
      {
        config: { role: 'reader' },
        schema: {
          tags,
          summary: 'All revisions of a rule, newest first',
          params: idParamsSchema,
          response: { 200: ruleHistorySchema, 404: errorSchema },
        },
      },
      async (request) => ({ revisions: await inSpace(request.space).rules.history(request.params.id) }),
    );

    app.put(
      '/rules/:id',
      {
        config: { role: 'editor' },
        schema: {
          tags,
          summary: 'Change a rule',
          params: idParamsSchema,
          body: updateRuleSchema,
          response: { 200: ruleSchema, 400: invalidRuleSchema, 404: errorSchema, 409: errorSchema },
        },
      },
      (request) => inSpace(request.space).rules.update(request.params.id, request.body, request.author),
    );

    app.delete(
      '/rules/:id',
      {
        config: { role: 'editor' },
        schema: {
          tags,
          summary: 'Delete a rule; its history and its violations stay',
          params: idParamsSchema,
          querystring: removeRuleQuerySchema,
          response: { 204: z.null(), 404: errorSchema, 409: errorSchema },
        },
      },
      async (request, reply) => {
        await inSpace(request.space).rules.remove(request.params.id, request.author, request.query.ifRevision);
        return reply.status(204).send(null);
      },
    );
  };
