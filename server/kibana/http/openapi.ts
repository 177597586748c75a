import { z } from 'zod';
import { errorSchema } from '../../../common/api/shared';
import { FILE_TYPES } from '../../rules/rules_file';
import type { Route, RouteResponse } from './define_route';

type Json = Record<string, unknown>;
type Direction = 'input' | 'output';

/** What Kibana itself answers where it refuses before a route of ours is asked. */
const kibanaErrorSchema = z
  .object({ statusCode: z.number().int(), error: z.string(), message: z.string() })
  .meta({ id: 'KibanaError', description: 'Of Kibana itself: no session, no privilege, JSON that can not be read.' });

const KIBANA = {
  url: '{kibana}',
  variables: {
    kibana: {
      default: 'http://localhost:5601',
      description: "Kibana's address; with /s/<space> for another space than the default one.",
    },
  },
};

/**
 * Describes routes in OpenAPI 3.1, by the schemas that they are defined with.
 * @param root stands before each path
 * @param version that the header elastic-api-version asks for
 */
export function openApi(
  routes: readonly Route[],
  { root, version, pluginVersion }: { root: string; version: string; pluginVersion: string },
): object {
  const schemas = new Schemas();
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = (paths[`${root}${route.path}`] ??= {});
    path[route.method] = operation(route, version, schemas);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'BeTrace', version: pluginVersion, description: 'Rules about traces, and their violations.' },
    servers: [KIBANA],
    security: [{ basicAuth: [] }, { apiKeyAuth: [] }],
    paths,
    components: {
      securitySchemes: {
        basicAuth: { type: 'http', scheme: 'basic' },
        apiKeyAuth: { type: 'apiKey', in: 'header', name: 'Authorization' },
      },
      schemas: schemas.named,
    },
  };
}

function operation(route: Route, version: string, schemas: Schemas): Json {
  const { method, path, summary, privilege, params, query, response } = route;
  const parameters = [
    { in: 'header', name: 'elastic-api-version', required: false, schema: { enum: [version], default: version } },
    ...(method === 'get' ? [] : [{ in: 'header', name: 'kbn-xsrf', required: true, schema: { type: 'string' } }]),
    ...schemas.parameters('path', params),
    ...schemas.parameters('query', query),
  ];
  const error = content(schemas.of(errorSchema, 'output'));
  const ofKibana = schemas.of(kibanaErrorSchema, 'output');
  const refused = content({ anyOf: [schemas.of(errorSchema, 'output'), ofKibana] });
  const described = Object.entries(response).map(([status, given]): [string, Json] => [status, answer(given, schemas)]);
  return {
    operationId: [method, ...path.split(/[^A-Za-z]+/).filter(Boolean)].join('_'),
    tags: [path.split('/')[1]!.replace(/\W/g, '_')],
    summary,
    description: `Asks for the privilege ${privilege}.`,
    parameters,
    ...requestBody(route, schemas),
    responses: {
      ...Object.fromEntries(described),
      401: { description: 'No session, or credentials that Kibana does not know.', ...content(ofKibana) },
      403: { description: 'A privilege lacks, in Kibana or in Elasticsearch.', ...refused },
      default: { description: 'An error; codes are in docs/reference/errors.md.', ...error },
    },
  };
}

function requestBody({ body, takesFile }: Route, schemas: Schemas): Json {
  if (takesFile) {
    const file = FILE_TYPES.map((type) => [type, { schema: { type: 'string' } }]);
    return { requestBody: { required: true, content: Object.fromEntries(file) as Json } };
  }
  return body ? { requestBody: { required: true, ...content(schemas.of(body, 'input')) } } : {};
}

function answer(given: RouteResponse, schemas: Schemas): Json {
  if (given === null) return { description: 'Done.' };
  if (given instanceof z.ZodType) return { description: 'The answer.', ...content(schemas.of(given, 'output')) };
  return { description: 'The answer.', ...content(schemas.of(given.schema, 'output'), given.type.split(';')[0]) };
}

const content = (schema: Json, type = 'application/json'): Json => ({ content: { [type]: { schema } } });

/** JSON Schemas of what routes take and give; those with an id are named, once for each direction. */
class Schemas {
  readonly named: Record<string, Json> = {};

  of(schema: z.ZodType, io: Direction): Json {
    // as the item of another its id is used for itself, too
    const { $defs = {}, items } = z.toJSONSchema(z.array(schema), { io, unrepresentable: 'any' });
    for (const [id, found] of Object.entries($defs as Record<string, Json>)) {
      if (id.startsWith('__')) throw new Error(`A schema of ${Object.keys($defs).join()} that holds itself has no id`);
      this.named[nameOf(id, io)] ??= withReferences(found, io);
    }
    return withReferences(items as Json, io);
  }

  parameters(place: 'path' | 'query', schema: z.ZodType | undefined): Json[] {
    if (!schema) return [];
    const { properties = {}, required = [] } = this.of(schema, 'input') as {
      properties?: Record<string, Json>;
      required?: string[];
    };
    return Object.entries(properties).map(([name, { description, ...rest }]) => ({
      in: place,
      name,
      required: required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema: rest,
    }));
  }
}

const nameOf = (id: string, io: Direction): string => (io === 'input' ? `${id}Input` : id);

const REFERENCE = '#/$defs/';

function withReferences(schema: Json, io: Direction): Json {
  const text = JSON.stringify(schema, (key, value: unknown) =>
    key === '$ref' && typeof value === 'string' && value.startsWith(REFERENCE)
      ? `#/components/schemas/${nameOf(value.slice(REFERENCE.length), io)}`
      : value,
  );
  const { id, ...rest } = JSON.parse(text) as Json;
  return typeof id === 'string' ? rest : { ...rest, ...(id === undefined ? {} : { id }) };
}
