import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import path from 'node:path';
import { freePort } from '../scripts/lib/ports.mjs';
import { call } from './support/api';
import { sharedElasticsearch } from './support/elasticsearch';
import { startHost, waitUntil } from './support/host';
import { temporaryFolder } from './support/temporary';

/** A server at a port of its own that is no HTTP server: what connects is the handler's. */
async function serve(onConnection: (socket: Socket) => void, atPort = 0): Promise<{ port: number; stop(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(atPort, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    port,
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

test('stops in time, and leaves nothing behind, while Elasticsearch hangs', async () => {
  // accepts connections and never answers, as an Elasticsearch that is out of memory
  const elasticsearch = await serve(() => undefined);
  const temporary = temporaryFolder();
  const host = await startHost(
    { ELASTICSEARCH_URL: `http://127.0.0.1:${elasticsearch.port}`, TMPDIR: temporary },
    { ready: false },
  );
  expect((await call('GET', `${host.url}/readyz`)).status).toBe(503);
  expect(readdirSync(temporary)).not.toEqual([]);
  const waiting = call('GET', `${host.url}/api/v1/rules`).catch(() => undefined);

  const from = performance.now();
  expect(await host.stop()).toBe(0);
  expect(performance.now() - from).toBeLessThan(10_000);
  expect(readdirSync(temporary)).toEqual([]);
  await waiting;
  elasticsearch.stop();
});

test('starts while Elasticsearch is away, says so, and is ready once it has come', async () => {
  const environment: Readonly<Record<string, string>> = sharedElasticsearch().environment;
  const { port } = new URL(environment['ELASTICSEARCH_URL'] ?? '');
  const away = await freePort();
  const host = await startHost({ ...environment, ELASTICSEARCH_URL: `http://127.0.0.1:${away}` }, { ready: false });
  const readiness = (): ReturnType<typeof call> => call('GET', `${host.url}/readyz`);
  const spans = (): ReturnType<typeof call> => call('POST', `${host.url}/v1/traces`, {});

  await waitUntil(async () => JSON.stringify((await readiness()).body).includes('BT_STORE_UNAVAILABLE'));
  const refused = await spans();
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  expect((await call('GET', `${host.url}/api/v1/rules`)).body).toMatchObject({ code: 'BT_STORE_UNAVAILABLE' });

  const come = await serve((socket) => {
    const onward = connect(Number(port), '127.0.0.1').on('error', () => socket.destroy());
    socket.on('close', () => onward.destroy());
    socket.pipe(onward).pipe(socket);
  }, away);
  await waitUntil(async () => (await readiness()).status === 200);
  expect((await spans()).status).toBe(200);
  expect(await host.stop()).toBe(0);
  come.stop();
});

test('a port that is in use is named, and the setting that changes it', async () => {
  const other = await serve((socket) => socket.destroy());
  await expect(startHost({ BETRACE_HTTP_PORT: String(other.port) })).rejects.toThrow(
    `Port ${other.port} of 127.0.0.1 is in use; BETRACE_HTTP_PORT sets another.`,
  );
  other.stop();
});

test.each([
  ['the process that started it goes', (child: ChildProcess) => child.disconnect()],
  ['it is told to stop', (child: ChildProcess) => child.kill('SIGTERM')],
])('ends and leaves nothing behind where, while it starts, %s', async (_what, act) => {
  const temporary = temporaryFolder();
  const child = fork(path.resolve(__dirname, '../build/standalone/main.js'), {
    env: {
      ELASTICSEARCH_URL: 'http://127.0.0.1:1',
      BETRACE_HTTP_PORT: String(await freePort()),
      BETRACE_DATA_DIR: temporaryFolder(),
      TMPDIR: temporary,
    },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const exit = once(child, 'exit');
  await waitUntil(async () => readdirSync(temporary).length > 0);
  act(child);
  const late = setTimeout(() => child.kill('SIGKILL'), 8_000);
  expect(await exit).toEqual([0, null]);
  clearTimeout(late);
  expect(readdirSync(temporary)).toEqual([]);
});
