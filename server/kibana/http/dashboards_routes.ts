import { READ, WRITE } from '../feature';
import { type Route, route, TextAnswer } from './define_route';

/** `/dashboards`: what BeTrace has in Kibana's own apps, as the user and in the request's space. */
export const DASHBOARDS_ROUTES: readonly Route[] = [
  route('get', '/dashboards', { summary: 'The dashboard and what it needs', privilege: READ }, ({ dashboards }) =>
    dashboards.state(),
  ),
  route('post', '/dashboards', { summary: 'Install them, or put them back', privilege: WRITE }, ({ dashboards }) =>
    dashboards.install(),
  ),
  route('get', '/dashboards/export', { summary: 'The same as a file', privilege: READ }, ({ dashboards }) =>
    Promise.resolve(
      new TextAnswer(dashboards.file(), {
        'content-type': 'application/x-ndjson',
        'content-disposition': 'attachment; filename="betrace.ndjson"',
      }),
    ),
  ),
];
