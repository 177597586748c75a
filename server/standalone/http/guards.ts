import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Role } from '../../../common/api/keys';
import { BeTraceError } from '../../../common/errors';
import { DEFAULT_SPACE, SPACE_NAME } from '../../../common/space';
import { isAllowedHost } from '../../bridge/loopback';
import { FILE_TYPES } from '../../rules/rules_file';
import type { ApiKeys } from '../api_keys';
import { mayCall } from '../roles';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The least role that may call the route; `open` routes answer everybody. */
    role?: Role | 'open';
    /** A page of the app: a browser goes there by itself, and can send Basic only. */
    page?: boolean;
    /** Of no space in particular: keys of every space may call it. */
    anySpace?: boolean;
  }
  interface FastifyRequest {
    /** Who asks: the API key's name, or `local` where none is needed. */
    author: string;
    role: Role;
    /** Whose rules and violations are asked for: `/s/<space>/…`, else `default`. */
    space: string;
  }
}

/** Types that a page elsewhere sends only after asking, which we don't answer. */
const ASKING_TYPES: ReadonlySet<string> = new Set(FILE_TYPES);
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Every request names, in Host, a host that we are known by; so a page whose name was pointed at this machine (DNS
 * rebinding) can't read from it. Addresses are no names and can't be rebound.
 */
export function allowHosts(app: FastifyInstance, names: readonly string[]): void {
  const allowed = new Set(['localhost', ...names]);
  app.addHook('onRequest', async (request) => {
    if (!isAllowedHost(request.headers.host, allowed)) {
      throw new BeTraceError(
        'BT_HOST_NOT_ALLOWED',
        'This host name is not on the allow-list; BETRACE_ALLOWED_HOSTS adds names to it.',
      );
    }
  });
}

/**
 * A change needs a header or a content type that no form and no simple cross-site request can send, wherever it is sent to.
 * What takes spans sees to that by itself: it accepts only such content types.
 */
export async function refuseCrossSite(request: FastifyRequest): Promise<void> {
  if (SAFE_METHODS.has(request.method) || request.routeOptions.config.role === 'ingest') return;
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if ((type !== undefined && ASKING_TYPES.has(type)) || request.headers['x-betrace-request'] !== undefined) return;
  throw new BeTraceError('BT_CROSS_SITE', 'Send `content-type: application/json` or the header `x-betrace-request`.');
}

/** Finds out, before who asks is looked at, which space a request is about. */
export async function enterSpace(request: FastifyRequest): Promise<void> {
  const { space = DEFAULT_SPACE } = (request.params ?? {}) as { readonly space?: string };
  if (!SPACE_NAME.test(space)) throw new BeTraceError('BT_NOT_FOUND', 'No space can have this name.');
  request.space = space;
}

/**
 * Off loopback every route but the open ones needs an API key of a sufficient role and of the
 * request's space; what takes spans sees to its senders
 * by itself.
 */
export function requireKeys(app: FastifyInstance, keys: ApiKeys): void {
  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    const needed = request.routeOptions.config.role ?? 'admin';
    if (needed === 'open' || needed === 'ingest') return;
    const key = await keys.authenticate(request.headers.authorization);
    if (!key) {
      reply.header('www-authenticate', isOfBrowser(request) ? 'Basic realm="BeTrace"' : 'ApiKey');
      throw new BeTraceError('BT_UNAUTHENTICATED', 'Send an API key as `Authorization: ApiKey <key>`.');
    }
    if (!mayCall(key.role, needed)) {
      throw new BeTraceError('BT_FORBIDDEN', `This needs the role ${needed}; the API key has ${key.role}.`);
    }
    if (key.role !== 'admin' && !request.routeOptions.config.anySpace && !key.spaces.includes(request.space)) {
      throw new BeTraceError('BT_FORBIDDEN', `The API key is not for the space "${request.space}".`);
    }
    request.author = key.name;
    request.role = key.role;
  });
}

/**
 * A browser asks its user for Basic's password at a page, and sends it below that page's folder. The app's own calls are
 * elsewhere: it sends it there, too, once it has been asked for the same realm.
 */
const isOfBrowser = ({ routeOptions, headers }: FastifyRequest): boolean =>
  routeOptions.config.page === true || headers['x-betrace-request'] !== undefined;
