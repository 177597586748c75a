import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from './build.mjs';
import { superviseElasticsearch } from './elasticsearch/supervise.mjs';
import { checkNode, ensureDependencies } from './lib/install.mjs';
import { dataDir, ROOT } from './lib/paths.mjs';
import { exited, terminate } from './lib/processes.mjs';
import { progress, runMain } from './lib/progress.mjs';

const DRAIN_MS = 15_000;
/** npm passes a Ctrl-C on that the terminal has sent already: what follows this soon is the same one. */
const SAME_SIGNAL_MS = 500;

const log = progress('start');

async function main() {
  checkNode();
  const signals = stopSignals();
  await ensureDependencies(log);
  log('building');
  await build();

  mkdirSync(dataDir(), { recursive: true, mode: 0o700 });
  const elasticsearch = process.env['ELASTICSEARCH_URL'] ? undefined : await startEmbedded();
  log('starting the host');
  const host = startHost(elasticsearch && loginOf(elasticsearch.node));
  host.on('message', (message) => {
    const url = /** @type {{ ready?: string }} */ (message).ready;
    if (url) log(`BeTrace is ready at ${url} (Ctrl-C stops it)`);
  });
  const stopRequested = signals.untilStop(() => {
    host.kill('SIGKILL');
    elasticsearch?.kill();
  });

  await Promise.race([stopRequested, exited(host)]);
  const asked = host.exitCode === null && host.signalCode === null;
  if (asked) {
    log('stopping');
    await terminate(host, DRAIN_MS);
  } else {
    log(`the host ended with ${host.signalCode ?? `code ${host.exitCode}`}`);
  }
  await elasticsearch?.stop();
  // a host that was asked to stop before it listened for the signal ends by it
  process.exit(asked && host.signalCode === 'SIGTERM' ? 0 : (host.exitCode ?? 1));
}

function startEmbedded() {
  return superviseElasticsearch({ home: path.join(dataDir(), 'elasticsearch'), password: password(), log });
}

/** Made at the first start, and kept, for the data outlives us. */
function password() {
  const file = path.join(dataDir(), 'elasticsearch-password');
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

/** @param {import('./elasticsearch/launch.mjs').ElasticsearchNode} node */
function loginOf({ url, username, password }) {
  return { ELASTICSEARCH_URL: url, ELASTICSEARCH_USERNAME: username, ELASTICSEARCH_PASSWORD: password };
}

/** @param {NodeJS.ProcessEnv} [login] */
function startHost(login) {
  return spawn(process.execPath, ['--enable-source-maps', path.join(ROOT, 'build/standalone/main.js')], {
    env: { ...process.env, BETRACE_DATA_DIR: dataDir(), ...login },
    // the channel tells the host when we are gone; its own process group leaves a Ctrl-C to us
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true,
  });
}

/** A signal ends the set-up at once. Later the first one asks to stop, and a second one forces. */
function stopSignals() {
  let handle = () => /** @type {void} */ (process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => handle());
  return {
    /**
     * @param {() => void} force
     * @returns {Promise<void>}
     */
    untilStop: (force) =>
      new Promise((resolve) => {
        handle = () => {
          const first = performance.now();
          resolve();
          handle = () => {
            if (performance.now() - first < SAME_SIGNAL_MS) return;
            force();
            process.exit(130);
          };
        };
      }),
  };
}

runMain(main);
