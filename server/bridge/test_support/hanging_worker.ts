import { existsSync, writeFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { BridgeSettings, ToWorker } from '../messages';
import '../worker';
import { HANG_REVISION } from './hang_revision';

// The real worker, which hangs for good over rules of this revision: the first time only, as a file beside its journal
// remembers.

const { settings } = workerData as { settings: BridgeSettings };
const marker = `${settings.journal?.folder ?? ''}.hung`;

parentPort?.on('message', (message: ToWorker) => {
  if (message.t !== 'rules' || message.revision !== HANG_REVISION || existsSync(marker)) return;
  writeFileSync(marker, '');
  for (;;);
});
