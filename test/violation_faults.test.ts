import { Client } from '@elastic/elasticsearch';
import { evidenceStream, violationsStream } from '../common/violations/namespace';
import { installAssets } from '../ingest/installer';
import { type Indexer, createIndexer } from '../server/violations/indexer';
import { createSigner } from '../server/violations/sign';
import { ElasticsearchViolationStore } from '../server/violations/store';
import { CONTEXT, SILENT, hex, judgement, testRing } from '../server/violations/test_support/fixtures';
import { sharedElasticsearch, uniqueName } from './support/elasticsearch';
import { type Fault, type FaultProxy, startFaultProxy } from './support/fault_proxy';
import { removeFolder, temporaryFolder } from './support/temporary';

jest.setTimeout(60_000);

const sign = createSigner(testRing());
const dataDir = temporaryFolder();
let client: Client;
let proxy: FaultProxy;
let through: Client;
let space: string;
let indexer: Indexer;

beforeAll(async () => {
  const elasticsearch = sharedElasticsearch();
  ({ client } = elasticsearch);
  await installAssets(client, SILENT);
  proxy = await startFaultProxy(elasticsearch.url);
  const { username, password } = elasticsearch;
  through = new Client({ node: proxy.url, auth: { username, password }, requestTimeout: 1_000, maxRetries: 0 });
});
afterAll(async () => {
  await through?.close();
  await proxy?.close();
  removeFolder(dataDir);
});

beforeEach(() => {
  space = uniqueName('faults');
  indexer = createIndexer({
    store: new ElasticsearchViolationStore(through, SILENT),
    sign,
    log: SILENT,
    metrics: { count: () => undefined, batch: () => undefined },
    dataDir,
    document: CONTEXT,
    maxViolationsPerRule: Infinity,
  });
});
afterEach(async () => {
  proxy.faults(() => undefined);
  await indexer.stop(5_000);
});

const findings = (count: number) =>
  Array.from({ length: count }, () => judgement({ traceId: hex(16), rule: { space } }));

async function countOf(index: string): Promise<number> {
  await client.indices.refresh({ index });
  return (await client.count({ index })).count;
}

const first = (count: number, fault: Fault) => (n: number) => (n < count ? fault : undefined);
/** Every third document, another third each time. */
const someRefused = (n: number): Fault | undefined => (n < 8 ? { refuse: (index) => index % 3 === n % 3 } : undefined);
const never = () => undefined;

test.each([
  ['too many requests', first(3, { status: 429 }), never],
  ['unavailable', first(3, { status: 503, type: 'unavailable_shards_exception' }), never],
  ['a gateway that waits no longer', first(2, { status: 504, type: 'timeout' }), never],
  ['no room for some of the documents', someRefused, never],
  ['no room for any but the first', first(6, { refuse: (index) => index > 0 }), never],
  ['a connection that breaks before', first(2, 'reset'), never],
  ['a connection that breaks after it was done', first(2, 'reset_after'), never],
  ['half an answer', first(2, 'garbage'), never],
  ['a look-up that is refused', never, first(2, { status: 429 })],
  ['a look-up that hangs', never, first(1, 'hang')],
  [
    'all of it in turn',
    (n: number) => ([{ status: 429 }, 'reset_after', undefined, 'garbage'] as const)[n % 12],
    never,
  ],
])('%s: everything is written in the end, and once', async (_, bulk, search) => {
  const from = proxy.bulks.length;
  let searches = 0;
  proxy.faults(
    (n) => bulk(n - from),
    () => search(searches++),
  );
  const acks = await indexer.accept(findings(250));
  expect(acks.filter((ack) => ack !== 'created' && ack !== 'exists')).toEqual([]);
  expect(await countOf(violationsStream(space))).toBe(250);
  expect(await countOf(evidenceStream(space))).toBe(250);
  expect(indexer.status()).toMatchObject({ pending: 0, trouble: null });
});

test.each([
  ['whole', { status: 429 }],
  ['but for one document each', { refuse: (index: number) => index > 0 }],
] as const)('refused %s, it is asked less and less, though there is more to write', async (_, fault) => {
  proxy.faults(() => fault);
  const from = proxy.bulks.length;
  indexer.accept(findings(3_000)).catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  const times = proxy.bulks.slice(from);
  // pauses of at least 125, 250, 500, 1000 and 2000 ms, and two requests at most between them
  expect(times.length).toBeGreaterThan(2);
  expect(times.length).toBeLessThanOrEqual(12);
  expect(indexer.status().pending).toBeGreaterThan(2_900);
  await indexer.stop(0);
});
