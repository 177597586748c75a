import swagger from '@fastify/swagger';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type HTTPMethods, LogController } from 'fastify';
import {
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { Registry } from 'prom-client';
import { BeTraceError } from '../../../common/errors';
import type { RumSettings } from '../../../common/rum';
import type { ApiKeys } from '../api_keys';
import type { TlsOptions } from '../../bridge/tls';
import type { Logger } from '../log';
import { errorSchema } from '../../../common/api/shared';
import { activityRoutes } from './activity_routes';
import { answerError, answerErrors, answerNoRequest } from './errors';
import { DEFAULT_SPACE } from '../../../common/space';
import { allowHosts, enterSpace, refuseCrossSite, requireKeys } from './guards';
import { exampleRoutes } from './example_routes';
import { healthRoutes, type Readiness } from './health_routes';
import { keysRoutes } from './keys_routes';
import { rulesFileRoutes } from './rules_file_routes';
import { rulesRoutes } from './rules_routes';
import { pagesRoutes } from './pages_routes';
import { sessionRoutes } from './session_routes';
import type { SpaceServices } from './space_services';
import { storedTracesRoutes } from './stored_traces_routes';
import { statusRoutes } from './status_routes';
import { type TracesServices, tracesRoute } from './traces_route';
import { violationsRoutes } from './violations_routes';

/** A rule of 64 KiB, its JSON escapes and its description fit; a larger text is refused by the language, with its code. */
const API_BODY_LIMIT = 4 * 1024 * 1024;

export interface AppServices {
  readonly version: string;
  readonly log: Logger;
  readonly allowedHosts: readonly string[];
  /** False on loopback: whoever is on the machine may call everything. */
  readonly needsKeys: boolean;
  readonly keys: ApiKeys;
  readonly inSpace: (space: string) => SpaceServices;
  readonly readiness: () => Readiness;
  readonly metrics: Registry;
  /** What `scripts/build.mjs` makes of `public/`. */
  readonly pagesDir: string;
  /** The agent that they start in the browser. */
  readonly rum?: RumSettings | undefined;
  readonly traces: TracesServices;
  /** Adds to an app without routes what makes spans of its requests. */
  readonly instrument?: ((app: FastifyInstance) => void) | undefined;
  /** To serve HTTPS, and nothing else. */
  readonly tls?: TlsOptions | undefined;
}

/** The standalone host's HTTP: spans, the API under `/api/v1` and, for good, `/api`, both
 * in each space under `/s/<space>`, the app, health, metrics, OpenAPI. */
export async function createApp(services: AppServices): Promise<FastifyInstance> {
  // a request without Host is answered by `allowHosts`, as every other that names no host of ours
  const http = { requireHostHeader: false };
  const options = {
    loggerInstance: services.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: API_BODY_LIMIT,
    requestTimeout: 120_000,
    connectionTimeout: 0,
    forceCloseConnections: 'idle' as const,
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: answerError,
    clientErrorHandler: answerNoRequest,
  };
  const app = services.tls
    ? (Fastify({ ...options, https: { ...services.tls, ...http } }) as unknown as FastifyInstance)
    : (Fastify({ ...options, http }) as FastifyInstance);
  services.instrument?.(app);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.decorateRequest('author', 'local');
  app.decorateRequest('role', 'admin');
  app.decorateRequest('space', DEFAULT_SPACE);
  answerErrors(app);
  parseJson(app);
  const refuseOtherMethods = rememberMethods(app);
  allowHosts(app, services.allowedHosts);
  app.addHook('onRequest', enterSpace);
  if (services.needsKeys) requireKeys(app, services.keys);
  app.addHook('onRequest', refuseCrossSite);
  app.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request;
    const fields = { method, route: routeOptions.url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) };
    request.log.debug(fields, 'answered');
  });

  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'BeTrace', version: services.version, description: 'Rules about traces, and their violations.' },
      servers: [{ url: '/' }],
      security: services.needsKeys ? [{ apiKey: [] }] : [],
      components: { securitySchemes: { apiKey: { type: 'apiKey', in: 'header', name: 'Authorization' } } },
    },
    transform: (route) => {
      const { schema, url } = route;
      if (isAlias(url)) return { schema: { ...schema, hide: true }, url };
      const response = { ...(schema?.response as object | undefined), default: errorSchema };
      return jsonSchemaTransform({ ...route, schema: { ...schema, response } });
    },
    transformObject: jsonSchemaTransformObject,
  });
  await app.register(tracesRoute(services.traces), { prefix: '/v1/traces' });
  await app.register(healthRoutes(services.readiness, services.metrics));
  for (const prefix of ['/api/v1', '/api', '/s/:space/api/v1', '/s/:space/api']) {
    await app.register(
      async (api) => {
        const typed = api.withTypeProvider<ZodTypeProvider>();
        await typed.register(rulesRoutes(services.inSpace));
        await typed.register(rulesFileRoutes(services.inSpace));
        await typed.register(exampleRoutes);
        await typed.register(violationsRoutes(services.inSpace));
        await typed.register(activityRoutes(services.inSpace));
        await typed.register(storedTracesRoutes(services.inSpace));
        await typed.register(keysRoutes(services.keys));
        await typed.register(sessionRoutes);
        await typed.register(statusRoutes(services.inSpace));
      },
      { prefix },
    );
  }
  await app.register(pagesRoutes(services.pagesDir, services.rum));
  app.get('/api/v1/openapi.json', { config: { role: 'reader', anySpace: true }, schema: { hide: true } }, () =>
    app.swagger(),
  );
  refuseOtherMethods();
  return app;
}

/** `/api/rules` and `/api/violations` are for good; these and the spaces' addresses are described once, as `/api/v1`. */
const isAlias = (url: string): boolean =>
  url.startsWith('/s/') || (url.startsWith('/api/') && !url.startsWith('/api/v1/'));

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/**
 * Remembers which methods each address has, from here on.
 * @returns makes every one of those addresses answer its other methods by 405 and what it allows
 */
function rememberMethods(app: FastifyInstance): () => void {
  const known = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    if (method === 'OPTIONS') return; // browsers' question before they send, no method of the address
    const methods = known.get(url) ?? new Set();
    for (const name of [method].flat()) methods.add(name);
    known.set(url, methods);
  });
  return () => {
    for (const [url, methods] of [...known]) {
      const allow = [...methods].join(', ');
      const method = METHODS.filter((name) => !methods.has(name));
      if (method.length === 0) continue;
      app.route({
        method,
        url,
        config: { role: 'reader' },
        schema: { hide: true },
        handler: (_request, reply) => {
          reply.header('allow', allow);
          throw new BeTraceError('BT_METHOD_NOT_ALLOWED', `The methods of this address are: ${allow}.`);
        },
      });
    }
  };
}

/** JSON bodies, and none else; an empty one is no body (DELETE is sent so), and `__proto__` in one is refused. */
function parseJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('text/plain');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body: string, done) => {
    if (body === '') done(null, undefined);
    else
      void parse(request, body, (error, value) => {
        if (error)
          done(
            new BeTraceError(
              'BT_INVALID_REQUEST',
              'The body is not JSON, or has a key that is not allowed, such as __proto__.',
            ),
          );
        else done(null, value);
      });
  });
}
