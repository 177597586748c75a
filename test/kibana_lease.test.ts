import { randomBytes } from 'node:crypto';
import { freePort } from '../scripts/lib/ports.mjs';
import { METADATA_INDEX } from '../ingest/indices';
import { call, eventually } from './support/api';
import { type OwnElasticsearch, startOwnElasticsearch } from './support/elasticsearch';
import { buildZips, type FakeKibana, install, startFakeKibana } from './support/kibana/start';

interface Member {
  readonly kibana: FakeKibana;
  readonly port: number;
}

interface Status {
  readonly ready: boolean;
  readonly reasons: readonly { readonly code: string }[];
  readonly bridge: { readonly state: string; readonly accepting: boolean };
}

let elasticsearch: OwnElasticsearch;
let plugin: string;
const running: FakeKibana[] = [];

beforeAll(async () => {
  const [zips, node] = await Promise.all([buildZips(['8.12.2']), startOwnElasticsearch()]);
  plugin = install([...zips.values()][0]!);
  elasticsearch = node;
});
afterAll(async () => {
  await Promise.all(running.map((kibana) => kibana.kill()));
  await elasticsearch.remove();
});

async function start(bridge: object = {}): Promise<Member> {
  const port = await freePort();
  const { url, username, password } = elasticsearch;
  const kibana = await startFakeKibana({
    plugin,
    line: '8',
    elasticsearch: { url, auth: { username, password } },
    config: {
      bridge: { settleMs: 100, port, ...bridge },
      signing: { key: Buffer.alloc(32, 'of tests only').toString('base64') },
    },
  });
  running.push(kibana);
  return { kibana, port };
}

async function send({ port }: Member): Promise<{ status: number; retryAfter: string | null }> {
  const now = BigInt(Date.now()) * 1_000_000n;
  const ids = { traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') };
  const span = { ...ids, name: 'any', startTimeUnixNano: String(now), endTimeUnixNano: String(now) };
  const body = { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] };
  const { status, headers } = await call('POST', `http://127.0.0.1:${port}/v1/traces`, body);
  return { status, retryAfter: headers.get('retry-after') };
}

const statusOf = async ({ kibana }: Member): Promise<Status> =>
  (await call<Status>('GET', `${kibana.url}/api/betrace/status`)).body;
const stateOf = async (member: Member): Promise<string> => (await statusOf(member)).bridge.state;

const WHILE_STARTING = { withinMs: 30_000 };

test('of two Kibanas one takes spans; the other follows at once when it stops, and within 15 s when it dies', async () => {
  const first = await start();
  await eventually(
    () => stateOf(first),
    (state) => state === 'running',
    WHILE_STARTING,
  );
  expect((await send(first)).status).toBe(200);

  const second = await start();
  await eventually(
    () => stateOf(second),
    (state) => state === 'standby',
    WHILE_STARTING,
  );
  expect(await send(second)).toEqual({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) as unknown });
  expect(await statusOf(second)).toMatchObject({
    ready: false,
    reasons: [{ code: 'BT_BRIDGE_STANDBY' }],
    bridge: { accepting: false },
  });
  const { body: page } = await call('GET', `${second.kibana.url}/fake`);
  expect(page).toMatchObject({ level: 'available', summary: expect.stringContaining('stands by') as unknown });

  // longer than a lease that nobody renews
  const until = Date.now() + 13_000;
  while (Date.now() < until) {
    expect([(await send(first)).status, (await send(second)).status]).toEqual([200, 503]);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }

  const stoppedAt = Date.now();
  const stopping = first.kibana.stop();
  await eventually(
    () => send(second),
    ({ status }) => status === 200,
  );
  expect(Date.now() - stoppedAt).toBeLessThan(4_000);
  expect(await stopping).toBe(0);
  expect(await stateOf(second)).toBe('running');

  const third = await start();
  await eventually(
    () => stateOf(third),
    (state) => state === 'standby',
    WHILE_STARTING,
  );
  const diedAt = Date.now();
  await second.kibana.kill();
  await eventually(
    () => send(third),
    ({ status }) => status === 200,
    { withinMs: 20_000 },
  );
  expect(Date.now() - diedAt).toBeLessThan(15_000);
  expect(await stateOf(third)).toBe('running');
});

test('with a router in front all of them take spans, and nobody has the lease', async () => {
  await Promise.all(running.splice(0).map((kibana) => kibana.kill()));
  await elasticsearch.client.delete({ index: METADATA_INDEX, id: 'bridge-lease' });
  const members = await Promise.all([start({ routing: 'trace_id' }), start({ routing: 'trace_id' })]);
  for (const member of members) {
    await eventually(
      () => stateOf(member),
      (state) => state === 'running',
      WHILE_STARTING,
    );
    await eventually(
      () => send(member),
      ({ status }) => status === 200,
    );
  }
  expect(await elasticsearch.client.exists({ index: METADATA_INDEX, id: 'bridge-lease' })).toBe(false);
});
