import type { Readable } from 'node:stream';
import type {
  IRouter,
  KibanaRequest,
  KibanaResponse,
  KibanaResponseFactory,
  RequestHandlerContext,
  VersionedRouteOptions,
} from '@kbn/core/server';
import type { z } from 'zod';
import type { Status } from '../../../common/api/status';
import type { Log } from '../../../common/log';
import { describeError } from '../../elasticsearch/errors';
import type { RuleImporter } from '../../rules/rule_importer';
import type { RulePacks } from '../../rules/rule_packs';
import type { RuleService } from '../../rules/rule_service';
import { MAX_FILE_BYTES } from '../../rules/rules_file';
import type { ViolationService } from '../../violations/violation_service';
import type { Dashboards } from '../dashboards';
import type { PullMode } from '../../host/pull/pull_mode';
import type { StoredTraces } from '../../traces/stored_traces';
import type { ADMINISTER, READ, WRITE } from '../feature';
import type { KibanaPullCaller } from '../pull_keys';
import type { Caller, SetUp } from '../setup/set_up';
import { errorBody } from './error_body';

export const ROOT = '/api/betrace';
/** The one version that Kibana's public APIs have. */
export const VERSION = '2023-10-31';
/** A rule of 64 KiB, its JSON escapes and its description fit; a larger text is refused by the language, with its code. */
const BODY_LIMIT = 4 * 1024 * 1024;

/** What a request is answered with: the services as its user and in its space. */
export interface RequestServices {
  readonly rules: RuleService;
  readonly importer: RuleImporter;
  readonly packs: RulePacks;
  /** @throws where the signing key can't be used: rules can still be read then */
  readonly violations: () => Promise<ViolationService>;
  readonly author: string;
  readonly status: () => Status;
  readonly setUp: SetUp;
  readonly dashboards: Dashboards;
  readonly caller: Caller;
  readonly storedTraces: StoredTraces;
  readonly pull: PullMode<KibanaPullCaller>;
  readonly space: string;
  /** For who reads the request's space. */
  readonly readerRole: () => object;
}

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** What a route answers that is not JSON, or has headers of its own. */
export class TextAnswer {
  constructor(
    readonly text: string,
    readonly headers: Readonly<Record<string, string>>,
  ) {}
}

/** What a route answers bit by bit. */
export class StreamAnswer {
  constructor(
    readonly stream: Readable,
    readonly headers: Readonly<Record<string, string>>,
  ) {}
}

interface RouteInput<Params, Query, Body> {
  readonly params: Output<Params>;
  readonly query: Output<Query>;
  readonly body: Output<Body>;
  readonly headers: KibanaRequest['headers'];
  /** Given once the client has gone away. */
  readonly signal: AbortSignal;
  /** Of a route that takes files. */
  readonly bytes: Uint8Array;
}

/** By status, what is answered: JSON, something else (`type`, each line of it by `schema` where it has lines), or nothing. */
export type RouteResponse = z.ZodType | { readonly type: string; readonly schema: z.ZodType } | null;
type Responses = Readonly<Record<number, RouteResponse>>;

/** A route as the tables have it; what the handler gives is answered as JSON, undefined as 204. */
export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  readonly path: string;
  readonly privilege: typeof READ | typeof WRITE | typeof ADMINISTER;
  readonly summary: string;
  readonly status: 200 | 201 | 204;
  /** As it is described; the first is the good answer. */
  readonly response: Responses;
  readonly params: z.ZodType | undefined;
  readonly query: z.ZodType | undefined;
  readonly body: z.ZodType | undefined;
  /** The body is a file of rules, whose content type says how it is written. */
  readonly takesFile: boolean;
  handle(services: RequestServices, input: RouteInput<z.ZodType, z.ZodType, z.ZodType>): Promise<unknown>;
}

/** A row of a route table, with the handler's input typed by the schemas. */
export function route<
  Params extends z.ZodType | undefined = undefined,
  Query extends z.ZodType | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(
  method: Route['method'],
  path: string,
  options: {
    readonly summary: string;
    readonly privilege: Route['privilege'];
    readonly response: Responses;
    readonly params?: Params;
    readonly query?: Query;
    readonly body?: Body;
    readonly takesFile?: boolean;
  },
  handle: (services: RequestServices, input: RouteInput<Params, Query, Body>) => Promise<unknown>,
): Route {
  const { summary, privilege, response, params, query, body, takesFile = false } = options;
  return {
    method,
    path,
    summary,
    privilege,
    status: Number(Object.keys(response)[0]) as Route['status'],
    response,
    params,
    query,
    body,
    takesFile,
    handle: handle as Route['handle'],
  };
}

export interface RouteHost {
  readonly log: Log;
  services(context: RequestHandlerContext, request: KibanaRequest): Promise<RequestServices>;
}

/**
 * Registers a route with the authorisation that each line of Kibana asks for: tags up to 9.0, `security.authz` from 8.17 on.
 * Validation is ours, so that a refusal has the same body in every host.
 */
export function defineRoute(router: IRouter, host: RouteHost, route: Route): void {
  const { method, path, privilege } = route;
  const body = bodyOptions(route);
  router.versioned[method]({
    path: `${ROOT}${path}`,
    access: 'public',
    security: { authz: { requiredPrivileges: [privilege] } },
    options: { tags: [`access:${privilege}`], ...(body ? { body } : {}) },
  }).addVersion(
    {
      version: VERSION,
      validate: { request: { params: untouched, query: untouched, ...(body ? { body: untouched } : {}) } },
    },
    (context, request, response) => answer(host, route, context, request, response),
  );
}

/** A file comes as bytes: Kibana reads JSON only, and would lose where in it a problem is. */
function bodyOptions({ body, takesFile }: Route): VersionedRouteOptions['options']['body'] {
  if (takesFile) return { maxBytes: MAX_FILE_BYTES, parse: false, output: 'data' };
  return body ? { maxBytes: BODY_LIMIT } : undefined;
}

const untouched = (data: unknown, { ok }: { ok(value: unknown): unknown }): unknown => ok(data);

async function answer(
  host: RouteHost,
  route: Route,
  context: RequestHandlerContext,
  request: KibanaRequest,
  response: KibanaResponseFactory,
): Promise<KibanaResponse> {
  const gone = new AbortController();
  request.events.aborted$.subscribe(() => gone.abort());
  try {
    const input = {
      params: route.params?.parse(request.params),
      query: route.query?.parse(request.query),
      body: route.body?.parse(request.body),
      headers: request.headers,
      signal: gone.signal,
      bytes: route.takesFile && request.body instanceof Uint8Array ? request.body : new Uint8Array(),
    };
    const body = await route.handle(await host.services(context, request), input);
    if (body instanceof TextAnswer) {
      return response.custom({ statusCode: route.status, body: body.text, headers: { ...body.headers } });
    }
    if (body instanceof StreamAnswer) {
      body.stream.once('close', () => gone.abort());
      return response.custom({ statusCode: route.status, body: body.stream, headers: { ...body.headers } });
    }
    return response.custom({ statusCode: route.status, ...(route.status === 204 ? {} : { body }) });
  } catch (error) {
    const { status, body } = errorBody(error);
    if (body.code === 'BT_INTERNAL') {
      const stack = error instanceof Error ? error.stack?.split('\n').slice(1, 6).join('\n') : undefined;
      host.log.error({ code: body.code, route: route.path, stack }, describeError(error));
    }
    const headers = status === 503 ? { 'retry-after': '1' } : {};
    return response.custom({ statusCode: status, body, headers, bypassErrorFormat: true });
  }
}
