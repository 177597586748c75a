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
import { READ, WRITE } from '../feature';
import { type Route, route } from './define_route';

const params = idParamsSchema;

/** `/rules`: list, one, history, create, change, delete. */
export const RULES_ROUTES: readonly Route[] = [
  route(
    'get',
    '/rules',
    { summary: 'Rules by name', privilege: READ, query: listRulesQuerySchema, response: { 200: rulesPageSchema } },
    ({ rules }, { query }) => rules.list(query),
  ),
  route(
    'post',
    '/rules',
    {
      summary: 'Save a new rule',
      privilege: WRITE,
      body: createRuleSchema,
      response: { 201: ruleSchema, 400: invalidRuleSchema },
    },
    ({ rules, author }, { body }) => rules.create(body, author),
  ),
  route(
    'get',
    '/rules/{id}',
    { summary: 'One rule', privilege: READ, params, response: { 200: ruleSchema, 404: errorSchema } },
    ({ rules }, { params: { id } }) => rules.get(id),
  ),
  route(
    'get',
    '/rules/{id}/history',
    {
      summary: 'All revisions of a rule, newest first',
      privilege: READ,
      params,
      response: { 200: ruleHistorySchema, 404: errorSchema },
    },
    async ({ rules }, { params: { id } }) => ({ revisions: await rules.history(id) }),
  ),
  route(
    'put',
    '/rules/{id}',
    {
      summary: 'Change a rule',
      privilege: WRITE,
      params,
      body: updateRuleSchema,
      response: { 200: ruleSchema, 400: invalidRuleSchema, 404: errorSchema, 409: errorSchema },
    },
    ({ rules, author }, { params: { id }, body }) => rules.update(id, body, author),
  ),
  route(
    'delete',
    '/rules/{id}',
    {
      summary: 'Delete a rule; its history and its violations stay',
      privilege: WRITE,
      params,
      query: removeRuleQuerySchema,
      response: { 204: null, 404: errorSchema, 409: errorSchema },
    },
    ({ rules, author }, { params: { id }, query }) => rules.remove(id, author, query.ifRevision),
  ),
];
