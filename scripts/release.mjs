import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildPlugin } from './build_plugin.mjs';
import { billOfMaterials } from './lib/bill_of_materials.mjs';
import { run } from './lib/command.mjs';
import { collectPackages } from './lib/licenses.mjs';
import { ROOT } from './lib/paths.mjs';
import { progress, runMain } from './lib/progress.mjs';

const LICENSES = 'THIRD_PARTY_LICENSES.txt';
const SUMS = 'SHA256SUMS';
const log = progress('release');

/** The versions of Kibana that a release has a zip for, unless it is told others. */
export const KIBANA_VERSIONS = Object.keys(
  JSON.parse(readFileSync(path.join(import.meta.dirname, 'lib/kibana_versions.json'), 'utf8')),
);

/**
 * Makes what a release consists of: a zip for each version of Kibana, what is in them (CycloneDX) and under which licences,
 * and the checksums of all. The same inputs give the same bytes.
 * @param {readonly string[]} kibanaVersions
 * @param {string} outdir an empty folder, or none yet
 * @returns {Promise<string[]>} the names of the files in it
 */
export async function release(kibanaVersions, outdir) {
  if (existsSync(outdir) && readdirSync(outdir).length > 0) throw new Error(`${outdir} is not empty.`);
  mkdirSync(outdir, { recursive: true });
  await run(process.execPath, ['scripts/licenses.mjs', '--check'], { cwd: ROOT });
  const [first = ''] = await buildPlugin(kibanaVersions, outdir);
  const build = path.basename(first).replace(/-kibana-.*/, '');
  copyFileSync(path.join(ROOT, LICENSES), path.join(outdir, LICENSES));
  const materials = billOfMaterials(build.slice('betrace-'.length), collectPackages(ROOT));
  writeFileSync(path.join(outdir, `${build}.cdx.json`), `${JSON.stringify(materials, null, 2)}\n`);
  const names = readdirSync(outdir).sort();
  const sums = names.map((name) => `${sha256(readFileSync(path.join(outdir, name)))}  ${name}\n`);
  writeFileSync(path.join(outdir, SUMS), sums.join(''));
  return [...names, SUMS];
}

/** @param {Buffer} content */
const sha256 = (content) => createHash('sha256').update(content).digest('hex');

async function main() {
  const { values } = parseArgs({
    options: { 'kibana-version': { type: 'string', multiple: true }, outdir: { type: 'string' } },
  });
  const outdir = path.resolve(values.outdir ?? path.join(ROOT, 'build/release'));
  for (const name of await release(values['kibana-version'] ?? KIBANA_VERSIONS, outdir)) {
    log(path.relative(process.cwd(), path.join(outdir, name)));
  }
}

if (process.argv[1] && path.resolve(process.argv[1]) === import.meta.filename) runMain(main);
