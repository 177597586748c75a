import { sweepTemporaryFolders } from './temporary';

/** Ends the Elasticsearch of `global_setup` and removes its data. */
export default async function globalTeardown(): Promise<void> {
  await globalThis.betraceTeardown?.();
  sweepTemporaryFolders();
}
