/* global TextEncoder, TextDecoder */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { sharedNames } from './shared_names.mjs';

/**
 * Opens the pages, in a document, with the libraries that a line of Kibana shares: what they draw is printed, as JSON, with
 * all that went wrong. Its argument is a file: the folder `target/public`, the project whose libraries are shared, the
 * addresses to open, each with a text to wait for, and what the API answers.
 */
const { folder, project, pages, answers } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const require = createRequire(path.join(project, 'package.json'));
const PATIENCE_MS = 20_000;
// its types would bring those of a document to all tests
const { JSDOM } = createRequire(import.meta.url)('jsdom');

const dom = new JSDOM('<!doctype html><html lang="en"><body><div id="app"></div></body></html>', {
  url: 'http://kibana.test/app/betrace/violations',
  pretendToBeVisual: true,
});
const { window } = dom;
// what every browser has and jsdom doesn't
class Observer {
  observe() {}
  unobserve() {}
  disconnect() {}
}
Object.assign(window, {
  ResizeObserver: Observer,
  IntersectionObserver: Observer,
  matchMedia: () => ({
    matches: false,
    addListener() {},
    removeListener() {},
    addEventListener() {},
    removeEventListener() {},
  }),
  scrollTo: () => {},
  CSS: { supports: () => true, escape: (/** @type {string} */ text) => text },
  TextEncoder,
  TextDecoder,
});
window.HTMLCanvasElement.prototype.getContext = () => ({ measureText: () => ({ width: 0 }) });
// the document's own classes in place of Node's; those of the language are none of them
const LANGUAGE = new Set(vm.runInNewContext('Object.getOwnPropertyNames(globalThis)'));
for (const name of Object.getOwnPropertyNames(window)) {
  const isClass = /^[A-Z]/.test(name) && !LANGUAGE.has(name);
  if (isClass || name === 'navigator' || !(name in globalThis)) {
    Object.defineProperty(globalThis, name, { configurable: true, writable: true, value: window[name] });
  }
}

/** @type {string[]} */
const complaints = [];
// React 18 says so of all of Kibana's own apps, and React 17 of every answer that comes after a page was left
const USUAL = /ReactDOM.render is no longer|unmountComponentAtNode is deprecated|state update on an unmounted/;
console.error = (...given) => {
  const text = given.map(String).join(' ');
  if (!USUAL.test(text)) complaints.push(text.slice(0, 500));
};
window.addEventListener('error', (/** @type {any} */ { message }) => complaints.push(message));
process.on('unhandledRejection', (error) => complaints.push(String(error)));

let loading = true;
/** @type {Record<string, () => unknown>} */
const libraries = {
  React: () => require('react'),
  ReactDom: () => require('react-dom'),
  ReactRouterDom: () => require('react-router-dom'),
  ElasticEui: () => require('@elastic/eui'),
  EmotionReact: () => require('@emotion/react'),
  ReactQuery: () => require('@tanstack/react-query'),
  Moment: () => require('moment'),
  KbnI18n: () => ({
    i18n: {
      translate: (/** @type {string} */ _id, /** @type {any} */ { defaultMessage, values = {} }) =>
        defaultMessage.replace(/\{(\w+)\}/g, (/** @type {string} */ _all, /** @type {string} */ name) => values[name]),
      getLocale: () => 'en',
    },
  }),
};
const shared = new Proxy(
  {},
  {
    get: (_target, name) => {
      if (loading) throw new Error(`__kbnSharedDeps__.${String(name)} is read while the script is loaded`);
      // looked for before it is used: later lines have it
      if (name === 'KbnReactKibanaContextRender') return undefined;
      if (!sharedNames.includes(String(name)))
        throw new Error(`__kbnSharedDeps__.${String(name)} is not in every line of Kibana`);
      const library = libraries[String(name)];
      if (!library) throw new Error(`${String(name)} is not among the libraries of this test`);
      return library();
    },
  },
);
const React = /** @type {typeof import('react')} */ (require('react'));
const { EuiProvider } = /** @type {typeof import('@elastic/eui')} */ (require('@elastic/eui'));
/** @type {Map<string, () => any>} */
const defined = new Map();
Object.assign(globalThis, {
  __kbnSharedDeps__: shared,
  __kbnPublicPath__: { betrace: `${pathToFileURL(folder)}/` },
  __kbnBundles__: {
    define: (/** @type {string} */ key, /** @type {() => any} */ load) => void defined.set(key, load),
    get: (/** @type {string} */ key) => {
      if (loading) throw new Error(`${key} is got while the script is loaded`);
      if (key !== 'plugin/kibanaReact/public') throw new Error(`There is no ${key}`);
      return {
        KibanaThemeProvider: (/** @type {any} */ { children }) =>
          React.createElement(EuiProvider, { colorMode: 'light' }, children),
      };
    },
  },
});
vm.runInThisContext(readFileSync(path.join(folder, 'betrace.plugin.js'), 'utf8'), {
  importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});
loading = false;

/** @type {any} */
let app;
const core = {
  application: { capabilities: { betrace: { show: true, save: true, administer: true } } },
  http: {
    fetch: async (/** @type {string} */ url, /** @type {{ method: string }} */ { method }) => {
      const answer = answers[`${method} ${url}`];
      if (answer === undefined) complaints.push(`nobody expects ${method} ${url}`);
      return answer;
    },
    basePath: { prepend: (/** @type {string} */ each) => each },
  },
  chrome: { setBreadcrumbs() {}, setBadge() {}, setHelpExtension() {}, docTitle: { change() {} } },
  notifications: { toasts: { addSuccess() {}, addDanger: (/** @type {any} */ { text }) => complaints.push(text) } },
  uiSettings: { get: () => 'UTC' },
  i18n: { Context: (/** @type {any} */ { children }) => children },
  theme: { theme$: {} },
  analytics: {},
};
const plugin = defined
  .get('plugin/betrace/public')?.()
  .plugin({ config: { get: () => ({}) } });
plugin.setup(
  {
    application: { register: (/** @type {any} */ given) => (app = given) },
    getStartServices: async () => [core, {}, {}],
  },
  {},
);
plugin.start(core, {});

const { createMemoryHistory } = require('history');
/** @type {Record<string, string>} */
const drawn = {};
for (const [address, expected] of pages) {
  const element = window.document.getElementById('app');
  const unmount = await app.mount({ element, history: createMemoryHistory({ initialEntries: [address] }) });
  const until = Date.now() + PATIENCE_MS;
  const textOf = () => window.document.body.textContent ?? '';
  while (!textOf().includes(expected) && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 25));
  drawn[address] = textOf();
  unmount();
  if (element?.innerHTML !== '') complaints.push(`${address} is not taken away: ${element?.innerHTML.slice(0, 200)}`);
}
process.stdout.write(
  JSON.stringify({
    versions: { react: React.version, eui: require('@elastic/eui/package.json').version },
    drawn,
    complaints,
  }),
  () => process.exit(0),
);
