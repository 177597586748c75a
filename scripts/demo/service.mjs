import { spawn } from 'node:child_process';
import path from 'node:path';
import { exited, terminate } from '../lib/processes.mjs';

const FOLDER = path.join(import.meta.dirname, 'shop');
const START_MS = 30_000;
const FLUSH_MS = 5_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Runs a service of the shop as a process of its own, with OpenTelemetry's SDK; when it ends without being asked to, it
 * is started again, with growing pauses. It ends with this process, however that one ends.
 * @param {{ name: string, environment: Record<string, string>, log: (line: string) => void }} options
 */
export function runService({ name, environment, log }) {
  let stopping = false;
  let child = launch(name, environment);

  const keepRunning = async () => {
    let pause = FIRST_PAUSE_MS;
    for (;;) {
      const started = performance.now();
      await exited(child);
      if (stopping) return;
      if (performance.now() - started > LONGEST_PAUSE_MS) pause = FIRST_PAUSE_MS;
      log(
        `${name} has ended with ${child.signalCode ?? `code ${child.exitCode}`}; starting it again in ${pause / 1_000} s`,
      );
      await new Promise((resolve) => setTimeout(resolve, pause));
      if (stopping) return;
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      child = launch(name, environment);
    }
  };

  return {
    /** Resolves once it listens for the first time, and keeps it running from then on. */
    start: async () => {
      await listening(name, child);
      void keepRunning();
    },
    /** Its process at present. */
    pid: () => child.pid,
    stop: () => {
      stopping = true;
      return terminate(child, FLUSH_MS);
    },
    kill: () => {
      stopping = true;
      child.kill('SIGKILL');
    },
  };
}

/**
 * @param {string} name
 * @param {Record<string, string>} environment
 */
function launch(name, environment) {
  const file = (/** @type {string} */ base) => path.join(FOLDER, `${base}.cjs`);
  return spawn(process.execPath, ['--require', file('tracing'), file(name)], {
    env: { ...withoutTelemetry(process.env), OTEL_SERVICE_NAME: name, ...environment },
    // the channel tells it when we are gone; its own process group leaves a Ctrl-C to us
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true,
  });
}

/**
 * A developer's own settings of OpenTelemetry must not send the demo's spans elsewhere, and ours are none of its business.
 * @param {NodeJS.ProcessEnv} environment
 */
function withoutTelemetry(environment) {
  return Object.fromEntries(Object.entries(environment).filter(([key]) => !/^(OTEL|BETRACE|ELASTICSEARCH)_/.test(key)));
}

/**
 * @param {string} name
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<void>}
 */
function listening(name, child) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${name} does not listen after ${START_MS / 1_000} s`)), START_MS);
    child.once('message', () => {
      clearTimeout(timer);
      resolve();
    });
    void exited(child).then(() => {
      clearTimeout(timer);
      reject(new Error(`${name} ended before it listened`));
    });
  });
}
