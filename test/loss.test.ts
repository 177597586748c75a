import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@elastic/elasticsearch';
import type { Status } from '../common/api/status';
import type { ActiveRule } from '../common/rules/rule';
import type { ViolationDocument } from '../common/violations/violation_document';
import { freePort } from '../scripts/lib/ports.mjs';
import { randomOf } from '../scripts/lib/random.mjs';
import { AcknowledgedLoad, type LoadOptions } from './support/acknowledged_load';
import { call, eventually } from './support/api';
import { type OwnElasticsearch, startOwnElasticsearch } from './support/elasticsearch';
import { type FaultProxy, startFaultProxy } from './support/fault_proxy';
import { type Host, startHost } from './support/host';
import { temporaryFolder } from './support/temporary';

const FULL = process.env['BETRACE_TEST_FULL'] === '1';
const STREAM = 'traces-apm.betrace-default';
const RULES = {
  unchecked: "trace.has(s => s.name === 'charge').and(trace.missing(s => s.name === 'fraud.check'))",
  unaudited: "trace.has(s => s.name === 'charge').followedBy(trace.missing(s => s.name === 'audit'))",
  orphaned: "trace.has(s => s.name === 'charge' && !s.ancestors.some(a => a.name === 'login'))",
  twice: "trace.has(s => s.name === 'charge').count() > 1",
};

let elasticsearch: OwnElasticsearch;
let proxy: FaultProxy;
let host: Host;
let rules: ActiveRule[];
let environment: Record<string, string>;

beforeAll(async () => {
  elasticsearch = await startOwnElasticsearch();
  proxy = await startFaultProxy(elasticsearch.url);
  environment = {
    ...elasticsearch.environment,
    ELASTICSEARCH_URL: proxy.url,
    BETRACE_SETTLE_MS: '400',
    BETRACE_MAX_VIOLATIONS_PER_RULE: '1000000',
    BETRACE_DATA_DIR: temporaryFolder(),
    BETRACE_HTTP_PORT: String(await freePort()),
  };
  host = await startHost(environment);
  rules = [];
  for (const [name, dsl] of Object.entries(RULES)) {
    const { body } = await call<ActiveRule>('POST', `${host.url}/api/v1/rules`, { name, dsl, severity: 'high' });
    rules.push(body);
  }
  await eventually(
    async () => (await bridgeStatus()).gauges?.['rules'],
    (count) => count === rules.length,
  );
});
afterAll(async () => {
  await host?.stop();
  await proxy?.close();
  await elasticsearch?.remove();
});

const bridgeStatus = async (): Promise<Status['bridge']> =>
  (await call<Status>('GET', `${host.url}/api/v1/status`)).body.bridge;

/** All documents of violations, in all backing indices. */
async function documents(client: Client): Promise<ViolationDocument[]> {
  await client.indices.refresh({ index: STREAM, ignore_unavailable: true });
  const found: ViolationDocument[] = [];
  const query = { match_all: {} };
  const pages = client.helpers.scrollDocuments<ViolationDocument>({ index: STREAM, size: 2_000, query });
  for await (const document of pages) found.push(document);
  return found;
}

interface Stored {
  /** `<rule id> <trace id>` of what is open. */
  readonly open: string[];
  /** What is there twice, and violations that are open twice: for a moment only, while one revision follows another. */
  readonly twice: string[];
}

async function stored(client: Client): Promise<Stored> {
  const open: string[] = [];
  const ids: string[] = [];
  for (const { betrace } of await documents(client)) {
    const { id, revision, verdict, superseded, rule_id, trace_ids } = betrace.violation;
    ids.push(`${id}-${revision}`);
    if (!superseded && verdict === 'violated') open.push(`${rule_id} ${trace_ids[0]}`);
  }
  return { open: [...new Set(open)].sort(), twice: [...repeated(ids), ...repeated(open)] };
}

function repeated(texts: readonly string[]): string[] {
  const seen = new Set<string>();
  return texts.filter((text) => seen.has(text) || !seen.add(text));
}

async function expectNothingLost(load: AcknowledgedLoad): Promise<void> {
  await load.stop();
  await eventually(bridgeStatus, ({ gauges }) => gauges?.['openTraces'] === 0, { withinMs: 60_000 });
  const expected = load.violations(rules);
  const ask = (): Promise<Stored> => stored(elasticsearch.client);
  const isDone = ({ open, twice }: Stored): boolean =>
    twice.length === 0 && JSON.stringify(open) === JSON.stringify(expected);
  const { open, twice } = await eventually(ask, isDone, { withinMs: 30_000, everyMs: 1_000 }).catch(ask);
  const isOpen = new Set(open);
  const isDue = new Set(expected);
  expect({
    missing: expected.filter((violation) => !isOpen.has(violation)),
    false: open.filter((violation) => !isDue.has(violation)),
    twice,
  }).toEqual({ missing: [], false: [], twice: [] });
  expect(expected.length).toBeGreaterThan(10);
}

const seed = Number(process.env['BETRACE_LOSS_SEED'] ?? (FULL ? Date.now() % 1_000_000 : 7));
const kills = Number(process.env['BETRACE_LOSS_KILLS'] ?? (FULL ? 200 : 5));
const outages = FULL ? 20 : 1;
jest.setTimeout(120_000 + 20_000 * (kills + outages));
const loads: AcknowledgedLoad[] = [];
const startLoad = (random: () => number, options: Partial<LoadOptions> = {}): AcknowledgedLoad => {
  const load = new AcknowledgedLoad(`${host.url}/v1/traces`, { random, lateMs: 1_500, lateShare: 0.2, ...options });
  // what earlier tests sent is in the store, too
  if (loads.at(-1)) load.acknowledged.push(...loads.at(-1)!.acknowledged);
  loads.push(load);
  load.start();
  return load;
};

test(`killed at ${kills} random moments under load (BETRACE_LOSS_SEED=${seed})`, async () => {
  const random = randomOf(seed);
  const load = startLoad(random);
  for (let kill = 0; kill < kills; kill += 1) {
    await sleep(100 + random() * 1_500);
    await host.kill();
    host = await startHost(environment);
  }
  await expectNothingLost(load);
  console.log(
    JSON.stringify({
      seed,
      kills,
      traces: load.traceCount,
      spans: load.acknowledged.length,
      attempts: load.attempts,
    }),
  );
});

const OUTAGES: Record<string, (ms: number) => Promise<void>> = {
  killed: async (ms) => {
    await elasticsearch.kill();
    await sleep(ms);
    await elasticsearch.start();
  },
  paused: async (ms) => {
    process.kill(elasticsearch.pid, 'SIGSTOP');
    await sleep(ms);
    process.kill(elasticsearch.pid, 'SIGCONT');
  },
  'answering 429': async (ms) => {
    proxy.faults((n) => (n % 3 === 0 ? { status: 429 } : { refuse: (index) => index % 2 === n % 2 }));
    await sleep(ms);
    proxy.faults(() => undefined);
  },
};

test.each(Object.keys(OUTAGES))(
  `Elasticsearch %s, ${outages} times at random moments, and the host killed`,
  async (how) => {
    const random = randomOf(seed + how.length);
    const load = startLoad(random);
    for (let outage = 0; outage < outages; outage += 1) {
      await sleep(100 + random() * 1_500);
      const over = OUTAGES[how]!(500 + random() * 2_500);
      await sleep(random() * 1_500);
      await host.kill();
      await over;
      host = await startHost(environment);
    }
    await expectNothingLost(load);
  },
);

const lateMs = FULL ? 60_000 : 3_000;

test.each([
  ['a tenth', { lateShare: 0.1 }],
  ['three tenths', { lateShare: 0.3 }],
  ['a tenth, and one in a hundred never coming', { lateShare: 0.1, lostShare: 0.01 }],
])('%s of the spans late: what is open at the end is what all that came violates', async (_, shares) => {
  const load = startLoad(randomOf(seed), { ...shares, lateMs });
  await sleep(FULL ? 20_000 : 3_000);
  await expectNothingLost(load);
  const found = load.violations(rules);
  const true_ = new Set(load.violations(rules, [...load.acknowledged, ...load.lost]));
  const figures = { spans: load.acknowledged.length, lost: load.lost.length, open: found.length };
  console.log(JSON.stringify({ ...shares, ...figures, false: found.filter((id) => !true_.has(id)).length }));
});
