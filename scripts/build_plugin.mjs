import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants } from 'node:zlib';
import { copyPacks } from './build.mjs';
import { buildApp, buildRum } from './build_app.mjs';
import { ROOT } from './lib/paths.mjs';
import { pluginManifest } from './lib/plugin_manifest.mjs';
import { hashOf, zipOf } from './lib/plugin_zip.mjs';
import { progress, runMain } from './lib/progress.mjs';
import { sharedDependencies } from './lib/shared_dependencies.mjs';

const ID = 'betrace';
const DOCUMENTS = ['LICENSE.txt', 'NOTICE.txt', 'THIRD_PARTY_LICENSES.txt'];
const log = progress('build:plugin');

/**
 * Compiles the plugin once and stamps a zip for each version of Kibana; the same inputs give the same bytes.
 * @param {readonly string[]} kibanaVersions
 * @param {string} outdir
 * @returns {Promise<string[]>} the zips, in the order of the versions
 */
export async function buildPlugin(kibanaVersions, outdir) {
  const files = await compile();
  const source = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const version = `${source.version}-${hashOf(files)}`;
  mkdirSync(outdir, { recursive: true });
  const zips = [];
  for (const kibanaVersion of kibanaVersions) {
    const stamped = new Map([
      ...files,
      ['kibana.json', json(await pluginManifest(kibanaVersion, version))],
      ['package.json', json({ name: ID, version, private: true, license: source.license, engines: source.engines })],
    ]);
    const file = path.join(outdir, `${ID}-${version}-kibana-${kibanaVersion}.zip`);
    writeFileSync(file, await zipOf(ID, stamped));
    zips.push(file);
  }
  return zips;
}

/** Everything that is the same in all zips. */
async function compile() {
  const folder = mkdtempSync(path.join(tmpdir(), 'betrace-plugin-'));
  try {
    await bundleServer(path.join(folder, 'server'));
    await copyPacks(path.join(folder, 'server/rules'));
    await bundleBrowser(path.join(folder, 'target/public'));
    /** @type {Map<string, Buffer>} */
    const files = new Map();
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = path.join(entry.parentPath, entry.name);
      files.set(path.relative(folder, file).split(path.sep).join('/'), readFileSync(file));
    }
    for (const [name, content] of [...files]) {
      if (name.startsWith('target/public/')) files.set(`${name}.br`, brotli(content));
    }
    for (const name of DOCUMENTS) files.set(name, readFileSync(path.join(ROOT, name)));
    addTranslations(files);
    return files;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Server and worker, each in one file: Kibana's instrumentation patches libraries by name, and its own copies of them are of
 * other versions. What is Kibana's own is left to be found in Kibana.
 * @param {string} outdir
 */
async function bundleServer(outdir) {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: ROOT,
    entryPoints: {
      index: path.join(ROOT, 'server/index.ts'),
      worker: path.join(ROOT, 'server/bridge/worker.ts'),
    },
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['@kbn/*', 'rxjs'],
    // Kibana's packages are found by `require`, which takes folders
    supported: { 'dynamic-import': false },
    legalComments: 'none',
    logLevel: 'warning',
  });
}

/**
 * The entry that Kibana loads on every page only defines where the plugin is; all else is evaluated when Kibana asks for it,
 * and the pages are fetched when the app is opened.
 * @param {string} outdir
 */
async function bundleBrowser(outdir) {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: ROOT,
    stdin: { contents: ENTRY, resolveDir: ROOT, sourcefile: 'entry.js' },
    outfile: path.join(outdir, `${ID}.plugin.js`),
    bundle: true,
    minify: true,
    platform: 'browser',
    format: 'iife',
    target: 'es2020',
    jsx: 'transform',
    define: { 'process.env.NODE_ENV': '"production"' },
    legalComments: 'none',
    plugins: [sharedDependencies()],
    logLevel: 'warning',
  });
  await Promise.all([buildApp(outdir), buildRum(outdir)]);
}

const ENTRY = `
  let loaded;
  const load = () => (loaded ??= require('./public/index.ts'));
  __kbnBundles__.define('plugin/${ID}/public', load, 'plugin/${ID}/public');
`;

/** @param {Map<string, Buffer>} files */
function addTranslations(files) {
  const folder = path.join(ROOT, 'translations');
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  for (const name of names) files.set(`translations/${name}`, readFileSync(path.join(folder, name)));
  const translations = names.map((name) => `translations/${name}`).sort();
  files.set('.i18nrc.json', json({ prefix: ID, paths: { [ID]: '.' }, translations }));
}

/** @param {Buffer} content */
const brotli = (content) => brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });

/** @param {unknown} value */
const json = (value) => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

async function main() {
  const { values } = parseArgs({
    options: { 'kibana-version': { type: 'string', multiple: true }, outdir: { type: 'string' } },
  });
  const versions = values['kibana-version'] ?? [];
  if (versions.length === 0) throw new Error('Say for which Kibana: --kibana-version 8.12.2, once for each version.');
  const outdir = path.resolve(values.outdir ?? path.join(ROOT, 'build'));
  for (const zip of await buildPlugin(versions, outdir)) log(path.relative(process.cwd(), zip));
}

if (process.argv[1] && path.resolve(process.argv[1]) === import.meta.filename) runMain(main);
