import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { readFileSync } from 'node:fs';

/**
 * Does with a plugin's browser files what Kibana's page does: runs the script while nothing may be read of the page, asks for
 * the plugin, sets it up and opens the app. Prints, as JSON, what Kibana got to know. Arguments: the folder `target/public`,
 * which providers this Kibana has, what its pages get of the plugin's settings, and `agent` where it runs Elastic's agent.
 */
const [folder = '', providers = '', settings = '{}', agentRuns = ''] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const React = require('react');
const { renderToStaticMarkup } = require('react-dom/server');

let loading = true;
/** @param {string} name @param {object} members */
const closed = (name, members) =>
  new Proxy(members, {
    get(target, key) {
      if (loading) throw new Error(`${name}.${String(key)} is read while the script is loaded`);
      if (!(key in target) && typeof key === 'string' && !OPTIONAL.includes(key)) {
        throw new Error(`${name}.${key} is not in every line of Kibana`);
      }
      return Reflect.get(target, key);
    },
  });
const OPTIONAL = ['KbnReactKibanaContextRender', 'rendering', 'userProfile'];

/** @type {[string, () => any, string][]} */
const defined = [];
let html = '';
const provider = (/** @type {string} */ name) => (/** @type {any} */ props) =>
  React.createElement('div', { 'data-provider': `${name}: ${Object.keys(props).sort()}` }, props.children);
const shared = {
  React,
  ReactDom: {
    render: (/** @type {any} */ tree) => (html = renderToStaticMarkup(tree)),
    unmountComponentAtNode: () => (html = ''),
  },
  KbnI18n: {
    i18n: { translate: (/** @type {string} */ _id, /** @type {any} */ { defaultMessage }) => defaultMessage },
  },
  ElasticEui: {},
  KbnRison: { encode: (/** @type {unknown} */ value) => JSON.stringify(value) },
  ...(providers === 'KbnReactKibanaContextRender' && {
    KbnReactKibanaContextRender: { KibanaRenderContextProvider: provider('render') },
  }),
};
const bundles = closed('__kbnBundles__', {
  get: (/** @type {string} */ key) => {
    if (key !== 'plugin/kibanaReact/public' || providers !== 'kibanaReact') throw new Error(`There is no ${key}`);
    return { KibanaThemeProvider: provider('theme') };
  },
});
const page = {
  __kbnBundles__: new Proxy(bundles, {
    get: (target, key) =>
      key === 'define'
        ? (/** @type {any[]} */ ...given) => defined.push(/** @type {any} */ (given))
        : Reflect.get(target, key),
  }),
  __kbnSharedDeps__: closed('__kbnSharedDeps__', shared),
  __kbnPublicPath__: closed('__kbnPublicPath__', { betrace: `${pathToFileURL(folder)}/` }),
};
Object.assign(globalThis, page, agentRuns && { elasticApm: {} });

vm.runInThisContext(readFileSync(path.join(folder, 'betrace.plugin.js'), 'utf8'), {
  importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});
loading = false;
const [key, load, id] = defined[0] ?? [];
const plugin = load?.().plugin({ config: { get: () => JSON.parse(settings) } });

/** @type {any} */
let app;
/** @type {unknown[]} */
const told = [];
const tell =
  (/** @type {string} */ what) =>
  (/** @type {unknown[]} */ ...given) =>
    void told.push([what, ...given]);
const core = closed('core', {
  application: { capabilities: { betrace: { show: true, save: false } } },
  http: {
    fetch: async (/** @type {string} */ path, /** @type {unknown} */ options) => {
      told.push(['fetch', path, options]);
      if (path.endsWith('/away')) throw new Error('Failed to fetch');
      if (path.endsWith('/kibana'))
        throw { response: { status: 403 }, body: { statusCode: 403, message: 'Forbidden' } };
      if (path.endsWith('/ours'))
        throw { response: { status: 409 }, body: { code: 'BT_X', message: 'm', problems: [] } };
      return { rules: [] };
    },
    basePath: { prepend: (/** @type {string} */ path) => `/base/s/shop${path}` },
  },
  chrome: {
    setBreadcrumbs: tell('breadcrumbs'),
    setBadge: tell('badge'),
    setHelpExtension: tell('help'),
    docTitle: { change: tell('title') },
  },
  notifications: { toasts: { addSuccess: tell('success'), addDanger: tell('danger') } },
  uiSettings: { get: () => 'Browser' },
  i18n: { Context: provider('i18n') },
  theme: { theme$: {} },
  analytics: {},
  ...(providers === 'rendering' && {
    rendering: {
      addContext: (/** @type {any} */ tree) => React.createElement('div', { 'data-provider': 'core' }, tree),
    },
  }),
});
plugin.setup(
  {
    application: { register: (/** @type {unknown} */ given) => (app = given) },
    getStartServices: async () => [core, {}, {}],
  },
  { home: { featureCatalogue: { register: tell('catalogue') } } },
);
plugin.start(core);
const history = { createHref: (/** @type {{ pathname: string }} */ { pathname }) => `/app/betrace${pathname}` };
const unmount = await app.mount({ element: {}, history });
const opened = html;
unmount();

/** @type {any} what the stub of the pages was given */
const services = Reflect.get(globalThis, 'services');
/** @type {unknown[][]} */
const errors = [];
for (const where of ['/away', '/kibana', '/ours']) {
  await services.call('GET', where).catch((/** @type {any} */ { status, code }) => errors.push([where, status, code]));
}
await services.call('PUT', '/rules/1', { body: { a: 1 }, query: { b: undefined, c: 2 } });
services.setBreadcrumbs([{ text: 'Rules', path: '/rules' }, { text: 'New' }]);
services.notify.failure('t', 'x');
const { can, timeZone, space } = services;
const registered = { ...app, mount: undefined };
const trace = services.traceHref('a b');
// what the stub of the agent was given
const agent = Reflect.get(globalThis, 'agent');
console.log(JSON.stringify({ key, id, registered, opened, html, can, timeZone, space, agent, trace, errors, told }));
