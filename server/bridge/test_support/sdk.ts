import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const run = promisify(execFile);

export interface Sdk {
  /** Sends a trace, a root and children of the names given, through a real OpenTelemetry SDK; gives its trace id. */
  exportTrace(
    endpoint: string,
    encoding: 'protobuf' | 'json',
    compression: 'none' | 'gzip',
    names: readonly string[],
  ): Promise<string>;
}

/** Makes the SDK's program ready in a folder. */
export async function buildSdk(folder: string): Promise<Sdk> {
  const program = join(folder, 'sdk_process.js');
  await build({
    entryPoints: [join(__dirname, 'sdk_process.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
  return {
    async exportTrace(endpoint, encoding, compression, names) {
      const { stdout } = await run(process.execPath, [program, endpoint, encoding, compression, ...names]);
      return stdout;
    },
  };
}
