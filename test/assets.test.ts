import type { Client } from '@elastic/elasticsearch';
import { installAssets } from '../ingest/installer';
import { removeAssets } from '../ingest/remover';
import { templateStates } from '../ingest/asset_states';
import { INDEX_TEMPLATES, indexTemplateRequest, META, TEMPLATES_VERSION } from '../ingest/templates';
import { createClient } from '../server/elasticsearch/client';
import { type OwnElasticsearch, startOwnElasticsearch } from './support/elasticsearch';

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const STREAM = 'logs-betrace.evidence-default';
const CHANGED = 'betrace-evidence@mappings';
const HOOK = 'betrace@custom';

let elasticsearch: OwnElasticsearch;
let client: Client;
beforeAll(async () => {
  elasticsearch = await startOwnElasticsearch();
  client = createClient(elasticsearch);
});
afterAll(async () => {
  await client?.close();
  await elasticsearch?.remove();
});

const stateOf = async (name: string): Promise<string | undefined> =>
  (await templateStates(client)).find((asset) => asset.name === name)?.state;
const states = async (): Promise<string[]> =>
  [...new Set((await templateStates(client)).map(({ state }) => state))].sort();
const componentOf = async (name: string) =>
  (await client.cluster.getComponentTemplate({ name })).component_templates[0]!.component_template;

describe('templates over their life', () => {
  test('none, then all, and all as we put them', async () => {
    expect(await states()).toEqual(['missing']);
    await installAssets(client, SILENT);
    expect(await states()).toEqual(['current']);
    await client.create({ index: STREAM, id: '1', document: { '@timestamp': 0 } });
    await client.cluster.putComponentTemplate({ name: HOOK, template: { settings: { index: { priority: 7 } } } });
  });

  test('what an operator changed stays as it is, also when ours is newer', async () => {
    const { template, _meta, version } = await componentOf(CHANGED);
    const mine = { ...template, mappings: { ...template.mappings, dynamic: 'runtime' as const } };
    for (const at of [version, TEMPLATES_VERSION - 1]) {
      await client.cluster.putComponentTemplate({
        name: CHANGED,
        template: mine as never,
        version: at!,
        _meta: _meta!,
      });
      expect(await stateOf(CHANGED)).toBe('changed');
      const said: string[] = [];
      const log = { ...SILENT, warn: (_fields: object, message: string) => void said.push(message) };
      expect((await installAssets(client, log)).changed).toEqual([]);
      expect(said.join()).toContain('changed by somebody');
      expect((await componentOf(CHANGED)).template.mappings?.dynamic).toBe('runtime');
    }
    await client.cluster.putComponentTemplate({
      name: CHANGED,
      template: template as never,
      version: TEMPLATES_VERSION - 1,
      _meta: _meta!,
    });
    expect(await stateOf(CHANGED)).toBe('older');
    expect((await installAssets(client, SILENT)).changed).toEqual([CHANGED]);
    const [ours] = INDEX_TEMPLATES;
    const request = indexTemplateRequest(ours!);
    await client.indices.putIndexTemplate({ ...request, priority: 600 });
    expect(await stateOf(request.name)).toBe('changed');
    await client.indices.putIndexTemplate(request);
    expect(await stateOf(request.name)).toBe('current');
  });

  test('a stream of older mappings is brought up to date, whoever put the templates', async () => {
    const mappingOf = async () => Object.values(await client.indices.getMapping({ index: STREAM }))[0]!.mappings;
    await client.indices.putMapping({ index: STREAM, _meta: { ...META, version: 1 } });
    await installAssets(client, SILENT);
    expect((await mappingOf())._meta).toEqual(META);
    // somebody who may put templates and do nothing with the streams
    await client.indices.putMapping({ index: STREAM, _meta: { ...META, version: 1 } });
    const { encoded: apiKey } = await client.security.createApiKey({
      name: 'templates',
      role_descriptors: {
        templates: {
          cluster: ['manage_index_templates'],
          indices: [{ names: ['betrace-*'], privileges: ['all'] }],
        },
      },
    });
    const lesser = createClient({ url: elasticsearch.url, apiKey });
    expect((await installAssets(lesser, SILENT)).changed).toEqual([]);
    await lesser.close();
    expect((await mappingOf())._meta?.['version']).toBe(1);
    await installAssets(client, SILENT);
    expect((await mappingOf())._meta).toEqual(META);
  });

  test('removal says what it would do, takes what is ours, and leaves what is in use', async () => {
    const [violations, evidence] = INDEX_TEMPLATES.map(({ name }) => name);
    const all = await removeAssets(client, { data: true, dryRun: true });
    expect(all.removed).toEqual(expect.arrayContaining([STREAM, 'betrace-metadata', violations, evidence, CHANGED]));
    expect(all.kept).toEqual([]);
    const plan = await removeAssets(client, { data: false, dryRun: true });
    expect(await states()).toEqual(['current']);
    const done = await removeAssets(client, { data: false, dryRun: false });
    expect(done).toEqual(plan);
    expect(done.removed).toContain(violations);
    expect(done.removed).not.toContain(STREAM);
    expect(done.kept.find(({ name }) => name === evidence)?.reason).toContain('1 data stream');
    expect([await stateOf(violations!), await stateOf(evidence!)]).toEqual(['missing', 'current']);
    expect(await stateOf('betrace@settings')).toBe('current');
  });
});

test('before there are documents all can be removed, but what somebody else made', async () => {
  const own = await startOwnElasticsearch();
  try {
    await installAssets(own.client, SILENT);
    const foreign = 'betrace-violations@mappings';
    await own.client.cluster.putComponentTemplate({ name: foreign, template: {}, _meta: { by: 'ops' } });
    await own.client.cluster.putComponentTemplate({ name: HOOK, template: { settings: { index: { priority: 7 } } } });
    const { removed, kept } = await removeAssets(own.client, { data: true, dryRun: false });
    expect(removed).toEqual(expect.arrayContaining(['betrace-metadata', 'betrace-violations', CHANGED]));
    expect(kept).toEqual([{ name: foreign, reason: 'not made by BeTrace' }]);
    const left = (await templateStates(own.client)).filter(({ state }) => state !== 'missing');
    expect(left).toEqual([{ name: foreign, kind: 'component_template', state: 'foreign' }]);
    expect((await own.client.cluster.getComponentTemplate({ name: HOOK })).component_templates).toHaveLength(1);
    expect((await removeAssets(own.client, { data: true, dryRun: false })).removed).toEqual([]);
  } finally {
    await own.remove();
  }
});
