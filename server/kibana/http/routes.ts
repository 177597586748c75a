import { version } from '../../../package.json';
import { openApiSchema } from '../../../common/api/openapi';
import { READ } from '../feature';
import { ACTIVITY_ROUTES } from './activity_routes';
import { DASHBOARDS_ROUTES } from './dashboards_routes';
import { ROOT, type Route, route, VERSION } from './define_route';
import { EXAMPLE_ROUTES } from './example_routes';
import { openApi } from './openapi';
import { RULES_FILE_ROUTES } from './rules_file_routes';
import { RULES_ROUTES } from './rules_routes';
import { SETUP_ROUTES } from './setup_routes';
import { STATUS_ROUTES } from './status_routes';
import { STORED_TRACES_ROUTES } from './stored_traces_routes';
import { VIOLATIONS_ROUTES } from './violations_routes';

const DESCRIPTION = route(
  'get',
  '/openapi.json',
  { summary: 'These routes in OpenAPI 3.1', privilege: READ, response: { 200: openApiSchema } },
  () => Promise.resolve((described ??= openApi(ROUTES, { root: ROOT, version: VERSION, pluginVersion: version }))),
);
let described: object | undefined;

/** All that the plugin registers, each described by `/openapi.json`. */
export const ROUTES: readonly Route[] = [
  ...RULES_FILE_ROUTES,
  ...EXAMPLE_ROUTES,
  ...RULES_ROUTES,
  ...VIOLATIONS_ROUTES,
  ...ACTIVITY_ROUTES,
  ...STATUS_ROUTES,
  ...SETUP_ROUTES,
  ...DASHBOARDS_ROUTES,
  ...STORED_TRACES_ROUTES,
  DESCRIPTION,
];
