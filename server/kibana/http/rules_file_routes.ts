import { z } from 'zod';
import {
  exportRulesQuerySchema,
  importReportSchema,
  importRulesQuerySchema,
  installPackQuerySchema,
  packParamsSchema,
  packsSchema,
} from '../../../common/api/rules_import';
import { errorSchema } from '../../../common/api/shared';
import { formatOf } from '../../rules/rules_export';
import { READ, WRITE } from '../feature';
import { type Route, route, TextAnswer } from './define_route';

/** Rules from files, as files, and from the packs; before `/rules/{id}`, which would take `export` for an id. */
export const RULES_FILE_ROUTES: readonly Route[] = [
  route(
    'post',
    '/rules/import',
    {
      summary: 'Import rules from a file',
      privilege: WRITE,
      query: importRulesQuerySchema,
      takesFile: true,
      response: { 200: importReportSchema, 400: errorSchema, 413: errorSchema, 415: errorSchema },
    },
    ({ importer, author }, { query, headers, bytes }) =>
      importer.importFile({ contentType: [headers['content-type']].flat()[0], bytes }, query, author),
  ),
  route(
    'get',
    '/rules/export',
    {
      summary: 'All rules as a file',
      privilege: READ,
      query: exportRulesQuerySchema,
      response: { 200: z.string(), 413: errorSchema },
    },
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
  route('get', '/packs', { summary: 'Packs of rules', privilege: READ, response: { 200: packsSchema } }, ({ packs }) =>
    packs.list(),
  ),
  route(
    'post',
    '/packs/{name}/install',
    {
      summary: 'Save the rules of a pack that are not there yet',
      privilege: WRITE,
      params: packParamsSchema,
      query: installPackQuerySchema,
      response: { 200: importReportSchema, 404: errorSchema },
    },
    ({ packs, author }, { params: { name }, query }) => packs.install(name, query, author),
  ),
];
