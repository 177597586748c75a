import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './command.mjs';
import { ROOT } from './paths.mjs';

// This file runs before anything is installed: it may import Node's own modules and its neighbours only.

const OLDEST = /** @type {const} */ ([20, 19]);
const LOCK = path.join(ROOT, 'package-lock.json');
const STAMP = path.join(ROOT, 'node_modules', '.betrace-lock-hash');
/** npm's own note of what it has installed. */
const INSTALLED = path.join(ROOT, 'node_modules', '.package-lock.json');

/** Throws one sentence when this Node is too old to run us. */
export function checkNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new Error(
    `BeTrace needs Node ${OLDEST.join('.')} or later, and this is Node ${version}: please install a newer one.`,
  );
}

/**
 * Installs the npm packages when they are missing or the lock file has changed since they were installed.
 * @param {(line: string) => void} log
 */
export async function ensureDependencies(log) {
  const hash = createHash('sha256').update(readFileSync(LOCK)).digest('hex');
  const stamped = existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash;
  if (!stamped && !installedByHand()) {
    log('installing npm packages');
    // NODE_ENV=production would leave out the tools that build and test
    await run('npm', ['ci', '--include=dev'], { cwd: ROOT });
  }
  writeFileSync(STAMP, hash);
}

/** Whether somebody ran npm after the lock file was last written. */
function installedByHand() {
  return existsSync(INSTALLED) && statSync(INSTALLED).mtimeMs >= statSync(LOCK).mtimeMs;
}
