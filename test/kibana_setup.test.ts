import { randomBytes } from 'node:crypto';
import { Client } from '@elastic/elasticsearch';
import jwt from 'jsonwebtoken';
import {
  type SetUpReport,
  setUpReportSchema,
  type SetUpState,
  setUpStateSchema,
  type UninstallReport,
  uninstallReportSchema,
} from '../common/api/setup';
import { evidenceStream, violationsStream } from '../common/violations/namespace';
import { dashboardId, kibanaObjects } from '../ingest/kibana/dashboard';
import { META, TEMPLATES_VERSION } from '../ingest/templates';
import { freePort } from '../scripts/lib/ports.mjs';
import { ADMINISTRATOR, PROJECTION, roleDescriptor, WRITER } from '../server/kibana/setup/privileges';
import { type Answer, call, eventually } from './support/api';
import { type OwnElasticsearch, startOwnElasticsearch } from './support/elasticsearch';
import { sendPayment, SIGNING_KEY, statusOf, whenItTakesSpans } from './support/kibana/bridge';
import { buildZips, type FakeKibana, install, startFakeKibana } from './support/kibana/start';

const RULE = { name: 'Payment timeout', severity: 'critical', dsl: 'trace.has(span => span.name === "payment")' };
const [SHOP, AUDIT] = ['shop', 'audit'];
const PASSWORD = randomBytes(12).toString('hex');
const JWT_SECRET = randomBytes(32).toString('hex');

interface Body {
  readonly id: string;
  readonly code: string;
  readonly message: string;
  readonly violations: { id: string; ruleId: string }[];
  readonly cursor: string;
  readonly elasticsearch: { indices: { names: string[]; privileges: string[] }[] };
  readonly kibana: { spaces: string[]; feature: Record<string, string[]> }[];
  readonly objects: { type: string; attributes: { secret: string; ids: string[] } }[];
}

let elasticsearch: OwnElasticsearch;
let plugin: string;
const running: FakeKibana[] = [];

beforeAll(async () => {
  elasticsearch = await startOwnElasticsearch();
  const [zip] = (await buildZips(['8.12.2'])).values();
  plugin = install(zip!);
  const { client } = elasticsearch;
  await client.security.putUser({ username: 'a_kibana', password: PASSWORD, roles: ['kibana_system'] });
  const { cluster, index } = ADMINISTRATOR;
  await client.security.putRole({
    name: 'administrator',
    cluster: [...cluster, 'manage_ingest_pipelines'],
    indices: [...index],
  });
  await client.security.putUser({ username: 'administrator', password: PASSWORD, roles: ['administrator'] });
  await client.security.putUser({ username: 'nobody', password: PASSWORD, roles: [] });
});
afterAll(async () => {
  await Promise.all(running.map((kibana) => kibana.stop()));
  await elasticsearch?.remove();
});

async function start(port: number, options: { readonly canEncrypt?: boolean } = {}): Promise<FakeKibana> {
  const kibana = await startFakeKibana({
    plugin,
    line: '9',
    ...options,
    elasticsearch: { url: elasticsearch.url, auth: { username: 'a_kibana', password: PASSWORD } },
    config: {
      bridge: { port, settleMs: 100, auth: { jwt: { secret: JWT_SECRET } } },
      signing: { key: SIGNING_KEY },
      retention: { violations: '14d' },
    },
  });
  running.push(kibana);
  return kibana;
}

const as = (username: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${username}:${PASSWORD}`).toString('base64')}`,
});
const bearer = (...spaces: string[]): Record<string, string> => ({
  authorization: `Bearer ${jwt.sign({ 'betrace.spaces': spaces }, JWT_SECRET, { audience: 'betrace', expiresIn: 60 })}`,
});
const searchAs = async (username: string, index: string): Promise<{ status: number; indices: string[] }> => {
  const client = new Client({ node: elasticsearch.url, auth: { username, password: PASSWORD } });
  try {
    const { hits } = await client.search({ index, size: 1_000 });
    return { status: 200, indices: [...new Set(hits.hits.map(({ _index }) => _index))] };
  } catch (error) {
    return { status: (error as { statusCode?: number }).statusCode ?? 0, indices: [] };
  } finally {
    await client.close();
  }
};

describe('set-up, in a Kibana whose own user may not write', () => {
  let kibana: FakeKibana;
  let port: number;
  const ruleIn = new Map<string, string>();
  beforeAll(async () => {
    port = await freePort();
    kibana = await start(port);
  });

  const api = <T = Body>(
    method: string,
    path: string,
    { space, body, headers }: { space?: string; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer<T>> =>
    call<T>(method, `${kibana.url}${space ? `/s/${space}` : ''}/api/betrace${path}`, body, headers);
  const stateOf = async (): Promise<SetUpState> => {
    const { status, body } = await api<SetUpState>('GET', '/setup', { headers: as('administrator') });
    expect([status, body]).toEqual([200, setUpStateSchema.parse(body)]);
    return body;
  };
  const setUp = async (): Promise<SetUpReport> => {
    const { status, body } = await api<SetUpReport>('POST', '/setup', { headers: as('administrator') });
    expect([status, body]).toEqual([200, setUpReportSchema.parse(body)]);
    return body;
  };
  const stored = async (): Promise<Body['objects'][number] | undefined> => {
    const { objects } = (await call<Body>('GET', `${kibana.url}/fake/stored`)).body;
    return objects.find(({ type }) => type === 'betrace-elasticsearch-keys');
  };
  /** Both keys, as nobody but the plugin can see them. */
  const secretsOf = async (): Promise<string[]> => {
    const secret = (await stored())?.attributes.secret.replace('encrypted:', '') ?? '';
    const { writer, projection } = JSON.parse(Buffer.from(secret, 'base64').toString()) as Record<
      'writer' | 'projection',
      { encoded: string }
    >;
    return [writer, projection].flatMap(({ encoded }) => [
      encoded,
      Buffer.from(encoded, 'base64').toString().split(':')[1]!,
    ]);
  };
  /** Nothing yet where the stream is only just being made (503). */
  const violationsOf = async (space: string, traceId: string): Promise<Body['violations']> => {
    const { status, body } = await api('GET', `/violations?traceId=${traceId}`, { space });
    expect([200, 503]).toContain(status);
    return status === 200 ? body.violations : [];
  };
  const violationIn = async (space: string, traceId: string): Promise<Body['violations'][number]> => {
    const [found] = await eventually(
      () => violationsOf(space, traceId),
      ({ length }) => length > 0,
      { withinMs: 20_000 },
    );
    return found!;
  };

  test('says what is missing, and whom to ask', async () => {
    const { summary } = await eventually(
      () => statusOf(kibana),
      (status) => status.summary.includes('BT_STORE_FORBIDDEN'),
    );
    expect(summary).toMatch(/create_doc on traces-apm\.betrace-\*.*set-up.*betrace\.elasticsearch\.apiKey/);
    const { assets, access } = await stateOf();
    expect(new Set(assets.map(({ state }) => state))).toEqual(new Set(['missing']));
    expect(access).toMatchObject({ source: 'kibana_user', keysCanBeKept: true, why: null, keptBy: null });
    expect((await stateOf()).lacking).toEqual([]);
    const ofNobody = await api<SetUpState>('GET', '/setup', { headers: as('nobody') });
    expect(ofNobody.body.lacking.join()).toMatch(/manage_index_templates on the cluster.*create_doc.*on traces-apm/);
    expect(access.missing.join()).toContain('create_doc');
    expect(access.missingForMetrics).toEqual(['auto_configure, create_doc on metrics-betrace.bridge-*']);
  });

  test('is for those whom Kibana and Elasticsearch let', async () => {
    for (const role of ['read', 'editor']) {
      const headers = { ...as('administrator'), 'x-role': role };
      for (const [method, path] of [
        ['GET', '/setup'],
        ['POST', '/setup'],
        ['GET', '/setup/reader_role'],
        ['POST', '/uninstall'],
      ] as const) {
        expect([path, (await api(method, path, { headers })).status]).toEqual([path, 403]);
      }
    }
    const refused = await api('POST', '/setup', { headers: as('nobody') });
    expect([refused.status, refused.body.code]).toEqual([403, 'BT_FORBIDDEN']);
    expect(refused.body.message).toMatch(
      /manage_index_templates on the cluster.*create_doc.*on traces-apm\.betrace-\*/,
    );
    const { encoded } = await elasticsearch.client.security.createApiKey({ name: 'of an administrator' });
    const byKey = await api('POST', '/setup', { headers: { authorization: `ApiKey ${encoded}` } });
    expect([byKey.status, byKey.body.message]).toEqual([403, expect.stringContaining('as a user') as unknown]);
    expect(await stored()).toBeUndefined();
    const { api_keys } = await elasticsearch.client.security.getApiKey({});
    expect(api_keys.filter(({ invalidated }) => !invalidated).map(({ name }) => name)).toEqual(['of an administrator']);
  });

  const everythingStored = async (): Promise<string[]> => {
    const { objects } = (await call<Body>('GET', `${kibana.url}/fake/stored`)).body;
    return objects.map(({ type }) => type);
  };
  const tasks = async (): Promise<string[]> =>
    (await call<{ tasks: string[] }>('GET', `${kibana.url}/fake/stored`)).body.tasks;
  const remove = async (body: object): Promise<UninstallReport> => {
    const answer = await api<UninstallReport>('POST', '/uninstall', { headers: as('administrator'), body });
    expect([answer.status, answer.body]).toEqual([200, uninstallReportSchema.strict().parse(answer.body)]);
    return answer.body;
  };

  test('what was set up can be taken away again, all of it', async () => {
    // the embedded Elasticsearch can't delete streams, so this is before there are any
    await setUp();
    await whenItTakesSpans(kibana);
    for (const space of ['default', SHOP!]) {
      expect((await api('POST', '/dashboards', { space })).status).toBe(200);
    }
    expect(await tasks()).toEqual(['betrace-pull']);
    const plan = await remove({ dryRun: true, data: true });
    const { removed, kept } = await remove({ dryRun: false, data: true });
    expect(removed).toEqual(
      expect.arrayContaining(['betrace-metadata', 'betrace-violations', 'betrace-violations@mappings', 'betrace-pull']),
    );
    const objects = kibanaObjects(SHOP!).length;
    for (const space of ['default', SHOP!]) {
      expect(removed).toContain(`${dashboardId(space)}: ${objects} saved objects of the space ${space}`);
    }
    expect([plan.removed, plan.kept]).toEqual([removed, kept]);
    expect(kept).toEqual([]);
    expect(await everythingStored()).toEqual([]);
    expect(await tasks()).toEqual([]);
    const { client } = elasticsearch;
    const { indices, data_streams } = await client.indices.resolveIndex({ name: '*betrace*', expand_wildcards: 'all' });
    expect([indices, data_streams]).toEqual([[], []]);
    const [{ component_templates }, { index_templates }] = await Promise.all([
      client.cluster.getComponentTemplate(),
      client.indices.getIndexTemplate(),
    ]);
    const names = [...component_templates, ...index_templates].map(({ name }) => name);
    expect(names.filter((name) => name.includes('betrace'))).toEqual([]);
  });

  test('makes all there must be, with keys that may do no more, and the bridge begins', async () => {
    const { keys, notInvalidated, state, changed } = await setUp();
    expect([keys, notInvalidated]).toEqual(['made', []]);
    expect(changed).toEqual(expect.arrayContaining(['betrace-violations', 'betrace-metadata']));
    expect(state.access).toMatchObject({
      source: 'set_up',
      missing: [],
      missingForMetrics: [],
      keptBy: 'administrator',
    });
    const templates = state.assets.filter(({ kind }) => kind !== 'ingest_pipeline'); // this engine lacks the processors
    expect(new Set(templates.map((asset) => asset.state))).toEqual(new Set(['current']));
    await whenItTakesSpans(kibana);
    expect(await tasks()).toEqual(['betrace-pull']);
    expect(state.retention).toEqual({
      lifecycles: 'none', // of this engine
      violations: { wanted: '14d', installed: '14d' },
      evidence: { wanted: '30d', installed: '30d' },
      metrics: { wanted: '30d', installed: '30d' },
      streamsOfTheirOwn: [],
    });

    const { ids } = (await stored())!.attributes;
    const found = await Promise.all(ids.map((id) => elasticsearch.client.security.getApiKey({ id })));
    const privilegesOf = ({ api_keys: [key] }: (typeof found)[number]) =>
      key!.role_descriptors?.['betrace']?.indices?.map(({ names, privileges }) => ({ names, privileges }));
    expect(found.map(privilegesOf)).toEqual([WRITER, PROJECTION].map((each) => roleDescriptor(each).betrace.indices));
    expect(found.map(({ api_keys: [key] }) => key!.username)).toEqual(['administrator', 'administrator']);
    const [writer, , projection] = await secretsOf();
    const mayNot = async (apiKey: string, index: string, request: 'index' | 'create') => {
      const client = new Client({ node: elasticsearch.url, auth: { apiKey } });
      const given = { index, id: 'x', document: { '@timestamp': 0 } };
      await expect(request === 'index' ? client.index(given) : client.create(given)).rejects.toMatchObject({
        statusCode: 403,
      });
      await client.close();
    };
    await mayNot(writer!, 'betrace-rules', 'create');
    await mayNot(projection!, evidenceStream('default'), 'create');
  });

  test('each space is judged by its own rules, and what is found is for its readers alone', async () => {
    for (const space of [SHOP!, AUDIT!]) {
      const { body, status } = await api('POST', '/rules', { space, body: RULE });
      expect(status).toBe(201);
      ruleIn.set(space, body.id);
    }
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const ofShop = await sendPayment(port, bearer(SHOP!));
    const ofAudit = await sendPayment(port, bearer(AUDIT!));
    const found = await violationIn(SHOP!, ofShop);
    expect(found.ruleId).toBe(ruleIn.get(SHOP!));
    const other = await violationIn(AUDIT!, ofAudit);
    expect(other.ruleId).toBe(ruleIn.get(AUDIT!));
    expect(await violationsOf(SHOP!, ofAudit)).toEqual([]);

    const { body: page } = await api('GET', '/violations?limit=1', { space: SHOP! });
    await sendPayment(port, bearer(SHOP!)).then((traceId) => violationIn(SHOP!, traceId));
    const onward = await api('GET', `/violations?limit=1&cursor=${page.cursor}`, { space: AUDIT! });
    expect(onward.body.violations.every(({ ruleId }) => ruleId === ruleIn.get(AUDIT!))).toBe(true);
    for (const path of ['', '/evidence', '/verify']) {
      expect((await api('GET', `/violations/${found.id}${path}`, { space: SHOP! })).status).toBe(200);
      const elsewhere = await api('GET', `/violations/${found.id}${path}`, { space: AUDIT! });
      expect([path, elsewhere.status, elsewhere.body.code]).toEqual([path, 404, 'BT_NOT_FOUND']);
    }
    for (const path of ['', '/history']) {
      expect((await api('GET', `/rules/${ruleIn.get(SHOP!)}${path}`, { space: AUDIT! })).status).toBe(404);
    }
    const exported = await api('GET', '/rules/export', { space: AUDIT! });
    expect(JSON.stringify(exported.body)).not.toContain(ruleIn.get(SHOP!));
    const status = await api('GET', '/status', { space: AUDIT! });
    expect(JSON.stringify(status.body)).not.toContain(ruleIn.get(SHOP!));
  });

  test('readers whose role set-up offers find their own space by _search, and nothing of another', async () => {
    for (const space of [SHOP!, AUDIT!]) {
      const { body: role } = await api('GET', '/setup/reader_role', { space, headers: as('administrator') });
      expect(role.kibana).toEqual([{ base: [], feature: { betrace: ['read'] }, spaces: [space] }]);
      const name = `reader_of_${space}`;
      await elasticsearch.client.security.putRole({ name, indices: role.elasticsearch.indices as never });
      await elasticsearch.client.security.putUser({ username: name, password: PASSWORD, roles: [name] });
    }
    for (const stream of [violationsStream, evidenceStream]) {
      const everywhere = stream('*').replace(/[^-]+$/, '*');
      for (const index of [everywhere, stream(SHOP!)]) {
        const { status, indices } = await searchAs(`reader_of_${SHOP!}`, index);
        expect([status, indices.length]).toEqual([200, 1]);
        expect(indices[0]).toContain(stream(SHOP!));
      }
      for (const index of [
        stream(AUDIT!),
        `${stream(SHOP!)},${stream(AUDIT!)}`,
        `.ds-${stream(AUDIT!)}-*,${stream(AUDIT!)}`,
      ]) {
        expect(await searchAs(`reader_of_${SHOP!}`, index)).toEqual({ status: 403, indices: [] });
      }
      expect((await searchAs(`reader_of_${SHOP!}`, `.ds-${stream(AUDIT!)}-*`)).indices).toEqual([]);
      expect((await searchAs('nobody', everywhere)).indices).toEqual([]);
    }
  });

  test('a retention that the settings have changed since is told, and changed when set-up is run', async () => {
    const name = 'betrace-violations@lifecycle';
    const template = { lifecycle: { data_retention: '30d' } };
    const { client } = elasticsearch;
    await client.cluster.putComponentTemplate({ name, template, version: TEMPLATES_VERSION, _meta: META });
    const { assets, retention } = await stateOf();
    expect(assets.find((asset) => asset.name === name)?.state).toBe('differs');
    expect(retention.violations).toEqual({ wanted: '14d', installed: '30d' });
    const { changed, state } = await setUp();
    expect(changed).toEqual([name]);
    expect(state.retention.violations).toEqual({ wanted: '14d', installed: '14d' });
  });

  test('again: the keys are replaced, the former ones no longer good, and nothing is lost meanwhile', async () => {
    const before = (await stored())!.attributes.ids;
    const { keys, notInvalidated, changed } = await setUp();
    expect([keys, notInvalidated, changed]).toEqual(['replaced', [], []]);
    const { ids } = (await stored())!.attributes;
    expect(ids.slice(2)).toEqual(before);
    const { api_keys } = await elasticsearch.client.security.getApiKey({ username: 'administrator' });
    const good = api_keys.flatMap(({ id, invalidated }) => (invalidated ? [] : id));
    expect(good.sort()).toEqual(ids.slice(0, 2).sort());
    expect((await violationIn(SHOP!, await sendPayment(port, bearer(SHOP!)))).ruleId).toBe(ruleIn.get(SHOP!));
  });

  test('of two at once one wins, and no key is left over', async () => {
    const answers = await Promise.all([1, 2].map(() => api('POST', '/setup', { headers: as('administrator') })));
    const statuses = answers.map(({ status }) => status).sort();
    expect([[200, 200].join(), [200, 409].join()]).toContain(statuses.join());
    const { api_keys } = await elasticsearch.client.security.getApiKey({ username: 'administrator' });
    const good = api_keys.filter(({ invalidated }) => !invalidated).map(({ id }) => id);
    expect(good.sort()).toEqual((await stored())!.attributes.ids.slice(0, 2).sort());
  });

  test('keys that somebody else has invalidated are found out, and replaced', async () => {
    await elasticsearch.client.security.invalidateApiKey({ ids: (await stored())!.attributes.ids });
    expect((await stateOf()).access.missing.join()).toContain('does not know the key');
    const traceId = await sendPayment(port, bearer(SHOP!));
    expect((await setUp()).state.access.missing).toEqual([]);
    expect((await violationIn(SHOP!, traceId)).ruleId).toBe(ruleIn.get(SHOP!));
  });

  test('keys are nowhere to be seen', async () => {
    const secrets = await secretsOf();
    expect(secrets).toHaveLength(4);
    const seen = [kibana.output(), JSON.stringify(await stateOf()), JSON.stringify(await stored())].join();
    for (const secret of [...secrets, PASSWORD]) expect(seen).not.toContain(secret);
  });

  test('removal is told before it is done; then no saved object is left, no key, and nothing is written', async () => {
    await api('PUT', `/rules/${ruleIn.get(SHOP!)}`, { space: SHOP!, body: { ifRevision: 1, name: 'Renamed' } });
    const plan = await remove({ data: true });
    expect(plan).toMatchObject({ dryRun: true, kept: [] });
    expect(plan.rules.map(({ space, count }) => [space, count])).toEqual([
      [AUDIT, 1],
      [SHOP, 1],
    ]);
    expect(plan.removed).toContain(violationsStream(SHOP!));
    expect((await stateOf()).access.source).toBe('set_up');
    expect((await api('POST', '/uninstall', { headers: as('nobody'), body: { dryRun: false } })).status).toBe(403);
    expect(new Set(await everythingStored())).toEqual(
      new Set(['betrace-rule', 'betrace-rule-revision', 'betrace-elasticsearch-keys']),
    );

    const done = await remove({ dryRun: false });
    expect(done).toMatchObject({ removed: ['betrace-pull'], rules: plan.rules, keys: plan.keys });
    expect(JSON.stringify(done.kept)).toContain('2 data streams use it');
    expect(await everythingStored()).toEqual([]);
    const { api_keys } = await elasticsearch.client.security.getApiKey({ username: 'administrator' });
    expect(api_keys.every(({ invalidated }) => invalidated)).toBe(true);
    expect((await stateOf()).access).toMatchObject({ source: 'kibana_user', keptBy: null });
    expect((await statusOf(kibana)).summary).toMatch(/was removed.*set-up again/);
    await expect(sendPayment(port, bearer(SHOP!))).rejects.toThrow();

    // set up again, the rules are what they were, where they were
    await setUp();
    await whenItTakesSpans(kibana);
    for (const { space, file } of done.rules) {
      const headers = { 'content-type': 'application/yaml' };
      const imported = await fetch(`${kibana.url}/s/${space}/api/betrace/rules/import`, {
        method: 'POST',
        headers,
        body: file,
      });
      expect(await imported.json()).toMatchObject({ counts: { created: 1, refused: 0 } });
    }
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const again = await violationIn(SHOP!, await sendPayment(port, bearer(SHOP!)));
    expect(again.ruleId).toBe(ruleIn.get(SHOP!));
  });
});

test('where Kibana can encrypt nothing no key is made, and it is said what to do', async () => {
  const kibana = await start(await freePort(), { canEncrypt: false });
  const { summary } = await eventually(
    () => statusOf(kibana),
    (status) => status.summary.includes('BT_STORE_FORBIDDEN'),
  );
  expect(summary).toMatch(/encryptionKey is not set.*betrace\.elasticsearch\.apiKey/);
  const before = await elasticsearch.client.security.getApiKey({});
  const { status, body } = await call<SetUpReport>(
    'POST',
    `${kibana.url}/api/betrace/setup`,
    undefined,
    as('administrator'),
  );
  expect([status, body.keys]).toEqual([200, 'not_kept']);
  expect(body.state.access).toMatchObject({
    keysCanBeKept: false,
    why: expect.stringContaining('encryptionKey') as unknown,
  });
  expect((await elasticsearch.client.security.getApiKey({})).api_keys).toHaveLength(before.api_keys.length);
});
