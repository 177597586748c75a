import path from 'node:path';
import { ROOT } from './lib/paths.mjs';
import { runMain } from './lib/progress.mjs';

/** What is run outside Kibana: the host, and the worker that it loads from beside itself. */
const ENTRIES = {
  main: path.join(ROOT, 'server/standalone/main.ts'),
  worker: path.join(ROOT, 'server/bridge/worker.ts'),
};

/** Bundles our own code to `build/standalone/`; the packages stay in node_modules, as their authors laid them out. */
export async function build() {
  // only now: this file may be loaded before anything is installed
  const { build: bundle } = await import('esbuild');
  await bundle({
    entryPoints: ENTRIES,
    outdir: path.join(ROOT, 'build/standalone'),
    absWorkingDir: ROOT,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: 'linked',
    logLevel: 'warning',
  });
}

if (process.argv[1] && path.resolve(process.argv[1]) === import.meta.filename) runMain(build);
