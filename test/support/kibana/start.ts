import { execFile, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../../scripts/lib/ports.mjs';
import { sharedElasticsearch } from '../elasticsearch';
import { waitUntil } from '../host';
import { temporaryFolder } from '../temporary';
import { unzip } from '../unzip';

const ROOT = path.resolve(__dirname, '../../..');

/** Runs `npm run build:plugin` for these versions; gives the zips by name. */
export async function buildZips(
  versions: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Map<string, Buffer>> {
  const outdir = temporaryFolder();
  const args = versions.flatMap((version) => ['--kibana-version', version]);
  await promisify(execFile)(process.execPath, ['scripts/build_plugin.mjs', '--outdir', outdir, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
  });
  return new Map(readdirSync(outdir).map((name) => [name, readFileSync(path.join(outdir, name))]));
}

/** Unpacks a zip as Kibana's installer does; gives the plugin's folder. */
export function install(zip: Buffer): string {
  const folder = path.join(temporaryFolder(), 'betrace');
  for (const [name, { content, mode }] of unzip(zip)) {
    const file = path.join(folder, path.relative('kibana/betrace', name));
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content, { mode });
  }
  return folder;
}

export interface FakeKibanaOptions {
  readonly plugin: string;
  /** What kibana.yml has below `betrace`. */
  readonly config: object;
  /** Kibana's own user. */
  readonly elasticsearch: {
    readonly url: string;
    readonly auth: { readonly username: string; readonly password: string };
  };
  /** `bare`: nothing is found of Kibana but the configuration's schema. */
  readonly line: '8' | '9' | 'bare';
  /** Whether it has a key to encrypt saved objects with (true). */
  readonly canEncrypt?: boolean;
}

export interface FakeKibana {
  readonly url: string;
  readonly output: () => string;
  /** Ends it as Kibana ends its plugins; gives the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL: it gets no chance to say anything. */
  kill(): Promise<void>;
}

/** The plugin as its zip has it, with the shared Elasticsearch and no bridge: for what needs neither spans nor set-up. */
export async function startWithoutBridge(line: '8' | '9'): Promise<FakeKibana> {
  const [zip] = (await buildZips(['8.12.2'])).values();
  const { url, username, password } = sharedElasticsearch();
  return startFakeKibana({
    plugin: install(zip!),
    line,
    elasticsearch: { url, auth: { username, password } },
    config: { bridge: { enabled: false }, signing: { key: Buffer.alloc(32, 'of tests').toString('base64') } },
  });
}

/** Starts a process that loads the plugin and serves its routes (`fake_kibana.mjs`). */
export async function startFakeKibana(options: FakeKibanaOptions): Promise<FakeKibana> {
  const port = await freePort();
  const settings = { ...options, port, dataDir: temporaryFolder() };
  const child = spawn(process.execPath, [path.join(__dirname, 'fake_kibana.mjs')], {
    env: { PATH: process.env['PATH'], FAKE_KIBANA: JSON.stringify(settings) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  const output = (): string => Buffer.concat(chunks).toString();
  let ended = false;
  const gone = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      ended = true;
      resolve(code);
    });
  });
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  const url = `http://127.0.0.1:${port}`;
  await waitUntil(async () => ended || (await fetch(`${url}/fake`)).ok, 20_000);
  if (ended) throw new Error(`The plugin did not start:\n${output()}`);
  return {
    url,
    output,
    stop: async () => {
      child.kill('SIGTERM');
      const code = await gone;
      process.off('exit', end);
      return code;
    },
    kill: async () => {
      end();
      await gone;
      process.off('exit', end);
    },
  };
}
