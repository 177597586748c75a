import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from '../build.mjs';
import { superviseElasticsearch } from '../elasticsearch/supervise.mjs';
import { checkNode, ensureDependencies } from './install.mjs';
import { dataDir, ROOT } from './paths.mjs';
import { exited, terminate } from './processes.mjs';
import { stopSignals } from './stop_signals.mjs';

// This file runs before anything is installed: it may import Node's own modules and its neighbours only.

const DRAIN_MS = 15_000;

/**
 * What runs beside a host: it is stopped before the host is, and when it ends by itself everything does.
 * @typedef {object} Companion
 * @property {Promise<void>} ended resolves only when it can't go on, and has said why
 * @property {() => Promise<void>} stop ends it in good order
 * @property {() => void} kill ends it at once
 */

/**
 * Installs what is missing, brings up Elasticsearch and the host, and runs until a signal stops them or the host ends;
 * then ends the process. Signals are handled as `stopSignals` says.
 * @param {object} options
 * @param {(line: string) => void} options.log progress
 * @param {NodeJS.ProcessEnv} [options.environment] settings of the host where the user has set none
 * @param {(url: string) => Companion} [options.accompany] called once, when the host is ready
 */
export async function serve({ log, environment = {}, accompany }) {
  checkNode();
  const signals = stopSignals();
  await ensureDependencies(log);
  log('building');
  await build();

  mkdirSync(dataDir(), { recursive: true, mode: 0o700 });
  const elasticsearch = process.env['ELASTICSEARCH_URL'] ? undefined : await startEmbedded(log);
  log('starting the host');
  const host = startHost({ ...environment, ...process.env, ...(elasticsearch && loginOf(elasticsearch.node)) });
  /** @type {Companion | undefined} */
  let companion;
  const companionEnded = new Promise((resolve) => {
    host.on('message', (message) => {
      const url = /** @type {{ ready?: string }} */ (message).ready;
      if (!url) return;
      log(`BeTrace is ready at ${url} (Ctrl-C stops it)`);
      companion ??= accompany?.(url);
      void companion?.ended.then(() => resolve('companion'));
    });
  });
  const stopRequested = signals.untilStop(() => {
    companion?.kill();
    host.kill('SIGKILL');
    elasticsearch?.kill();
  });

  const cause = await Promise.race([companionEnded, stopRequested, exited(host)]);
  // ready only now is ready too late
  host.removeAllListeners('message');
  const asked = host.exitCode === null && host.signalCode === null;
  log(asked ? 'stopping' : `the host ended with ${host.signalCode ?? `code ${host.exitCode}`}`);
  await companion?.stop();
  if (asked) await terminate(host, DRAIN_MS);
  await elasticsearch?.stop();
  if (cause === 'companion') process.exit(1);
  // a host that was asked to stop before it listened for the signal ends by it
  process.exit(asked && host.signalCode === 'SIGTERM' ? 0 : (host.exitCode ?? 1));
}

/** @param {(line: string) => void} log */
function startEmbedded(log) {
  return superviseElasticsearch({ home: path.join(dataDir(), 'elasticsearch'), password: password(), log });
}

/** Made at the first start, and kept, for the data outlives us. */
function password() {
  const file = path.join(dataDir(), 'elasticsearch-password');
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

/** @param {import('../elasticsearch/launch.mjs').ElasticsearchNode} node */
function loginOf({ url, username, password }) {
  return { ELASTICSEARCH_URL: url, ELASTICSEARCH_USERNAME: username, ELASTICSEARCH_PASSWORD: password };
}

/** @param {NodeJS.ProcessEnv} environment */
function startHost(environment) {
  return spawn(process.execPath, ['--enable-source-maps', path.join(ROOT, 'build/standalone/main.js')], {
    env: { ...environment, BETRACE_DATA_DIR: dataDir() },
    // the channel tells the host when we are gone; its own process group leaves a Ctrl-C to us
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true,
  });
}
