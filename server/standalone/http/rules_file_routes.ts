import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
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
import { FILE_TYPES, MAX_FILE_BYTES } from '../../rules/rules_file';
import type { SpaceServices } from './space_services';

const tags = ['rules'];

/** Rules from files (`/rules/import`), as files (`/rules/export`), and from the packs. */
export const rulesFileRoutes =
  (inSpace: (space: string) => SpaceServices): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/rules/export',
      {
        config: { role: 'reader' },
        schema: {
          tags,
          summary: 'All rules as a file, JSON or YAML, that imports to the same rules',
          querystring: exportRulesQuerySchema,
          response: { 200: z.string(), 413: errorSchema },
        },
        serializerCompiler: () => (text) => text as string,
      },
      async (request, reply) => {
        const format = formatOf(request.query.format, request.headers.accept);
        const { text, contentType, fileName } = await inSpace(request.space).importer.export(format);
        return reply
          .header('content-type', contentType)
          .header('content-disposition', `attachment; filename="${fileName}"`)
          .send(text);
      },
    );

    app.get(
      '/packs',
      {
        config: { role: 'reader' },
        schema: { tags, summary: 'Packs of rules, and which of them are installed', response: { 200: packsSchema } },
      },
      (request) => inSpace(request.space).packs.list(),
    );

    app.post(
      '/packs/:name/install',
      {
        config: { role: 'editor' },
        schema: {
          tags,
          summary: 'Save the rules of a pack that are not there yet',
          params: packParamsSchema,
          querystring: installPackQuerySchema,
          response: { 200: importReportSchema, 404: errorSchema },
        },
      },
      (request) => inSpace(request.space).packs.install(request.params.name, request.query, request.author),
    );

    await app.register(importRoute(inSpace));
  };

const importRoute =
  (inSpace: (space: string) => SpaceServices): FastifyPluginAsyncZod =>
  async (app) => {
    // a file is read where its rules are, with bounds of its own
    app.removeAllContentTypeParsers();
    app.addContentTypeParser([...FILE_TYPES], { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    app.post(
      '/rules/import',
      {
        bodyLimit: MAX_FILE_BYTES,
        config: { role: 'editor' },
        schema: {
          tags,
          summary: `Import rules from a file of up to 10 MiB (${FILE_TYPES.join(', ')}), each by itself`,
          querystring: importRulesQuerySchema,
          response: { 200: importReportSchema, 400: errorSchema, 413: errorSchema, 415: errorSchema },
        },
      },
      (request) => {
        const bytes = request.body instanceof Uint8Array ? request.body : new Uint8Array();
        return inSpace(request.space).importer.importFile(
          { contentType: request.headers['content-type'], bytes },
          request.query,
          request.author,
        );
      },
    );
  };
