import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Rule } from '../common/rules/rule';
import { sendCustomers, UNLUCKY } from '../scripts/demo/customers.mjs';
import { runDemo } from '../scripts/demo/demo.mjs';
import { installStarterRules, readStarterRules } from '../scripts/demo/rules.mjs';
import { openShop } from '../scripts/demo/shop.mjs';
import { call, eventually } from './support/api';
import type { OwnElasticsearch } from './support/elasticsearch';
import { startOwnElasticsearch } from './support/elasticsearch';
import { type Host, startHost, waitUntil } from './support/host';
import { removeFolder, temporaryFolder } from './support/temporary';

interface Violations {
  violations: { id: string; ruleName: string; message: string; service: string; traceIds: string[] }[];
  total: number;
}

const SETTLE_MS = 2_500;

/** The services of a shop that this process has started and that still run. */
const services = (): string[] =>
  readdirSync('/proc').flatMap((pid) => {
    try {
      const ours = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(process.pid);
      const file = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').at(-2) ?? '';
      return ours && file.includes('/demo/shop/') ? [path.basename(file, '.cjs')] : [];
    } catch {
      return []; // no process, or one that has just ended
    }
  });

/** On an Elasticsearch of its own: rules that other tests save would be broken by the shop, too. */
describe('the demo', () => {
  const folder = temporaryFolder();
  const rulesFile = path.join(folder, 'demo-rules.json');
  let elasticsearch: OwnElasticsearch;
  let host: Host;
  let names: string[];

  beforeAll(async () => {
    elasticsearch = await startOwnElasticsearch();
    host = await startHost({ ...elasticsearch.environment, BETRACE_SETTLE_MS: String(SETTLE_MS) });
    names = (await readStarterRules()).map(({ name }) => name);
  });
  afterAll(async () => {
    await host?.stop();
    await elasticsearch?.remove();
    removeFolder(folder);
  });

  const violations = async (): Promise<Violations> =>
    (await call<Violations>('GET', `${host.url}/api/v1/violations?limit=1000`)).body;
  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`${host.url}/metrics`)).text();
    return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1] ?? 0);
  };

  test('saves its rules once, and leaves them as the user leaves them', async () => {
    const ofApi = async (): Promise<Rule[]> =>
      (await call<{ rules: Rule[] }>('GET', `${host.url}/api/v1/rules`)).body.rules;
    const saved = await installStarterRules(host.url, rulesFile);
    expect(saved).toEqual(names);
    expect(Object.keys(UNLUCKY)).toEqual(names);
    expect(await installStarterRules(host.url, rulesFile)).toEqual([]);

    const [renamed, deleted, ...rest] = await ofApi();
    const change = { ifRevision: 1, name: 'Mine now' };
    expect((await call('PUT', `${host.url}/api/v1/rules/${renamed?.id}`, change)).status).toBe(200);
    expect((await call('DELETE', `${host.url}/api/v1/rules/${deleted?.id}`)).status).toBe(204);
    expect(await installStarterRules(host.url, rulesFile)).toEqual([]);
    const kept = (await ofApi()).map(({ id, revision }) => [id, revision]);
    expect(kept).toHaveLength(4);
    expect(kept).toEqual(expect.arrayContaining([[renamed?.id, 2], ...rest.map(({ id }) => [id, 1])]));

    for (const { id } of await ofApi()) await call('DELETE', `${host.url}/api/v1/rules/${id}`);
    expect(await installStarterRules(host.url, path.join(folder, 'of-another-elasticsearch.json'))).toEqual(names);
  });

  test('has a shop that breaks no rule on an ordinary day, and whose services come back', async () => {
    const lines: string[] = [];
    const shop = await openShop({ endpoint: `${host.url}/v1/traces`, log: (line) => lines.push(line) });
    const leave = sendCustomers(shop.url, { everyMs: 100, unlucky: false });
    expect(services().sort()).toEqual([...shop.names].sort());
    try {
      await waitUntil(async () => (await metric('betrace_bridge_traces_judged_total')) >= 20, 20_000);
      expect(await violations()).toMatchObject({ total: 0 });
      leave();

      process.kill(shop.pids().at(-1) ?? 0, 'SIGKILL');
      await waitUntil(async () => (await fetch(`${shop.url}/products/tea`)).status === 200);
      expect(lines).toEqual(['storefront has ended with SIGKILL; starting it again in 1 s']);
    } finally {
      leave();
      await shop.stop();
    }
    expect(services()).toEqual([]);
  });

  test('breaks each of its rules, says so, and leaves no process', async () => {
    const lines: string[] = [];
    const demo = runDemo({
      url: host.url,
      log: (line) => lines.push(line),
      rulesFile,
      customers: { everyMs: 150, unluckyEveryMs: 700 },
    });
    try {
      await eventually(
        async () => lines.filter((line) => line.startsWith('violated: ')).length,
        (told) => told === names.length,
        { withinMs: 40_000 },
      );
      const ready = lines.findIndex((line) => line.startsWith('READY'));
      expect(lines.findIndex((line) => line.startsWith('violated: '))).toBeGreaterThan(ready);
      expect(lines[ready]).toContain(host.url);
    } finally {
      await demo.stop();
    }
    expect(services()).toEqual([]);

    const { violations: found } = await violations();
    expect(new Set(found.map(({ ruleName }) => ruleName))).toEqual(new Set(names));
    // each fault of the shop breaks one rule, and only that
    const traces = found.flatMap(({ traceIds }) => traceIds);
    expect(new Set(traces).size).toBe(traces.length);
    for (const { id } of found) {
      const { body } = await call('GET', `${host.url}/api/v1/violations/${id}/verify`);
      expect(body).toMatchObject({ status: 'valid', evidence: 'intact' });
    }
  });

  test('that is stopped while its shop opens leaves no process', async () => {
    const demo = runDemo({ url: host.url, log: () => undefined, rulesFile });
    await waitUntil(async () => services().length > 0);
    await demo.stop();
    expect(services()).toEqual([]);
  });

  test('ends where its shop cannot open', async () => {
    const lines: string[] = [];
    const url = 'http://127.0.0.1:1';
    const demo = runDemo({ url, log: (line) => lines.push(line), rulesFile });
    await demo.ended;
    expect(lines).toEqual([expect.stringContaining('fetch failed')]);
    await demo.stop();
  });
});
