import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';
import { MissingToolError } from '../lib/command.mjs';
import { freePort } from '../lib/ports.mjs';
import { exited, terminate } from '../lib/processes.mjs';
import { dockerAnswers, startInDocker } from './docker.mjs';
import { javaArguments, setUpElasticsearch } from './setup.mjs';
import { waitForLogin } from './wait.mjs';

/**
 * @typedef {object} StartOptions
 * @property {string} home where the node keeps its data
 * @property {number} [httpPort] 0 (the default) takes a free one
 * @property {string} password of the user `elastic`; at least six characters
 * @property {(line: string) => void} [log] progress
 */

/**
 * A running node. It ends with the process that started it, however that one ends.
 * @typedef {object} ElasticsearchNode
 * @property {string} url
 * @property {'elastic'} username
 * @property {string} password
 * @property {number} port
 * @property {number} pid
 * @property {Promise<void>} exited
 * @property {() => Promise<void>} stop ends it in good order
 * @property {() => Promise<void>} kill ends it at once
 */

const START_TIMEOUT_MS = 120_000;
const LOGIN_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;
const LOCK_WAIT_MS = 15_000;
const TAIL = 3_000;

/**
 * Sets up (the first time) and starts a real Elasticsearch with security on 127.0.0.1, and gives it once it answers.
 * @param {StartOptions} options
 * @returns {Promise<ElasticsearchNode>}
 */
export async function startElasticsearch(options) {
  const log = options.log ?? (() => undefined);
  let installation;
  try {
    installation = await setUpElasticsearch(log);
  } catch (error) {
    if (!(error instanceof MissingToolError) || !(await dockerAnswers())) throw error;
    return startInDocker({ ...options, log });
  }
  log('starting Elasticsearch');
  const deadline = performance.now() + LOCK_WAIT_MS;
  for (;;) {
    try {
      return await launch(installation, options);
    } catch (error) {
      // the node of a run that was killed a moment ago may still be closing
      const locked = error instanceof Error && error.message.includes('obtain node lock');
      if (!locked) throw error;
      if (performance.now() > deadline)
        throw new Error(`Another Elasticsearch is using ${options.home}: please stop it first.`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

/**
 * @param {import('./setup.mjs').Installation} installation
 * @param {StartOptions} options
 * @returns {Promise<ElasticsearchNode>}
 */
async function launch(installation, { home, httpPort = 0, password }) {
  mkdirSync(path.join(home, 'logs'), { recursive: true });
  const port = String(httpPort || (await freePort()));
  const child = spawn(
    installation.java.command,
    [...javaArguments(installation), '--home', home, '--http-port', port],
    {
      env: { ...process.env, ELASTIC_PASSWORD: password },
      // the open pipe ties it to us; its own process group keeps a Ctrl-C for us to handle, in order
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    },
  );
  child.stdin.on('error', () => undefined);
  const gone = exited(child);
  const url = await ready(child, path.join(home, 'logs', 'output.log'));
  const problem = await waitForLogin({ url, password, child, timeoutMs: LOGIN_TIMEOUT_MS });
  if (problem) {
    child.kill('SIGKILL');
    await gone;
    throw new Error(`Elasticsearch in ${home} did not become usable: ${problem}.`);
  }
  return {
    url,
    username: 'elastic',
    password,
    port: Number(new URL(url).port),
    pid: Number(child.pid),
    exited: gone,
    stop: () => terminate(child, STOP_TIMEOUT_MS),
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/**
 * Waits for the node's line READY; all that it prints goes to a file.
 * @param {import('node:child_process').ChildProcessWithoutNullStreams} child
 * @param {string} file
 * @returns {Promise<string>} its address
 */
function ready(child, file) {
  const output = createWriteStream(file);
  // interrupted while it starts, it would only notice once it is up
  const abandon = () => child.kill('SIGKILL');
  process.once('exit', abandon);
  return new Promise((resolve, reject) => {
    let tail = '';
    let waiting = true;
    const settle = () => {
      waiting = false;
      clearTimeout(timer);
      process.off('exit', abandon);
    };
    const fail = (/** @type {string} */ why) => {
      if (!waiting) return;
      settle();
      child.kill('SIGKILL');
      reject(new Error(`Elasticsearch did not start: ${why}.${tail && `\n${tail.trim()}`}`));
    };
    const timer = setTimeout(() => fail(`no answer within ${START_TIMEOUT_MS / 1000} s`), START_TIMEOUT_MS);
    const read = (/** @type {Buffer} */ chunk) => {
      output.write(chunk);
      if (!waiting) return;
      tail = (tail + chunk.toString()).slice(-TAIL);
      const url = /^READY (\S+) /m.exec(tail)?.[1];
      if (!url) return;
      settle();
      resolve(url);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('error', (error) => fail(error.message));
    child.on('close', (code, signal) => {
      output.end();
      fail(`it ended with ${signal ?? `code ${code}`}`);
    });
  });
}
