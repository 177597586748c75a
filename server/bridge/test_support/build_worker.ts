import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Bundles the real worker, or one made of it for a test, into a folder of its own. */
export async function buildWorker(
  entry = '../worker.ts',
): Promise<{ workerFile: string; folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'betrace-bridge-'));
  const workerFile = join(folder, 'worker.js');
  await build({
    entryPoints: [join(__dirname, entry)],
    outfile: workerFile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'error',
  });
  return { workerFile, folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
