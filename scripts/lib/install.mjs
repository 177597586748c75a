import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './command.mjs';
import { ROOT } from './paths.mjs';

// This file runs before anything is installed: it may import Node's own modules and its neighbours only.

const OLDEST = /** @type {const} */ ([20, 19]);

/** Throws one sentence when this Node is too old to run us. */
export function checkNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new Error(
    `BeTrace needs Node ${OLDEST.join('.')} or later, and this is Node ${version}: please install a newer one.`,
  );
}

/**
 * Installs the npm packages of a project when they are missing or its lock file has changed since they were installed.
 * @param {(line: string) => void} log
 * @param {string} [folder] of the project: ours, or one within it
 */
export async function ensureDependencies(log, folder = ROOT) {
  const lock = path.join(folder, 'package-lock.json');
  const stamp = path.join(folder, 'node_modules', '.betrace-lock-hash');
  const hash = createHash('sha256').update(readFileSync(lock)).digest('hex');
  const stamped = existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
  if (!stamped && !installedByHand(folder, lock)) {
    log(`installing npm packages${folder === ROOT ? '' : ` of ${path.relative(ROOT, folder)}`}`);
    // NODE_ENV=production would leave out the tools that build and test
    await run('npm', ['ci', '--include=dev', '--prefer-offline'], { cwd: folder });
  }
  writeFileSync(stamp, hash);
}

/**
 * Whether somebody ran npm after the lock file was last written.
 * @param {string} folder
 * @param {string} lock
 */
function installedByHand(folder, lock) {
  // npm's own note of what it has installed
  const installed = path.join(folder, 'node_modules', '.package-lock.json');
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs;
}
