import {
  createRuleSchema,
  listRulesQuerySchema,
  removeRuleQuerySchema,
  updateRuleSchema,
} from '../../../common/api/rules';
import { idParamsSchema } from '../../../common/api/shared';
import { READ, WRITE } from '../feature';
import { type Route, route } from './define_route';

const params = idParamsSchema;

/** `/rules`: list, one, history, create, change, delete. */
export const RULES_ROUTES: readonly Route[] = [
  route(
    'get',
    '/rules',
    { summary: 'Rules by name', privilege: READ, query: listRulesQuerySchema },
    ({ rules }, { query }) => rules.list(query),
  ),
  route(
    'post',
    '/rules',
    { summary: 'Save a new rule', privilege: WRITE, status: 201, body: createRuleSchema },
    ({ rules, author }, { body }) => rules.create(body, author),
  ),
  route('get', '/rules/{id}', { summary: 'One rule', privilege: READ, params }, ({ rules }, { params: { id } }) =>
    rules.get(id),
  ),
  route(
    'get',
    '/rules/{id}/history',
    { summary: 'All revisions of a rule, newest first', privilege: READ, params },
    async ({ rules }, { params: { id } }) => ({ revisions: await rules.history(id) }),
  ),
  route(
    'put',
    '/rules/{id}',
    { summary: 'Change a rule', privilege: WRITE, params, body: updateRuleSchema },
    ({ rules, author }, { params: { id }, body }) => rules.update(id, body, author),
  ),
  route(
    'delete',
    '/rules/{id}',
    {
      summary: 'Delete a rule; its history and its violations stay',
      privilege: WRITE,
      status: 204,
      params,
      query: removeRuleQuerySchema,
    },
    ({ rules, author }, { params: { id }, query }) => rules.remove(id, author, query.ifRevision),
  ),
];
