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
