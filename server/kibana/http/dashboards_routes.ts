import { z } from 'zod';
import { dashboardsReportSchema, dashboardsSchema } from '../../../common/api/dashboards';
import { READ, WRITE } from '../feature';
import { type Route, route, TextAnswer } from './define_route';

const FILE_TYPE = 'application/x-ndjson';

/** `/dashboards`: what BeTrace has in Kibana's own apps, as the user and in the request's space. */
export const DASHBOARDS_ROUTES: readonly Route[] = [
  route(
    'get',
    '/dashboards',
    { summary: 'The dashboard and what it needs', privilege: READ, response: { 200: dashboardsSchema } },
    ({ dashboards }) => dashboards.state(),
  ),
  route(
    'post',
    '/dashboards',
    { summary: 'Install them, or put them back', privilege: WRITE, response: { 200: dashboardsReportSchema } },
    ({ dashboards }) => dashboards.install(),
  ),
  route(
    'get',
    '/dashboards/export',
    { summary: 'The same as a file', privilege: READ, response: { 200: { type: FILE_TYPE, schema: z.string() } } },
    ({ dashboards }) =>
      Promise.resolve(
        new TextAnswer(dashboards.file(), {
          'content-type': FILE_TYPE,
          'content-disposition': 'attachment; filename="betrace.ndjson"',
        }),
      ),
  ),
];
