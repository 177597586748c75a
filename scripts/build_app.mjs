import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from './lib/paths.mjs';
import { sharedDependencies } from './lib/shared_dependencies.mjs';

/**
 * Bundles the pages, once for both hosts: an ES module that brings nothing that a host shares with it, and that a host
 * loads when the app is opened. React and EUI come from `__kbnSharedDeps__`.
 * @param {string} outdir gets `betrace.app.js`
 */
export async function buildApp(outdir) {
  const { build } = await import('esbuild');
  await build({
    ...browser,
    entryPoints: { 'betrace.app': path.join(ROOT, 'public/app/index.ts') },
    outdir,
    plugins: [sharedDependencies()],
  });
}

/**
 * Bundles the agent that tells an APM Server what the pages do, for both hosts; it is loaded only where settings ask for it.
 * @param {string} outdir gets `betrace.rum.js`
 */
export async function buildRum(outdir) {
  const { build } = await import('esbuild');
  await build({ ...browser, entryPoints: { 'betrace.rum': path.join(ROOT, 'public/rum/agent.ts') }, outdir });
}

/**
 * Bundles what the standalone host has in place of Kibana: the page's frame, and the libraries that Kibana would share. All
 * in one file: EUI's icons in files of their own could not be had when one is needed to say that the host is away.
 * @param {string} outdir gets `betrace.standalone.js`
 */
export async function buildStandaloneFrame(outdir) {
  const { build } = await import('esbuild');
  await build({
    ...browser,
    entryPoints: { 'betrace.standalone': path.join(ROOT, 'public/standalone/index.tsx') },
    outdir,
    alias: { '@kbn/i18n': path.join(ROOT, 'public/standalone/kbn_i18n.ts') },
    plugins: [nonceStyles],
  });
}

/**
 * Bundles what Kibana would share and few pages need, each in a file of its own with its styles beside it: the code editor and
 * the charts.
 * @param {string} outdir gets `betrace.monaco.{js,css}`, `betrace.charts.{js,css}` and the editor's font
 */
export async function buildStandaloneParts(outdir) {
  const { build } = await import('esbuild');
  await build({
    ...browser,
    entryPoints: {
      'betrace.monaco': path.join(ROOT, 'public/standalone/monaco.ts'),
      'betrace.charts': path.join(ROOT, 'public/standalone/charts.ts'),
    },
    outdir,
    loader: { '.ttf': 'file' },
    assetNames: 'betrace.[name]',
    plugins: [sharedDependencies(['@elastic/charts']), nonceMonaco],
  });
}

/**
 * The editor makes style elements of its own: they get the page's nonce, without which a browser would not apply them.
 * @type {import('esbuild').Plugin}
 */
const nonceMonaco = {
  name: 'nonce-monaco',
  setup({ onLoad }) {
    onLoad({ filter: /monaco-editor\/esm\/vs\/base\/browser\/dom\.js$/ }, async ({ path: file }) => {
      const text = await readFile(file, 'utf8');
      const created = "const style = document.createElement('style');";
      if (text.split(created).length !== 2) throw new Error('The editor makes its style elements elsewhere now.');
      const nonce = "style.nonce = document.querySelector('meta[name=betrace-styles]')?.nonce ?? '';";
      return { contents: text.replace(created, `${created} ${nonce}`), loader: 'js' };
    });
  },
};

/**
 * Whoever imports Emotion's class names gets ours, which carry the page's nonce.
 * @type {import('esbuild').Plugin}
 */
const nonceStyles = {
  name: 'nonce-styles',
  setup({ onResolve }) {
    const styles = path.join(ROOT, 'public/standalone/styles.ts');
    onResolve({ filter: /^@emotion\/css(\/create-instance)?$/ }, ({ importer }) =>
      importer === styles ? undefined : { path: styles },
    );
  },
};

/** Classic JSX: Kibana shares `react`, and not its `jsx-runtime`. */
const browser = /** @satisfies {import('esbuild').BuildOptions} */ ({
  absWorkingDir: ROOT,
  bundle: true,
  minify: true,
  platform: 'browser',
  format: 'esm',
  target: 'es2020',
  jsx: 'transform',
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'warning',
});
