import { randomBytes } from 'node:crypto';
import { startElasticsearch } from '../../scripts/elasticsearch/launch.mjs';
import { shareElasticsearch } from './elasticsearch';
import { sweepTemporaryFolders, temporaryFolder } from './temporary';

/** Starts the Elasticsearch that all integration tests share; `global_teardown` ends it. */
export default async function globalSetup(): Promise<void> {
  sweepTemporaryFolders();
  // an interrupted jest runs no teardown
  process.once('exit', sweepTemporaryFolders);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

  const home = temporaryFolder();
  const password = randomBytes(16).toString('hex');
  const node = await startElasticsearch({ home, password, log: (line) => process.stderr.write(`${line}\n`) });
  shareElasticsearch(node);
  const abandon = () => void node.kill();
  process.prependOnceListener('exit', abandon);
  globalThis.betraceTeardown = () => {
    process.off('exit', abandon);
    return node.kill();
  };
}

declare global {
  /** Handed from global_setup to global_teardown, which jest loads apart. */
  var betraceTeardown: (() => Promise<void>) | undefined;
}
