import {
  exportRulesQuerySchema,
  importRulesQuerySchema,
  installPackQuerySchema,
  packParamsSchema,
} from '../../../common/api/rules_import';
import { formatOf } from '../../rules/rules_export';
import { READ, WRITE } from '../feature';
import { type Route, route, TextAnswer } from './define_route';

/** Rules from files, as files, and from the packs; before `/rules/{id}`, which would take `export` for an id. */
export const RULES_FILE_ROUTES: readonly Route[] = [
  route(
    'post',
    '/rules/import',
    { summary: 'Import rules from a file', privilege: WRITE, query: importRulesQuerySchema, takesFile: true },
    ({ importer, author }, { query, headers, bytes }) =>
      importer.importFile({ contentType: [headers['content-type']].flat()[0], bytes }, query, author),
  ),
  route(
    'get',
    '/rules/export',
    { summary: 'All rules as a file', privilege: READ, query: exportRulesQuerySchema },
    async ({ importer }, { query, headers }) => {
      const { text, contentType, fileName } = await importer.export(
        formatOf(query.format, [headers['accept']].flat().join(',')),
      );
      return new TextAnswer(text, {
        'content-type': contentType,
        'content-disposition': `attachment; filename="${fileName}"`,
      });
    },
  ),
  route('get', '/packs', { summary: 'Packs of rules', privilege: READ }, ({ packs }) => packs.list()),
  route(
    'post',
    '/packs/{name}/install',
    {
      summary: 'Save the rules of a pack that are not there yet',
      privilege: WRITE,
      params: packParamsSchema,
      query: installPackQuerySchema,
    },
    ({ packs, author }, { params: { name }, query }) => packs.install(name, query, author),
  ),
];
