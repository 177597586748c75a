import { spawn } from 'node:child_process';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import path from 'node:path';
import { freePort } from '../../scripts/lib/ports.mjs';
import { sharedElasticsearch } from './elasticsearch';
import { temporaryFolder } from './temporary';

const MAIN = path.resolve(__dirname, '../../build/standalone/main.js');
const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 20_000;
const SIGNING_KEY = Buffer.alloc(32, 'of tests only').toString('base64');

/** A host that runs as users run it: a process of its own, started from the bundle. */
export interface Host {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly dataDir: string;
  /** All that it has printed so far, standard output and error together. */
  output(): string;
  /** SIGTERM, and its exit code once it has gone. */
  stop(): Promise<number | null>;
  /** SIGKILL: it gets no chance to drain. */
  kill(): Promise<void>;
}

/** Its settings as environment variables; one that is undefined is left out. */
export type HostEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * Starts `build/standalone/main.js` and waits until `/readyz` says so, or only until `/healthz` answers (`ready: false`).
 * Unless `env` says otherwise it uses the shared Elasticsearch, a free port, a data folder of its own, and the signing key
 * that all hosts of a run share. It ends with this process, however that one ends.
 */
export async function startHost(env: HostEnvironment = {}, { ready = true } = {}): Promise<Host> {
  const port = Number(env['BETRACE_HTTP_PORT'] ?? (await freePort()));
  const dataDir = env['BETRACE_DATA_DIR'] ?? temporaryFolder();
  const child = spawn(process.execPath, ['--enable-source-maps', MAIN], {
    env: {
      ...inherited(),
      ...('ELASTICSEARCH_URL' in env ? {} : sharedElasticsearch().environment),
      BETRACE_SIGNING_KEY: SIGNING_KEY,
      ...env,
      BETRACE_HTTP_PORT: String(port),
      BETRACE_DATA_DIR: dataDir,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  // a test that forgets it must not keep jest from ending, with which it ends
  child.unref();
  child.channel?.unref();
  for (const stream of [child.stdout, child.stderr]) (stream as Socket | null)?.unref();
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const output = () => Buffer.concat(chunks).toString();
  let ended = false;
  const gone = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      ended = true;
      resolve(code);
    });
  });

  const url = `${env['BETRACE_TLS_CERT_FILE'] ? 'https' : 'http'}://127.0.0.1:${port}`;
  const host: Host = {
    url,
    port,
    pid: child.pid ?? 0,
    dataDir,
    output,
    stop: async () => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      const code = await gone;
      clearTimeout(timer);
      return code;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
  try {
    await waitUntil(async () => ended || (await answers(url, ready)), START_TIMEOUT_MS);
    if (ended) throw new Error('it has ended');
  } catch (error) {
    await host.kill();
    throw new Error(`The host did not start (${(error as Error).message}):\n${output()}`);
  }
  return host;
}

/** The first administrator's API key, which a host off loopback prints. */
export async function printedKey(host: Pick<Host, 'output'>): Promise<string> {
  const find = (): string | undefined => /bt_[0-9a-f]{16}_[A-Za-z0-9_-]{43}/.exec(host.output())?.[0];
  await waitUntil(async () => find() !== undefined);
  return find() ?? '';
}

/** Off loopback `/readyz` wants an API key (401), which says as much. */
async function answers(url: string, ready: boolean): Promise<boolean> {
  const status = await new Promise<number>((resolve, reject) => {
    const ask = url.startsWith('https') ? httpsRequest : httpRequest;
    // whose certificate it shows is the test's business
    ask(`${url}/${ready ? 'readyz' : 'healthz'}`, { agent: false, rejectUnauthorized: false }, (answer) =>
      resolve(answer.resume().statusCode ?? 0),
    )
      .on('error', reject)
      .end();
  });
  return status === 200 || (ready && status === 401);
}

/** Tries until an attempt gives true; what an attempt throws counts as not yet, and is told when the time is over. */
export async function waitUntil(attempt: () => Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  do {
    try {
      if (await attempt()) return;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  } while (performance.now() < deadline);
  throw new Error(`not so after ${timeoutMs} ms${last instanceof Error ? `: ${last.message}` : ''}`);
}

/** Our environment without settings of the host: a developer's must not change a test. */
function inherited(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(BETRACE|ELASTICSEARCH)_/.test(name)));
}
