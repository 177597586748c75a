import {
  readerRoleSchema,
  setUpReportSchema,
  setUpStateSchema,
  uninstallReportSchema,
  uninstallSchema,
} from '../../../common/api/setup';
import { ADMINISTER } from '../feature';
import { type Route, route } from './define_route';

/** `/setup`: what there is of BeTrace in Elasticsearch, to make it, and to take it away; for administrators. */
export const SETUP_ROUTES: readonly Route[] = [
  route(
    'get',
    '/setup',
    { summary: 'What there is in Elasticsearch', privilege: ADMINISTER, response: { 200: setUpStateSchema } },
    ({ setUp, caller }) => setUp.state(caller.client),
  ),
  route(
    'post',
    '/setup',
    {
      summary: 'Install templates, make API keys or replace them',
      privilege: ADMINISTER,
      response: { 200: setUpReportSchema },
    },
    ({ setUp, caller }) => setUp.run(caller),
  ),
  route(
    'get',
    '/setup/reader_role',
    { summary: 'A role for readers of this space', privilege: ADMINISTER, response: { 200: readerRoleSchema } },
    ({ readerRole }) => Promise.resolve(readerRole()),
  ),
  route(
    'post',
    '/uninstall',
    {
      summary: 'Remove rules, keys and what is in Elasticsearch',
      privilege: ADMINISTER,
      body: uninstallSchema,
      response: { 200: uninstallReportSchema },
    },
    async ({ setUp, caller, pull, author }, { body }) => {
      if (!body.dryRun) await pull.stopAll(author);
      return setUp.uninstall(caller, body);
    },
  ),
];
