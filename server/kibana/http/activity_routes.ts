import { activityQuerySchema, activitySchema, overviewQuerySchema, overviewSchema } from '../../../common/api/activity';
import { errorSchema } from '../../../common/api/shared';
import { READ } from '../feature';
import { type Route, route } from './define_route';

/** `/activity`, `/overview`: how much was found, by rule, and by severity, rule and service. */
export const ACTIVITY_ROUTES: readonly Route[] = [
  route(
    'get',
    '/activity',
    {
      summary: 'How much each rule has found, and when last',
      privilege: READ,
      query: activityQuerySchema,
      response: { 200: activitySchema, 400: errorSchema },
    },
    async ({ violations }, { query }) => (await violations()).activity(query),
  ),
  route(
    'get',
    '/overview',
    {
      summary: 'Violations over time by severity, and the rules and services behind most of them',
      privilege: READ,
      query: overviewQuerySchema,
      response: { 200: overviewSchema, 400: errorSchema },
    },
    async ({ violations }, { query }) => (await violations()).overview(query),
  ),
];
