import { statusSchema } from '../../../common/api/status';
import { READ } from '../feature';
import { type Route, route } from './define_route';

/** `/status`: how BeTrace fares in this Kibana, and why where it does not. */
export const STATUS_ROUTES: readonly Route[] = [
  route(
    'get',
    '/status',
    { summary: 'How BeTrace fares', privilege: READ, response: { 200: statusSchema } },
    ({ status }) => Promise.resolve(status()),
  ),
];
