import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Client } from '@elastic/elasticsearch';
import { configSchema } from './config_schema.mjs';
import { SavedObjects } from './saved_objects.mjs';

/**
 * A process that loads an unpacked plugin as Kibana does and serves its routes. Whatever the plugin asks for that one of the
 * lines of Kibana doesn't have, or leaves out that one of them wants, ends it. Settings come as JSON in FAKE_KIBANA.
 */
const {
  plugin: folder,
  config,
  elasticsearch,
  dataDir,
  line,
  port,
  canEncrypt = true,
} = JSON.parse(process.env['FAKE_KIBANA'] ?? '{}');
process.on('unhandledRejection', (error) => fail('unhandled rejection', error));

/** @param {string} why @param {unknown} error @returns {never} */
function fail(why, error) {
  console.error(why, error);
  process.exit(70);
}

/**
 * An object that has nothing but what it has.
 * @template {object} T
 * @param {string} name
 * @param {T} members
 * @returns {T}
 */
const strict = (name, members) =>
  new Proxy(members, {
    get: (target, key) =>
      key in target || typeof key === 'symbol' || key === 'then'
        ? Reflect.get(target, key)
        : fail(`${name}.${key} is not in every line of Kibana`, new Error('here')),
  });

const savedObjects = new SavedObjects();
/** @type {{ method: string, template: string, pattern: RegExp, privilege: string, raw: boolean, run(request: any): Promise<any> }[]} */
const routes = [];
/** @type {any} */
let status;

const ROUTE_KEYS = ['path', 'access', 'security', 'options'];

/** @param {string} method */
const register = (method) => (/** @type {any} */ options) => {
  const { path: template, access, security, options: legacy } = options;
  const privileges = security?.authz?.requiredPrivileges;
  if (!Array.isArray(privileges) || privileges.length === 0) fail(`${template} has no security.authz`, options);
  if (String(legacy?.tags) !== `access:${privileges[0]}`) fail(`${template} has no access tag`, options);
  if (access !== 'public' || Object.keys(options).some((key) => !ROUTE_KEYS.includes(key))) fail(template, options);
  const same = routes.some((route) => route.method === method && route.template === template);
  if (same) fail(`${method} ${template} is registered twice`, options);
  const pattern = new RegExp(`^${template.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
  return {
    addVersion: (/** @type {any} */ { version, validate }, /** @type {Function} */ handler) => {
      if (version !== '2023-10-31' || !validate?.request) fail(`${template} has no public version`, version);
      if (routes.some((known) => known.method === method && known.template === template)) {
        fail(`${method} ${template} is registered twice`, options);
      }
      const through = (/** @type {any} */ validator, /** @type {unknown} */ data) =>
        validator ? validator(data, { ok: (/** @type {unknown} */ value) => ({ value }) }).value : {};
      routes.push({
        method,
        template,
        pattern,
        privilege: privileges[0],
        raw: legacy?.body?.parse === false,
        run: async ({ params, query, body, headers, space, onGone }) => {
          const { request } = validate;
          const input = {
            params: through(request.params, params),
            query: through(request.query, query),
            body: through(request.body, body),
            headers,
            space,
            events: { aborted$: { subscribe: (/** @type {() => void} */ told) => onGone(told) } },
          };
          const context = {
            core: Promise.resolve(
              strict('context.core', {
                elasticsearch: strict('context.core.elasticsearch', {
                  client: {
                    get asCurrentUser() {
                      const { authorization } = headers;
                      return new Client({ node: elasticsearch.url, headers: authorization ? { authorization } : {} });
                    },
                  },
                }),
                savedObjects: strict('context.core.savedObjects', {
                  getClient: (/** @type {{ includedHiddenTypes?: string[] }} */ { includedHiddenTypes } = {}) =>
                    savedObjects.client(space, includedHiddenTypes),
                }),
              }),
            ),
          };
          const response = strict('response', { custom: (/** @type {unknown} */ answer) => answer });
          return handler(strict('context', context), strict('request', input), response);
        },
      });
    },
  };
};

const methods = Object.fromEntries(['get', 'post', 'put', 'delete'].map((method) => [method, register(method)]));
const setupCore = strict('core', {
  http: strict('core.http', { createRouter: () => strict('router', { versioned: strict('versioned', methods) }) }),
  savedObjects: strict('core.savedObjects', { registerType: (/** @type {any} */ type) => savedObjects.register(type) }),
  status: strict('core.status', {
    set: (/** @type {any} */ status$) => status$.subscribe((/** @type {any} */ now) => (status = now)),
  }),
});

/** @type {any} */
let feature;
const features = strict('features', { registerKibanaFeature: (/** @type {any} */ given) => (feature = given) });

const internal = new Client({ node: elasticsearch.url, auth: elasticsearch.auth });
const BASIC = /^Basic (\S+)$/;
/** @param {any} request */
const credentialsOf = ({ headers }) => {
  const [, encoded] = BASIC.exec(headers.authorization ?? '') ?? [];
  const [username = 'somebody', ...password] = Buffer.from(encoded ?? '', 'base64')
    .toString()
    .split(':');
  return {
    username: username || 'somebody',
    password: password.join(':'),
    scheme: headers.authorization?.split(' ')[0],
  };
};
const authc = strict('authc', {
  getCurrentUser: (/** @type {any} */ request) => ({ username: credentialsOf(request).username }),
  apiKeys: strict('authc.apiKeys', {
    grantAsInternalUser: async (/** @type {any} */ request, /** @type {any} */ params) => {
      const { username, password, scheme } = credentialsOf(request);
      if (scheme !== 'Basic') throw new Error(`Unsupported scheme "${scheme}" for granting API Key`);
      const { id, api_key } = await internal.security.grantApiKey({
        grant_type: 'password',
        username,
        password,
        api_key: params,
      });
      return { id, api_key };
    },
    invalidateAsInternalUser: (/** @type {{ ids: string[] }} */ { ids }) => internal.security.invalidateApiKey({ ids }),
  }),
});
const withEncryption = line !== 'bare';
const encryptedSetup = strict('encryptedSavedObjects', {
  canEncrypt,
  registerType: (/** @type {any} */ registration) => savedObjects.registerEncrypted(registration),
});
const encryptedStart = strict('encryptedSavedObjects', {
  getClient: (/** @type {{ includedHiddenTypes: string[] }} */ { includedHiddenTypes }) => ({
    getDecryptedAsInternalUser: async (/** @type {string} */ type, /** @type {string} */ id) => {
      if (!includedHiddenTypes.includes(type)) fail(`${type} is hidden`, includedHiddenTypes);
      return savedObjects.decrypted(type, id);
    },
  }),
});
const startCore = strict('core', {
  elasticsearch: strict('core.elasticsearch', {
    client: strict('core.elasticsearch.client', {
      asInternalUser: internal,
      asScoped: (/** @type {{ headers: Record<string, string> }} */ { headers }) => ({
        asCurrentUser: new Client({ node: elasticsearch.url, headers }),
      }),
    }),
  }),
  savedObjects: strict('core.savedObjects', {
    createInternalRepository: (/** @type {string[]} */ hidden = []) => savedObjects.client('*', hidden),
    createImporter: (/** @type {any} */ client) => ({
      import: (/** @type {any} */ options) => savedObjects.import(client, options),
    }),
  }),
  security: line === '9' ? { authc } : undefined,
});
/** Runs tasks as often as they are scheduled for, one at a time. */
const definitions = new Map();
/** @type {Map<string, NodeJS.Timeout>} by the task's id */
const timers = new Map();
const taskSetup = strict('taskManager', {
  registerTaskDefinitions: (/** @type {Record<string, any>} */ given) => {
    for (const [type, definition] of Object.entries(given)) definitions.set(type, definition);
  },
});
const taskStart = strict('taskManager', {
  ensureScheduled: async (/** @type {any} */ { id, taskType, schedule, params, state }) => {
    const [, seconds] = /^(\d+)s$/.exec(schedule.interval) ?? fail('no interval', schedule);
    const definition = definitions.get(taskType) ?? fail(`${taskType} is not registered`, id);
    let isRunning = false;
    const run = async () => {
      if (isRunning) return;
      isRunning = true;
      const result = await definition.createTaskRunner({ taskInstance: { id, params, state } }).run();
      if (typeof result?.state !== 'object') fail('a task gives its state', result);
      isRunning = false;
    };
    clearInterval(timers.get(id));
    timers.set(id, setInterval(run, Number(seconds) * 1000));
  },
  removeIfExists: async (/** @type {string} */ id) => {
    clearInterval(timers.get(id));
    timers.delete(id);
  },
});

const startPlugins = {
  ...(line === '8' ? { security: { authc } } : {}),
  ...(withEncryption ? { encryptedSavedObjects: encryptedStart } : {}),
  ...(line === '9' ? { taskManager: taskStart } : {}),
  spaces: { spacesService: { getSpaceId: (/** @type {{ space: string }} */ { space }) => space } },
};

const logger = Object.fromEntries(
  ['debug', 'info', 'warn', 'error'].map((level) => [
    level,
    (/** @type {unknown} */ line) => console.log(`${level} ${typeof line === 'string' ? line : fail('no text', line)}`),
  ]),
);

/** @param {string} name @param {string} source */
function provide(name, source) {
  const module = path.join(folder, 'node_modules', name);
  mkdirSync(module, { recursive: true });
  writeFileSync(path.join(module, 'index.js'), source);
}

// all that the plugin may find of Kibana's; without the last two it must do, too
provide('@kbn/config-schema', `exports.schema = (${configSchema})();`);
if (line !== 'bare') {
  provide('@kbn/core/server', `exports.ServiceStatusLevels = { available: 'available', degraded: 'degraded' };`);
  provide(
    'rxjs',
    `exports.BehaviorSubject = class {
      constructor(value) { this.next = (now) => { this.value = now; this.told?.(now); }; this.next(value); }
      subscribe(told) { this.told = told; told(this.value); }
    };`,
  );
}

const { config: descriptor, plugin: initialize } = createRequire(path.join(folder, 'kibana.js'))('./server');
const settings = descriptor.schema.validate(config);
/** What every page gets: of the settings as they were given, what the plugin says. @param {any} given @param {any} exposed @returns {object} */
const exposedOf = (given, exposed) =>
  Object.fromEntries(
    Object.entries(given).flatMap(([key, value]) => {
      if (exposed?.[key] === true) return [[key, value]];
      return typeof exposed?.[key] === 'object' ? [[key, exposedOf(value, exposed[key])]] : [];
    }),
  );
const browser = exposedOf(settings, descriptor.exposeToBrowser);
const plugin = await initialize(
  strict('context', {
    logger: strict('logger', { get: () => logger }),
    config: strict('config', { get: () => settings, legacy: { get: () => ({ path: { data: dataDir } }) } }),
  }),
);
const setupPlugins = {
  features,
  ...(withEncryption ? { encryptedSavedObjects: encryptedSetup } : {}),
  ...(line === '9' ? { taskManager: taskSetup } : {}),
};
if (plugin.setup(setupCore, setupPlugins) instanceof Promise) fail('setup must be synchronous', plugin);
if (plugin.start(startCore, startPlugins) instanceof Promise) fail('start must be synchronous', plugin);

/** `read`, `editor` (`all` without its sub-features), else `all`. @param {unknown} role @returns {string[]} */
function grantedTo(role) {
  if (role === 'read') return feature.privileges.read.api;
  const groups = feature.subFeatures.flatMap((/** @type {any} */ each) => each.privilegeGroups);
  const included = groups.flatMap((/** @type {any} */ group) => group.privileges);
  const more = included.filter((/** @type {any} */ each) => each.includeIn === 'all');
  return [
    ...feature.privileges.all.api,
    ...(role === 'editor' ? [] : more.flatMap((/** @type {any} */ { api }) => api)),
  ];
}

const server = createServer(async (incoming, outgoing) => {
  const url = new URL(incoming.url ?? '/', 'http://localhost');
  const [, space = 'default', rest = ''] = /^(?:\/s\/([^/]+))?(\/.*)$/.exec(url.pathname) ?? [];
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const answer = (/** @type {number} */ code, /** @type {unknown} */ body, /** @type {any} */ headers = {}) => {
    const isText = body === undefined || headers['content-type'];
    outgoing.writeHead(code, headers).end(isText ? body : JSON.stringify(body));
  };
  if (rest === '/fake/stored' && incoming.method === 'POST') {
    for (const document of JSON.parse(bytes.toString())) savedObjects.restore(document);
    return void answer(204, undefined);
  }
  if (rest === '/fake/stored') {
    return void answer(200, { objects: [...savedObjects.objects.values()], tasks: [...timers.keys()] });
  }
  if (rest === '/fake/routes') {
    return void answer(200, { routes: routes.map(({ method, template }) => `${method} ${template}`) });
  }
  if (rest === '/fake') return void answer(200, { level: status?.level, summary: status?.summary, feature, browser });
  for (const { method, pattern, privilege, raw, run } of routes) {
    const match = pattern.exec(rest);
    if (!match || method !== incoming.method?.toLowerCase()) continue;
    const granted = grantedTo(incoming.headers['x-role']);
    if (!granted.includes(privilege)) return void answer(403, { statusCode: 403, error: 'Forbidden' });
    const query = Object.fromEntries(url.searchParams);
    const body = raw ? bytes : bytes.length > 0 ? JSON.parse(bytes.toString()) : null;
    const { headers } = incoming;
    const onGone = (/** @type {() => void} */ told) =>
      outgoing.once('close', () => {
        if (!outgoing.writableFinished) told();
      });
    const result = await run({ params: { ...match.groups }, query, body, headers, space, onGone });
    if (typeof result.body?.pipe === 'function') {
      // as Kibana's HTTP server (hapi, `lib/streams.js`)
      if (result.body.readableObjectMode) return void answer(500, { statusCode: 500, error: 'Stream in object mode' });
      outgoing.writeHead(result.statusCode, result.headers);
      outgoing.once('close', () => result.body.destroy());
      return void result.body.pipe(outgoing);
    }
    return void answer(result.statusCode, result.body, result.headers);
  }
  answer(404, { statusCode: 404, error: 'Not Found' });
});
server.listen(port, '127.0.0.1');

process.on('SIGTERM', async () => {
  for (const timer of timers.values()) clearInterval(timer);
  await plugin.stop();
  server.closeAllConnections();
  server.close();
  await internal.close();
  process.exit(0);
});
