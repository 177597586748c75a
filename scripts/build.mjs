import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { buildApp, buildRum, buildStandaloneFrame, buildStandaloneParts } from './build_app.mjs';
import { ROOT } from './lib/paths.mjs';
import { runMain } from './lib/progress.mjs';

/** What is run outside Kibana: the host, and the worker that it loads from beside itself. */
const ENTRIES = {
  main: path.join(ROOT, 'server/standalone/main.ts'),
  worker: path.join(ROOT, 'server/bridge/worker.ts'),
};

/** What is large enough to be worth a compressed twin. */
const TWINS = ['app.js', 'rum.js', 'standalone.js', 'monaco.js', 'monaco.css', 'charts.js', 'charts.css'].map(
  (name) => `betrace.${name}`,
);

const OUTPUT = path.join(ROOT, 'build/standalone');

/**
 * Bundles our own code to `build/standalone/`; the server's packages stay in node_modules, as their authors laid them out.
 */
export async function build() {
  await Promise.all([buildServer(), buildPages(), copyPacks(path.join(OUTPUT, 'rules'))]);
}

/**
 * Beside a bundle of the server: the packs of rules that it installs.
 * @param {string} folder
 */
export async function copyPacks(folder) {
  await cp(path.join(ROOT, 'ingest/rules'), folder, {
    recursive: true,
    filter: (source) => !source.endsWith('.ts'),
  });
}

async function buildPages() {
  const pages = path.join(OUTPUT, 'public');
  await mkdir(pages, { recursive: true });
  await Promise.all([
    buildApp(pages),
    buildRum(pages),
    buildStandaloneFrame(pages),
    buildStandaloneParts(pages),
    cp(path.join(ROOT, 'translations'), path.join(pages, 'translations'), { recursive: true }),
    cp(path.join(ROOT, 'public/assets'), pages, { recursive: true }),
  ]);
  // the host sends a twin where the browser takes it: the frame holds all of EUI
  await Promise.all(
    TWINS.map(async (name) => {
      const file = path.join(pages, name);
      await writeFile(`${file}.gz`, await promisify(gzip)(await readFile(file)));
    }),
  );
}

async function buildServer() {
  // only now: this file may be loaded before anything is installed
  const { build: bundle } = await import('esbuild');
  await bundle({
    entryPoints: ENTRIES,
    outdir: OUTPUT,
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
