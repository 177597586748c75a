import { spawn } from 'node:child_process';

const TAIL = 4_000;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
process.once('exit', () => running.forEach((child) => child.kill()));

/** A program that is missing and that we could not install: its message is one sentence saying what to do. */
export class MissingToolError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'MissingToolError';
  }
}

/**
 * Runs a program to its end and gives what it printed; rejects with the tail of its output when it fails.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, inherit?: boolean }} [options] `inherit` shows the output instead
 * @returns {Promise<string>} standard output and standard error together
 */
export function run(command, args, { cwd, env, inherit = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      stdio: inherit ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    child.once('close', () => running.delete(child));
    let output = '';
    const collect = (/** @type {Buffer} */ chunk) => (output += chunk.toString());
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.on('error', (error) => reject(new Error(`${command} can't be run: ${error.message}`)));
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(output);
      const tail = output.trim().slice(-TAIL);
      reject(new Error(`${command} ${args[0] ?? ''} ended with ${signal ?? `code ${code}`}${tail && `:\n${tail}`}`));
    });
  });
}

/**
 * What a program printed, or undefined where it is missing or fails.
 * @param {string} command
 * @param {readonly string[]} args
 */
export function tryRun(command, args) {
  return run(command, args).catch(() => undefined);
}

/**
 * Installs a Debian package when we may (root, apt-get); answers whether it did.
 * @param {string} name
 * @param {(line: string) => void} log
 */
export async function aptInstall(name, log) {
  if (process.getuid?.() !== 0 || (await tryRun('apt-get', ['--version'])) === undefined) return false;
  log(`installing ${name} with apt-get`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '-y', '-q', '--no-install-recommends', name];
  try {
    await run('apt-get', install, { env });
  } catch {
    // the package lists of a fresh machine are empty or old
    await run('apt-get', ['update', '-q'], { env });
    await run('apt-get', install, { env });
  }
  return true;
}
