import type { Client } from '@elastic/elasticsearch';
import { assetStates, type AssetStates } from '../ingest/asset_states';
import { installAssets, installTemplates } from '../ingest/installer';
import { LIFECYCLE_NAMES } from '../ingest/lifecycle';
import type { Retention } from '../ingest/retention';
import { META } from '../ingest/templates';
import { createClient } from '../server/elasticsearch/client';
import { SILENT } from '../server/violations/test_support/fixtures';
import { type OwnElasticsearch, startOwnElasticsearch } from './support/elasticsearch';
import { type LifecycleFront, startLifecycleFront } from './support/lifecycle_front';

const [VIOLATIONS, EVIDENCE] = LIFECYCLE_NAMES as [string, string];
const [OURS, THEIRS, OFF] = ['one', 'two', 'three'].map((space) => `traces-apm.betrace-${space}`) as [
  string,
  string,
  string,
];
const OF_EVIDENCE = 'logs-betrace.evidence-one';

let elasticsearch: OwnElasticsearch;
let front: LifecycleFront;
let client: Client;
let bare: Client;
beforeAll(async () => {
  elasticsearch = await startOwnElasticsearch();
  front = await startLifecycleFront(elasticsearch.url);
  client = createClient({ ...elasticsearch, url: front.url });
  bare = createClient(elasticsearch);
});
afterAll(async () => {
  await Promise.all([client?.close(), bare?.close()]);
  await front?.close();
  await elasticsearch?.remove();
});

const templateOf = async (name: string) =>
  (await bare.cluster.getComponentTemplate({ name })).component_templates[0]!.component_template;
const installed = async (): Promise<unknown[]> =>
  Promise.all([VIOLATIONS, EVIDENCE].map(async (name) => (await templateOf(name)).template.lifecycle?.data_retention));
const kept = (): (string | undefined)[] =>
  [OURS, THEIRS, OFF, OF_EVIDENCE].map((stream) => front.lifecycles.get(stream)?.data_retention);
const look = (retention: Retention): Promise<AssetStates> => assetStates(client, client, retention);
const stateOf = ({ assets }: AssetStates, name: string): string => assets.find((asset) => asset.name === name)!.state;

const FIRST: Retention = { violations: '30d', evidence: '7d', metrics: '14d' };
const SECOND: Retention = { violations: '90d', evidence: '36h', metrics: '14d' };

test('templates give what the settings say, and it is told what the cluster has', async () => {
  await installAssets(client, SILENT, FIRST);
  expect(await installed()).toEqual(['30d', '7d']);
  front.lifecycles.set(OURS, { enabled: true, data_retention: '30d' });
  front.lifecycles.set(THEIRS, { enabled: true, data_retention: '365d' });
  front.lifecycles.set(OFF, { enabled: false, data_retention: '30d' });
  front.lifecycles.set(OF_EVIDENCE, { enabled: true, data_retention: '7d' });
  const states = await look(FIRST);
  expect([VIOLATIONS, EVIDENCE].map((name) => stateOf(states, name))).toEqual(['current', 'current']);
  expect(states.retention).toEqual({
    lifecycles: 'data_stream',
    violations: { wanted: '30d', installed: '30d' },
    evidence: { wanted: '7d', installed: '7d' },
    metrics: { wanted: '14d', installed: '14d' },
    streamsOfTheirOwn: [OFF, THEIRS],
  });
  const ofTheEmbedded = await assetStates(bare, bare, FIRST);
  expect(ofTheEmbedded.retention).toMatchObject({ lifecycles: 'none', streamsOfTheirOwn: [] });
});

test('a changed setting is told, and waits for who may change it', async () => {
  const states = await look(SECOND);
  expect([VIOLATIONS, EVIDENCE].map((name) => stateOf(states, name))).toEqual(['differs', 'differs']);
  expect(states.retention.evidence).toEqual({ wanted: '36h', installed: '7d' });
  expect((await installTemplates(client, SILENT, { retention: SECOND, change: false })).changed).toEqual([]);
  front.mayPut = 0;
  expect((await installAssets(client, SILENT, SECOND)).changed).toEqual([]);
  expect(await installed()).toEqual(['30d', '7d']);
  expect(kept()).toEqual(['30d', '365d', '30d', '7d']);
});

test('it changes streams and templates that are as we left them, also after an end in between', async () => {
  front.mayPut = 1; // of the violations
  expect((await installAssets(client, SILENT, SECOND)).changed).toEqual([VIOLATIONS]);
  expect(await installed()).toEqual(['90d', '7d']);
  front.mayPut = Infinity;
  expect((await installAssets(client, SILENT, SECOND)).changed).toEqual([EVIDENCE]);
  expect(await installed()).toEqual(['90d', '36h']);
  expect(kept()).toEqual(['90d', '365d', '30d', '36h']);
  expect((await installAssets(client, SILENT, SECOND)).changed).toEqual([]);
});

test('what the version before us made is ours while it is as that left it', async () => {
  const put = (data_retention: string) =>
    bare.cluster.putComponentTemplate({
      name: EVIDENCE,
      template: { lifecycle: { data_retention } },
      version: 3,
      _meta: META,
    });
  await put('14d');
  expect(stateOf(await look(SECOND), EVIDENCE)).toBe('kept');
  expect((await installAssets(client, SILENT, SECOND)).changed).toEqual([]);
  await put('30d');
  expect(stateOf(await look(SECOND), EVIDENCE)).toBe('differs');
  expect((await installAssets(client, SILENT, SECOND)).changed).toEqual([EVIDENCE]);
  expect(await installed()).toEqual(['90d', '36h']);
});

test('what an operator has changed stays, whatever the settings say', async () => {
  const { _meta, version } = await templateOf(VIOLATIONS);
  for (const lifecycle of [{ data_retention: '5d' }, { enabled: false }, {}]) {
    const template = { lifecycle } as never;
    await bare.cluster.putComponentTemplate({ name: VIOLATIONS, template, version: version!, _meta: _meta! });
    expect(stateOf(await look(FIRST), VIOLATIONS)).toBe('kept');
    expect((await installAssets(client, SILENT, { ...SECOND, violations: '10d' })).changed).toEqual([]);
  }
  await bare.cluster.putComponentTemplate({ name: VIOLATIONS, template: {}, _meta: { owner: 'ops' } });
  expect(stateOf(await look(FIRST), VIOLATIONS)).toBe('foreign');
  expect((await installAssets(client, SILENT, { ...SECOND, violations: '10d' })).changed).toEqual([]);
  expect(kept()).toEqual(['90d', '365d', '30d', '36h']);
});
