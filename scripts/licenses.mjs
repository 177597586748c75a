import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { collectPackages, renderLicenses, unlistedLicenses } from './lib/licenses.mjs';
import { ROOT } from './lib/paths.mjs';
import { runMain } from './lib/progress.mjs';

const FILE = path.join(ROOT, 'THIRD_PARTY_LICENSES.txt');

/** `--write` writes THIRD_PARTY_LICENSES.txt, `--check` fails when it is out of date; both on a licence not allowed. */
async function main() {
  const packages = collectPackages(ROOT);
  const unlisted = unlistedLicenses(packages);
  if (unlisted.length)
    throw new Error(`These licences are not on the list in scripts/lib/licenses.mjs: ${unlisted.join(', ')}.`);
  const text = renderLicenses(packages);
  if (process.argv.includes('--write')) writeFileSync(FILE, text);
  else if (!existsSync(FILE) || readFileSync(FILE, 'utf8') !== text) {
    throw new Error(`${path.basename(FILE)} is out of date: run "npm run licenses".`);
  }
}

runMain(main);
