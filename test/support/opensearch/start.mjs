import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findJava } from '../../../scripts/elasticsearch/java.mjs';
import { ensureMaven } from '../../../scripts/elasticsearch/setup.mjs';
import { run } from '../../../scripts/lib/command.mjs';
import { cacheDir } from '../../../scripts/lib/paths.mjs';
import { freePort } from '../../../scripts/lib/ports.mjs';
import { exited } from '../../../scripts/lib/processes.mjs';

/** @typedef {import('../../../scripts/elasticsearch/java.mjs').Java} Java */

const POM = path.join(import.meta.dirname, 'pom.xml');
const SOURCE = path.join(import.meta.dirname, 'PipelineEngine.java');
const FLAGS = [
  '-Xms256m',
  '-Xmx256m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '--enable-native-access=ALL-UNNAMED',
];
const START_TIMEOUT_MS = 90_000;

/**
 * Sets up (the first time) and starts an engine that has the ingest processors, which the embedded Elasticsearch lacks: its
 * fork, whose modules Maven Central carries. It has neither security nor mappings of ours.
 * @param {string} home where the node keeps its data
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function startPipelineEngine(home) {
  const quiet = () => undefined;
  const java = await findJava(quiet);
  const folder = await setUp(java);
  const port = await freePort();
  const classPath = [path.join(folder, 'classes'), path.join(folder, 'lib', '*')].join(path.delimiter);
  const child = spawn(java.command, [...FLAGS, '-cp', classPath, 'PipelineEngine', home, String(port)], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let tail = '';
  child.stdin.on('error', quiet);
  child.stderr.on('data', (chunk) => (tail = (tail + chunk).slice(-3_000)));
  const gone = exited(child);
  const stop = async () => {
    child.kill('SIGKILL');
    await gone;
  };
  const url = `http://127.0.0.1:${port}`;
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (!(await answers(url))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await stop();
      throw new Error(`The engine for pipelines did not start.\n${tail}`);
    }
    await sleep(200);
  }
  return { url, stop };
}

/** @param {string} url */
const answers = (url) =>
  fetch(`${url}/_cluster/health?wait_for_status=yellow&timeout=1s`).then(
    ({ ok }) => ok,
    () => false,
  );

/**
 * @param {Java} java
 * @returns {Promise<string>} the folder of the installation
 */
async function setUp(java) {
  const hash = createHash('sha256').update(readFileSync(POM)).update(readFileSync(SOURCE)).update(java.build);
  const folder = path.join(cacheDir(), 'opensearch', hash.digest('hex').slice(0, 16));
  if (existsSync(folder)) return folder;
  await ensureMaven(() => undefined);
  const temporary = `${folder}.${randomBytes(4).toString('hex')}`;
  mkdirSync(temporary, { recursive: true });
  try {
    await run('mvn', ['-q', '-B', '-f', POM, `-Dhome=${temporary}`, 'package'], {
      env: { ...process.env, JAVA_HOME: java.home },
    });
    const jars = readdirSync(path.join(temporary, 'lib')).map((jar) => path.join(temporary, 'lib', jar));
    const classes = path.join(temporary, 'classes');
    const compiler = path.join(temporary, 'ecj.jar');
    const options = ['-21', '-nowarn', '-proc:none', '-cp', jars.join(path.delimiter), '-d', classes];
    await run(java.command, ['-jar', compiler, ...options, SOURCE]);
    rmSync(compiler);
    renameSync(temporary, folder);
  } catch (error) {
    // the folder is there when another run was faster
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return folder;
}
