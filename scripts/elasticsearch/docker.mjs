import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { run, tryRun } from '../lib/command.mjs';
import { freePort } from '../lib/ports.mjs';
import { exited } from '../lib/processes.mjs';
import { waitForLogin } from './wait.mjs';

// The way for machines that have a Docker engine and neither Java nor Maven. Written after the documentation of Docker
// and of the image: no test runs it.

const IMAGE = 'elasticsearch:9.5.3';
const START_TIMEOUT_MS = 180_000;

// the container ends when its standard input does, that is with the process that started it
const UNTIL_STDIN_ENDS =
  '/usr/local/bin/docker-entrypoint.sh eswrapper </dev/null & node=$!; (cat >/dev/null; kill $node) <&3 & wait $node';

/** Whether a Docker engine answers. */
export async function dockerAnswers() {
  return (await tryRun('docker', ['info'])) !== undefined;
}

/**
 * Starts the official image; the same contract as `startElasticsearch`.
 * @param {import('./launch.mjs').StartOptions & { log: (line: string) => void }} options
 * @returns {Promise<import('./launch.mjs').ElasticsearchNode>}
 */
export async function startInDocker({ home, httpPort = 0, password, log }) {
  log(`starting Elasticsearch from the image ${IMAGE}`);
  const port = httpPort || (await freePort());
  const data = path.resolve(home, 'data');
  mkdirSync(data, { recursive: true });
  chmodSync(data, 0o777); // the image runs as a user of its own
  const name = `betrace-elasticsearch-${randomBytes(4).toString('hex')}`;
  const settings = [
    'discovery.type=single-node',
    'xpack.security.http.ssl.enabled=false',
    'node.store.allow_mmap=false',
  ];
  const child = spawn(
    'docker',
    [
      ...['run', '--rm', '--interactive', '--name', name, '--publish', `127.0.0.1:${port}:9200`],
      ...['--volume', `${data}:/usr/share/elasticsearch/data`, '--env', 'ELASTIC_PASSWORD'],
      ...['--env', 'ES_JAVA_OPTS=-Xms512m -Xmx512m', ...settings.flatMap((setting) => ['--env', setting])],
      ...['--entrypoint', '/bin/bash', IMAGE, '-c', `exec 3<&0; ${UNTIL_STDIN_ENDS}`],
    ],
    { env: { ...process.env, ELASTIC_PASSWORD: password }, stdio: ['pipe', 'ignore', 'inherit'], detached: true },
  );
  child.stdin.on('error', () => undefined);
  const gone = exited(child);
  const end = async (/** @type {string[]} */ args) => {
    await run('docker', [...args, name]).catch(() => undefined);
    await gone;
  };
  const url = `http://127.0.0.1:${port}`;
  const problem = await waitForLogin({ url, password, child, timeoutMs: START_TIMEOUT_MS });
  if (problem) {
    await end(['kill']);
    throw new Error(`Elasticsearch did not start from the image ${IMAGE}: ${problem}.`);
  }
  const node = {
    url,
    username: /** @type {const} */ ('elastic'),
    password,
    port,
    pid: Number(child.pid),
    exited: gone,
  };
  return { ...node, stop: () => end(['stop', '--time', '20']), kill: () => end(['kill']) };
}
