/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/**
 * Settles when a child has gone, also when it went before this was called.
 * @param {ChildProcess} child
 * @returns {Promise<void>}
 */
export function exited(child) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
}

/**
 * Asks a child to end, and ends it when it hasn't within `graceMs`.
 * @param {ChildProcess} child
 * @param {number} graceMs
 */
export async function terminate(child, graceMs) {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await exited(child);
  clearTimeout(timer);
}
