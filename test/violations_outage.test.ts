import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@elastic/elasticsearch';
import { evidenceStream, violationsStream } from '../common/violations/namespace';
import { METADATA_INDEX, PLAIN_INDICES } from '../ingest/indices';
import { installAssets } from '../ingest/installer';
import { LIFECYCLE_NAMES } from '../ingest/lifecycle';
import {
  COMPONENT_TEMPLATES,
  INDEX_TEMPLATES,
  META,
  TEMPLATES_VERSION,
  indexTemplateRequest,
} from '../ingest/templates';
import { createClient } from '../server/elasticsearch/client';
import { type Indexer, createIndexer } from '../server/violations/indexer';
import { type KeyRing, keyRing, secretKey } from '../server/violations/keys';
import { createSigner } from '../server/violations/sign';
import { registerSigner } from '../server/violations/signer_registry';
import { ElasticsearchViolationStore } from '../server/violations/store';
import { CONTEXT, SILENT, hex, judgement, recordingLog, testRing } from '../server/violations/test_support/fixtures';
import { type OwnElasticsearch, startOwnElasticsearch } from './support/elasticsearch';
import { removeFolder, temporaryFolder } from './support/temporary';

jest.setTimeout(120_000);

let elasticsearch: OwnElasticsearch;
let client: Client;
const dataDir = temporaryFolder();

beforeAll(async () => {
  elasticsearch = await startOwnElasticsearch();
  client = createClient(elasticsearch);
});
afterAll(async () => {
  await client?.close();
  await elasticsearch?.remove();
  removeFolder(dataDir);
});

describe('assets, on a cluster that has none', () => {
  const componentMeta = async (name: string) =>
    (await client.cluster.getComponentTemplate({ name })).component_templates[0]!.component_template;

  test('all are installed by several hosts at once, and then left alone', async () => {
    const installed = await Promise.all([1, 2, 3].map(() => installAssets(client, SILENT)));
    const named = [...COMPONENT_TEMPLATES, ...INDEX_TEMPLATES, ...PLAIN_INDICES].map(({ name }) => name);
    const names = [...named, ...LIFECYCLE_NAMES];
    expect(new Set(installed.flatMap(({ changed }) => changed))).toEqual(new Set(names));
    expect(await installAssets(client, SILENT)).toEqual({ changed: [] });
  });

  test('what is older is brought up to date, and streams that exist get the new fields', async () => {
    const { name, template } = COMPONENT_TEMPLATES.find((each) => each.name === 'betrace-evidence@mappings')!;
    const old = {
      ...template,
      mappings: { dynamic: false as const, properties: { '@timestamp': { type: 'date' as const } } },
    };
    const older = { version: TEMPLATES_VERSION - 1, _meta: { ...META, version: TEMPLATES_VERSION - 1 } };
    await client.cluster.putComponentTemplate({ name, template: old, ...older });
    const request = indexTemplateRequest(INDEX_TEMPLATES.find((each) => each.name === 'betrace-evidence')!);
    await client.indices.putIndexTemplate({ ...request, ...older });
    const stream = evidenceStream('upgraded');
    await client.create({ index: stream, id: '1', document: { '@timestamp': 0 } });

    expect((await installAssets(client, SILENT)).changed).toEqual([name, 'betrace-evidence']);
    const mapping = Object.values(await client.indices.getMapping({ index: stream }))[0]!.mappings.properties;
    expect(mapping).toHaveProperty('betrace');
  });

  test('what is newer is not downgraded, what somebody else made is not touched', async () => {
    const [newer, foreign] = ['betrace@settings', 'betrace-violations@mappings'] as const;
    await client.cluster.putComponentTemplate({ name: newer, template: {}, version: 99, _meta: META });
    await client.cluster.putComponentTemplate({ name: foreign, template: {}, _meta: { owner: 'ops' } });
    const log = recordingLog();
    expect((await installAssets(client, log)).changed).toEqual([]);
    expect((await componentMeta(newer)).version).toBe(99);
    expect((await componentMeta(foreign))._meta).toEqual({ owner: 'ops' });
    expect(log.lines.join()).toContain('was not made by BeTrace');
    for (const { name, template } of COMPONENT_TEMPLATES)
      await client.cluster.putComponentTemplate({ name, template, version: TEMPLATES_VERSION, _meta: META });
  });

  test('a lifecycle that the operator changed stays, and the custom hook applies', async () => {
    const name = 'betrace-evidence@lifecycle';
    await client.cluster.putComponentTemplate({
      name,
      template: { lifecycle: { data_retention: '7d' } },
      version: 0,
      _meta: META,
    });
    await client.cluster.putComponentTemplate({
      name: 'betrace-evidence@custom',
      template: { settings: { index: { priority: 7 } } },
    });
    expect((await installAssets(client, SILENT)).changed).toEqual([]);
    expect((await componentMeta(name)).template.lifecycle?.data_retention).toBe('7d');
    const { template } = await client.indices.simulateIndexTemplate({ name: 'logs-betrace.evidence-x' });
    expect(template.settings).toMatchObject({ index: { priority: '7', mode: 'standard' } });
  });
});

describe('the list of signing keys', () => {
  const options = { trustNewKey: false, log: SILENT };
  const newRing = (...known: KeyRing[]): KeyRing =>
    keyRing(
      secretKey(randomBytes(32)),
      known.flatMap(({ keys }) => [...keys.values()]),
    );
  const kids = async (): Promise<string[]> =>
    (await client.get<{ keys: { kid: string }[] }>({ index: METADATA_INDEX, id: 'signing-keys' }))._source!.keys.map(
      ({ kid }) => kid,
    );
  const first = testRing();

  test('of hosts that start at once with keys of their own, one wins, and the others say why they do not sign', async () => {
    const strangers = [first, testRing(), testRing(), testRing()];
    const results = await Promise.allSettled(strangers.map((ring) => registerSigner(client, ring, options)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'BT_SIGNING_KEY_UNKNOWN' });
    await client.delete({ index: METADATA_INDEX, id: 'signing-keys', refresh: true });
  });

  test('the first starts it, the same comes back, a rotated one joins, all at once too', async () => {
    await registerSigner(client, first, options);
    await registerSigner(client, first, options);
    expect(await kids()).toEqual([first.signing.kid]);
    const rotated = Array.from({ length: 5 }, () => newRing(first));
    await Promise.all(rotated.map((ring) => registerSigner(client, ring, options)));
    expect(new Set(await kids())).toEqual(new Set([first, ...rotated].map(({ signing }) => signing.kid)));
  });

  test('a stranger is refused, unless it is to be trusted', async () => {
    const stranger = newRing();
    await expect(registerSigner(client, stranger, options)).rejects.toMatchObject({ code: 'BT_SIGNING_KEY_UNKNOWN' });
    expect(await kids()).not.toContain(stranger.signing.kid);
    await registerSigner(client, stranger, { ...options, trustNewKey: true });
    expect(await kids()).toContain(stranger.signing.kid);
  });
});

describe('with Elasticsearch going away during writes', () => {
  const ring = testRing();
  const space = 'outage';
  const counts = new Map<string, number>();
  let indexer: Indexer;

  beforeAll(() => {
    indexer = createIndexer({
      store: new ElasticsearchViolationStore(client, SILENT),
      sign: createSigner(ring),
      log: SILENT,
      metrics: { count: (what) => void counts.set(what, (counts.get(what) ?? 0) + 1), batch: () => {} },
      dataDir,
      document: CONTEXT,
      maxViolationsPerRule: Infinity,
      prepare: async () => void (await installAssets(client, SILENT)),
    });
  });
  afterAll(() => indexer?.stop(0));

  const accept = (count: number) => {
    const items = Array.from({ length: count }, () => judgement({ traceId: hex(16), rule: { space } }));
    return { ids: items.map(({ traceId }) => traceId), acks: indexer.accept(items) };
  };

  const traces = async (index: string): Promise<string[]> => {
    await client.indices.refresh({ index });
    const { hits } = (await client.search<{ trace: { id: string } }>({ index, size: 10_000 })).hits;
    return hits.map(({ _source }) => _source!.trace.id).sort();
  };

  test.each(['stop', 'kill'] as const)(
    '%s, and a rollover after: nothing is lost and nothing is twice',
    async (how) => {
      const before = await traces(violationsStream(space)).catch(() => []);
      const batches = [accept(40)];
      await batches[0]!.acks; // there is a stream to roll over, and this process has written to it
      for (let n = 0; n < 10; n++) {
        batches.push(accept(40));
        await sleep(50);
      }
      const ended = elasticsearch[how]();
      for (let n = 0; n < 10; n++) {
        batches.push(accept(40));
        await sleep(100);
      }
      await ended;
      await sleep(3_000);
      expect(indexer.status().trouble).toMatchObject({ code: 'BT_STORE_UNAVAILABLE' });
      expect(indexer.status().pending).toBeGreaterThanOrEqual(400);
      await elasticsearch.start();
      await client.indices.rollover({ alias: violationsStream(space) });
      const acks = (await Promise.all(batches.map((batch) => batch.acks))).flat();
      expect(acks.filter((ack) => ack !== 'created' && ack !== 'exists')).toEqual([]);
      expect(indexer.status()).toMatchObject({ pending: 0, trouble: null });

      const expected = [...before, ...batches.flatMap(({ ids }) => ids)].sort();
      expect(await traces(violationsStream(space))).toEqual(expected);
      expect(new Set(await traces(evidenceStream(space)))).toEqual(new Set(expected));
      expect(counts.get('retried')).toBeGreaterThan(0);
    },
  );

  test('searching meanwhile is an error with a code', async () => {
    await elasticsearch.stop();
    const store = new ElasticsearchViolationStore(client, SILENT);
    await expect(store.search({ limit: 1 }, space)).rejects.toMatchObject({ code: 'BT_STORE_UNAVAILABLE' });
    await expect(store.getWithEvidence('x', space)).rejects.toMatchObject({ code: 'BT_STORE_UNAVAILABLE' });
    const { acks } = accept(3);
    acks.catch(() => undefined);
    expect(await indexer.stop(300)).toEqual({ abandoned: 3 });
    await expect(acks).rejects.toMatchObject({ code: 'BT_STORE_UNAVAILABLE' });
  });
});
