import { parentPort, workerData } from 'node:worker_threads';
import { createRuleSet } from '../../common/engine';
import { BeTraceError } from '../../common/errors';
import { Bridge } from './bridge';
import type { BridgeSettings, FromWorker, ToWorker } from './messages';

const ALIVE_MS = 1_000;

/** The worker thread: a bridge whose host is at the other end of the port. */
const port = parentPort!;
const { settings } = workerData as { settings: BridgeSettings };
const post = (message: FromWorker): void => port.postMessage(message);

/** Tells the host why, without what could hold data of users, and ends the thread. */
function fail(error: unknown): void {
  const { code, message } =
    error instanceof BeTraceError
      ? error
      : { code: (error as { code?: string }).code ?? 'BT_INTERNAL', message: (error as Error).name };
  post({ v: 1, t: 'failed', code, message });
  process.exit(1);
}

process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

const bridge = new Bridge({
  settings,
  createJudge: () => createRuleSet(settings.evidence),
  now: () => performance.now(),
  post(message) {
    post(message);
    if (message.t === 'drained') process.exit(0);
  },
});
port.on('message', (message: ToWorker) => bridge.handle(message));
// a long journal is read before the bridge tells its status itself
const alive = setInterval(() => post({ v: 1, t: 'status', s: bridge.status() }), ALIVE_MS);
bridge.start().then(() => clearInterval(alive), fail);
