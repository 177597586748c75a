import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { eventually } from './support/api';
import { useBrowser } from './support/browser';
import { uniqueName } from './support/elasticsearch';
import { type Host, startHost } from './support/host';

/** As much of an APM Server as keeps what browsers send it. */
class Intake {
  readonly paths: string[] = [];
  readonly lines: Readonly<Record<string, unknown>>[] = [];
  readonly server = createServer((request, response) => {
    void (async () => {
      const body = await bodyOf(request);
      const allowed = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
      response.writeHead(request.method === 'OPTIONS' ? 204 : 202, allowed).end();
      if (request.method === 'OPTIONS') return;
      this.paths.push(request.url ?? '');
      for (const line of body.split('\n').filter(Boolean)) this.lines.push(JSON.parse(line) as Intake['lines'][number]);
    })().catch(() => response.destroy());
  });

  listen(): Promise<string> {
    return new Promise((resolve) => {
      this.server.listen(0, '127.0.0.1', () =>
        resolve(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}`),
      );
    });
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const isZipped = request.headers['content-encoding'] === 'gzip' || (bytes[0] === 0x1f && bytes[1] === 0x8b);
  return (isZipped ? gunzipSync(bytes) : bytes).toString();
}

describe('the pages, watched by an agent', () => {
  const open = useBrowser();
  const intake = new Intake();
  let serverUrl: string;
  let host: Host;
  beforeAll(async () => {
    serverUrl = await intake.listen();
    host = await startHost({
      BETRACE_RUM_SERVER_URL: serverUrl,
      BETRACE_RUM_SERVICE_NAME: 'the pages',
      BETRACE_RUM_ENVIRONMENT: 'test',
    });
  });
  afterAll(async () => {
    await host?.stop();
    intake.server.closeAllConnections();
    intake.server.close();
  });

  const told = (text: string): boolean => JSON.stringify(intake.lines).includes(text);

  const whenTold = (...wanted: readonly string[]): Promise<unknown> =>
    eventually(
      () => Promise.resolve(wanted.filter((text) => !told(text))),
      ({ length }) => length === 0,
      { withinMs: 20_000 },
    );

  test('each page is told by its route, and a save is a span of it, with labels', async () => {
    const name = uniqueName('Watched');
    const page = await open(`${host.url}/app/rules/create`);
    await page.getByLabel('Name').fill(name);
    await page.getByTestId('betraceGallery').click();
    await page.getByRole('button', { name: 'Use: A slow query below a payment' }).click();
    await page.getByRole('button', { name: 'Save rule' }).click();
    await page.getByText(`${name} was saved`).waitFor();
    // what a page had begun is not told if it is left before it was done
    await whenTold('"BeTrace /rules/create"', '"BeTrace save rule"', '"betrace_space":"default"');
    await page.goto(`${host.url}/app/violations`);
    await whenTold('"BeTrace /violations"', '"betrace_page":"/violations"');
    expect(new Set(intake.paths)).toEqual(new Set(['/intake/v2/rum/events']));
    expect(told('"name":"the pages"')).toBe(true);
    expect(told('"environment":"test"')).toBe(true);
    expect(told('trace.has(')).toBe(false);
  });

  test('without the setting nothing is loaded, and nothing sent', async () => {
    const other = await startHost();
    try {
      const page = await open('about:blank');
      const requests: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      await page.goto(`${other.url}/app/rules`);
      await page.getByRole('link', { name: 'Create rule' }).first().waitFor();
      expect(requests.length).toBeGreaterThan(3);
      expect(requests.filter((url) => url.includes('rum') || !url.startsWith(other.url))).toEqual([]);
      expect(await page.evaluate('typeof globalThis.elasticApm')).toBe('undefined');
    } finally {
      await other.stop();
    }
  });
});
