import { spawn } from 'node:child_process';
import path from 'node:path';
import { Client } from '@elastic/elasticsearch';
import { sharedElasticsearch, startOwnElasticsearch, uniqueName } from './support/elasticsearch';
import { waitUntil } from './support/host';
import { isRunning, removeFolder, temporaryFolder } from './support/temporary';

const START_TIMEOUT_MS = 90_000;
const LAUNCH = path.resolve(__dirname, '../scripts/elasticsearch/launch.mjs');

describe('the embedded Elasticsearch', () => {
  const { url, username, client } = sharedElasticsearch();

  it('answers as Elasticsearch', async () => {
    const { body, headers } = await client.info({}, { meta: true });
    expect(headers['x-elastic-product']).toBe('Elasticsearch');
    expect(body.version.number).toMatch(/^9\./);
    expect((await client.cluster.health()).status).toBe('green');
  });

  it('refuses a wrong password and an unknown caller', async () => {
    const wrong = new Client({ node: url, auth: { username, password: 'wrong!' } });
    await expect(wrong.info()).rejects.toMatchObject({ statusCode: 401 });
    expect((await fetch(url)).status).toBe(401);
  });

  it('knows API keys and their privileges', async () => {
    const index = uniqueName();
    const { encoded } = await client.security.createApiKey({
      name: uniqueName('key'),
      role_descriptors: { writer: { indices: [{ names: [index], privileges: ['create_index', 'create_doc'] }] } },
    });
    const writer = new Client({ node: url, auth: { apiKey: encoded } });
    expect((await writer.index({ index, document: { a: 1 } })).result).toBe('created');
    await expect(writer.index({ index: uniqueName(), document: {} })).rejects.toMatchObject({ statusCode: 403 });
  });
});

describe("an embedded Elasticsearch of one's own", () => {
  it.each(['stop', 'kill'] as const)(
    'keeps its data, address and keys over %s and start',
    async (how) => {
      const own = await startOwnElasticsearch();
      try {
        const { encoded } = await own.client.security.createApiKey({ name: 'k' });
        await own.client.index({ index: 'i', id: '1', document: { a: 1 } });
        const { pid } = own;
        await own[how]();
        expect(isRunning(pid)).toBe(false);
        await own.start();
        const again = new Client({ node: own.url, auth: { apiKey: encoded } });
        expect((await again.get({ index: 'i', id: '1' }))._source).toEqual({ a: 1 });
      } finally {
        await own.remove();
      }
    },
    START_TIMEOUT_MS,
  );

  it(
    'ends with the process that started it, even when that one is killed',
    async () => {
      const home = temporaryFolder();
      const script = `import { startElasticsearch } from ${JSON.stringify(LAUNCH)};
        const node = await startElasticsearch({ home: ${JSON.stringify(home)}, password: 'only-here' });
        console.log('pid ' + node.pid);`;
      const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let output = '';
      parent.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      await waitUntil(async () => /^pid \d+$/m.test(output), START_TIMEOUT_MS);
      const pid = Number(/^pid (\d+)$/m.exec(output)?.[1]);
      expect(isRunning(pid)).toBe(true);
      parent.kill('SIGKILL');
      await waitUntil(async () => !isRunning(pid), 15_000);
      removeFolder(home);
    },
    START_TIMEOUT_MS,
  );
});
