import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';
import jwt from 'jsonwebtoken';
import type { SetUpState } from '../common/api/setup';
import { type Status, statusSchema } from '../common/api/status';
import { freePort } from '../scripts/lib/ports.mjs';
import { SENDER_HEADER, writeSender } from '../server/bridge/sender';
import { NEEDED } from '../server/kibana/setup/privileges';
import { call, eventually } from './support/api';
import { sharedElasticsearch, uniqueName } from './support/elasticsearch';
import { sendPayment, SIGNING_KEY, type FakeStatus, statusOf, whenItTakesSpans } from './support/kibana/bridge';
import { buildZips, type FakeKibana, type FakeKibanaOptions, install, startFakeKibana } from './support/kibana/start';

const RULE = { name: 'Payment timeout', severity: 'critical', dsl: 'trace.has(span => span.name === "payment")' };

interface Body {
  readonly id: string;
  readonly revision: number;
  readonly code: string;
  readonly problems: { path?: string; code: string }[];
  readonly rules: { id: string }[];
  readonly revisions: { revision: number; deleted: boolean; name: string }[];
  readonly violations: { id: string; traceIds: string[]; ruleName: string }[];
  readonly status: string;
  readonly evidence: unknown;
}

/** More than saved objects are read at once; in the full run as many as there may be. */
const MANY = process.env['BETRACE_TEST_FULL'] === '1' ? 10_000 : 1_100;

let plugin: string;
beforeAll(async () => {
  const [zip] = (await buildZips(['8.12.2'])).values();
  plugin = install(zip!);
});

const running: FakeKibana[] = [];
afterAll(() => Promise.all(running.map((kibana) => kibana.stop())));

async function start(
  bridge: object,
  options: Partial<Pick<FakeKibanaOptions, 'line' | 'elasticsearch' | 'canEncrypt'>> & {
    readonly apiKey?: string;
  } = {},
): Promise<FakeKibana> {
  const { url, username, password } = sharedElasticsearch();
  const kibana = await startFakeKibana({
    plugin,
    line: options.line ?? '8',
    canEncrypt: options.canEncrypt ?? true,
    elasticsearch: options.elasticsearch ?? { url, auth: { username, password } },
    config: {
      // each of them is to take spans, whichever others run
      bridge: { settleMs: 100, routing: 'trace_id', ...bridge },
      signing: { key: SIGNING_KEY },
      elasticsearch: options.apiKey ? { apiKey: options.apiKey } : {},
    },
  });
  running.push(kibana);
  return kibana;
}

const api = (
  kibana: Pick<FakeKibana, 'url'>,
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => call<Body>(method, `${kibana.url}${path}`, body, headers);
/** Nothing yet where the stream is only just being made (503). */
async function violationsOf(kibana: Pick<FakeKibana, 'url'>, traceId: string): Promise<Body['violations']> {
  const { status, body } = await api(kibana, 'GET', `/api/betrace/violations?traceId=${traceId}`);
  expect([200, 503]).toContain(status);
  return status === 200 ? body.violations : [];
}

describe.each(['8', '9', 'bare'] as const)('in a Kibana of line %s', (line) => {
  let kibana: FakeKibana;
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    kibana = await start({ port }, { line });
  });
  afterAll(async () => {
    expect(await kibana.stop()).toBe(0);
    running.splice(running.indexOf(kibana), 1);
  });

  test('a rule that is saved applies within two seconds, and its violation is listed and verified', async () => {
    const { body: rule, status } = await api(kibana, 'POST', '/api/betrace/rules', RULE);
    expect([status, rule.revision]).toEqual([201, 1]);
    await eventually(
      async () => kibana.output(),
      (output) => output.includes('BeTrace takes spans'),
      { withinMs: 20_000 },
    );
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const traceId = await sendPayment(port);
    const [violation] = await eventually(
      () => violationsOf(kibana, traceId),
      ({ length }) => length > 0,
    );
    expect(violation).toMatchObject({ ruleName: RULE.name, traceIds: [traceId], ruleId: rule.id });
    const verified = await eventually(
      async () => (await api(kibana, 'GET', `/api/betrace/violations/${violation!.id}/verify`)).body,
      ({ evidence }) => evidence === 'intact',
    );
    expect(verified.status).toBe('valid');
    const { evidence } = (await api(kibana, 'GET', `/api/betrace/violations/${violation!.id}/evidence`)).body;
    expect(evidence).toMatchObject({ spans: [{ traceId, name: 'payment' }] });
    expect(await violationsOf({ ...kibana, url: `${kibana.url}/s/other` }, traceId)).toEqual([]);
    if (line !== 'bare') expect(await statusOf(kibana)).toMatchObject({ level: 'available' });
    const how = await api(kibana, 'GET', '/api/betrace/status', undefined, { 'x-role': 'read' });
    expect(how).toMatchObject({ status: 200, body: { ready: true, bridge: { state: 'running', accepting: true } } });
    expect(statusSchema.strict().safeParse(how.body).error).toBeUndefined();
  });
});

describe('rules as saved objects', () => {
  let kibana: FakeKibana;
  beforeAll(async () => (kibana = await start({ enabled: false })));

  test('every change makes a revision; what it was stays, also after the rule is deleted', async () => {
    const { body: rule } = await api(kibana, 'POST', '/api/betrace/rules', RULE);
    const path = `/api/betrace/rules/${rule.id}`;
    const renamed = await api(kibana, 'PUT', path, { ifRevision: 1, name: 'Renamed' });
    expect(renamed.body).toMatchObject({ revision: 2, name: 'Renamed', dsl: RULE.dsl, updatedBy: 'somebody' });
    const outdated = await api(kibana, 'PUT', path, { ifRevision: 1, name: 'Too late' });
    expect([outdated.status, outdated.body.code]).toEqual([409, 'BT_REVISION_CONFLICT']);
    expect((await api(kibana, 'DELETE', `${path}?ifRevision=1`)).status).toBe(409);
    expect((await api(kibana, 'DELETE', `${path}?ifRevision=2`)).status).toBe(204);
    expect((await api(kibana, 'GET', path)).body.code).toBe('BT_NOT_FOUND');
    const { revisions } = (await api(kibana, 'GET', `${path}/history`)).body;
    expect(revisions.map(({ revision, name, deleted }) => [revision, name, deleted])).toEqual([
      [3, 'Renamed', true],
      [2, 'Renamed', false],
      [1, RULE.name, false],
    ]);
  });

  test('of two changes at once one wins', async () => {
    const { body: rule } = await api(kibana, 'POST', '/api/betrace/rules', RULE);
    const changes = ['one', 'two'].map((name) =>
      api(kibana, 'PUT', `/api/betrace/rules/${rule.id}`, { ifRevision: 1, name }),
    );
    expect((await Promise.all(changes)).map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test('a listing is read on by its cursor, and filtered', async () => {
    const space = `/s/${uniqueName('space')}`;
    for (const name of ['b', 'a', 'c (x)']) {
      await api(kibana, 'POST', `${space}/api/betrace/rules`, {
        ...RULE,
        name,
        severity: name === 'b' ? 'low' : 'high',
      });
    }
    const list = async (query: string) => (await api(kibana, 'GET', `${space}/api/betrace/rules?${query}`)).body;
    const names = (rules: unknown) => (rules as { name: string }[]).map(({ name }) => name);
    const first = (await list('limit=2')) as Body & { cursor: string; total: number };
    expect([names(first.rules), first.total]).toEqual([['a', 'b'], 3]);
    const second = (await list(`limit=2&cursor=${first.cursor}`)) as Body & { cursor: null };
    expect([names(second.rules), second.cursor]).toEqual([['c (x)'], null]);
    expect((await list(`limit=3&cursor=${first.cursor}`)).code).toBe('BT_INVALID_CURSOR');
    expect(names((await list('severity=low')).rules)).toEqual(['b']);
    expect(names((await list('q=%28x%29')).rules)).toEqual(['c (x)']);
  });

  test('that it takes no spans is said', async () => {
    const { body } = await api(kibana, 'GET', '/api/betrace/status');
    expect(statusSchema.strict().safeParse(body).error).toBeUndefined();
    expect(body).toMatchObject({
      ready: false,
      reasons: [{ code: 'BT_BRIDGE_UNAVAILABLE' }],
      bridge: { state: 'off' },
    });
  });

  test('requests are refused with the bodies of the other host', async () => {
    const unknown = await api(kibana, 'POST', '/api/betrace/rules', { ...RULE, colour: 'red' });
    expect(unknown).toMatchObject({ status: 400, body: { code: 'BT_INVALID_REQUEST' } });
    expect(unknown.body.problems).toEqual([
      { code: 'BT_INVALID_REQUEST', message: 'Unknown field "colour".', path: 'colour' },
    ]);
    const broken = await api(kibana, 'POST', '/api/betrace/rules', { ...RULE, dsl: 'trace.has(' });
    expect(broken).toMatchObject({ status: 400, body: { code: 'BT_INVALID_RULE' } });
    expect(broken.body.problems[0]).toMatchObject({ code: expect.stringMatching(/^BT_/) as unknown, line: 1 });
  });

  test('the privilege to read changes nothing', async () => {
    const reader = { 'x-role': 'read' };
    expect((await api(kibana, 'GET', '/api/betrace/rules', undefined, reader)).status).toBe(200);
    expect((await api(kibana, 'POST', '/api/betrace/rules', RULE, reader)).status).toBe(403);
  });
});

test('with keys for tokens others can reach the bridge; spans belong to the spaces of their token', async () => {
  const [port, secret, space] = [await freePort(), randomBytes(32).toString('hex'), uniqueName('space')];
  const kibana = await start({ port, host: '0.0.0.0', auth: { jwt: { secret } } });
  const inSpace = { url: `${kibana.url}/s/${space}` };
  expect((await api(inSpace, 'POST', '/api/betrace/rules', RULE)).status).toBe(201);
  await whenItTakesSpans(kibana);
  await new Promise((resolve) => setTimeout(resolve, 2_000));

  await sendPayment(port, {}, 401);
  const token = (spaces: string[]): Record<string, string> => ({
    authorization: `Bearer ${jwt.sign({ 'betrace.spaces': spaces }, secret, { audience: 'betrace', expiresIn: 60 })}`,
  });
  await sendPayment(port, token([]), 403);
  await sendPayment(port, { [SENDER_HEADER]: writeSender({ id: 'x', spaces: [space] }) }, 401);
  const elsewhere = await sendPayment(port, token(['elsewhere']));
  const traceId = await sendPayment(port, token([space]));
  await eventually(
    () => violationsOf(inSpace, traceId),
    ({ length }) => length === 1,
  );
  expect(await violationsOf(inSpace, elsewhere)).toEqual([]);
  expect(await violationsOf(kibana, traceId)).toEqual([]);
  expect(kibana.output()).not.toContain(secret);
});

test('many rules, of more than one page of saved objects, are loaded, and traces are judged by them', async () => {
  const port = await freePort();
  const kibana = await start({ port });
  const space = { url: `${kibana.url}/s/${uniqueName('many')}` };
  const rules = Array.from({ length: MANY }, (_, n) => ({
    name: `Rule ${n}`,
    severity: 'low',
    dsl: `trace.has(span => span.name === "many-${n}")`,
  }));
  const imported = await api(space, 'POST', '/api/betrace/rules/import', { rules });
  expect(imported.body).toMatchObject({ counts: { created: MANY } });
  const status = async () => (await call<Status>('GET', `${space.url}/api/betrace/status`)).body;
  const { bridge } = await eventually(status, ({ bridge: { gauges } }) => (gauges?.['rules'] ?? 0) >= MANY, {
    withinMs: 60_000,
  });
  expect(bridge.accepting).toBe(true);
});

describe('what keeps the bridge from its work degrades BeTrace and not Kibana', () => {
  test('a port that is taken; once it is free the bridge listens', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as { port: number };
    const kibana = await start({ port });
    const taken = ({ summary }: FakeStatus) => summary.includes('BT_BRIDGE_PORT_TAKEN');
    await eventually(() => statusOf(kibana), taken, { withinMs: 20_000 });
    expect((await api(kibana, 'GET', '/api/betrace/rules')).status).toBe(200);
    blocker.close();
    await whenItTakesSpans(kibana);
  });

  test.each([
    [{ port: 'nine' }, 'betrace.bridge.port'],
    [{ colour: 'red' }, 'betrace.bridge.colour'],
    [{ settleMs: 10, maxTraceMs: 5 }, 'maxTraceMs must be at least settleMs'],
  ])('the setting %j, which is named in the log, on the status page and to who asks', async (bridge, name) => {
    const kibana = await start(bridge);
    const invalid = ({ summary }: FakeStatus) => summary.includes('BT_SETTINGS_INVALID');
    expect((await eventually(() => statusOf(kibana), invalid)).summary).toContain(name);
    expect(kibana.output()).toMatch(new RegExp(`error .*BT_SETTINGS_INVALID.*${name}`));
    const { status, body } = await api(kibana, 'GET', '/api/betrace/rules');
    expect([status, body.code]).toEqual([500, 'BT_SETTINGS_INVALID']);
    expect(await kibana.stop()).toBe(0);
    running.splice(running.indexOf(kibana), 1);
  });

  test('an address that others can reach', async () => {
    const kibana = await start({ port: await freePort(), host: '0.0.0.0' });
    const refused = ({ summary }: FakeStatus) => summary.includes('BT_BRIDGE_NOT_LOOPBACK');
    await eventually(() => statusOf(kibana), refused);
    expect((await api(kibana, 'GET', '/api/betrace/violations')).status).toBe(200);
  });

  test('files that no certificate or key can be read from', async () => {
    const { url } = await start({ port: await freePort(), tls: { certFile: '/nowhere/a', keyFile: '/nowhere/b' } });
    const broken = ({ summary }: FakeStatus) => summary.includes('BT_TLS_INVALID');
    await eventually(() => statusOf({ url }), broken, { withinMs: 20_000 });
    const keys = { jwt: { keyFile: '/nowhere/keys' } };
    const other = await start({ port: await freePort(), host: '0.0.0.0', auth: keys });
    const unread = ({ summary }: FakeStatus) => summary.includes('BT_TOKEN_KEYS_INVALID') && summary.includes('ENOENT');
    await eventually(() => statusOf(other), unread, { withinMs: 20_000 });
  });

  test("Kibana's own user, who may not write; with an API key of the least privileges it works", async () => {
    const { client, url } = sharedElasticsearch();
    const username = uniqueName('kibana');
    const auth = { username, password: randomBytes(12).toString('hex') };
    await client.security.putUser({ username, password: auth.password, roles: ['kibana_system'] });
    const elasticsearch = { url, auth };

    const without = await start({ port: await freePort() }, { elasticsearch });
    const forbidden = ({ summary }: FakeStatus) => summary.includes('BT_STORE_FORBIDDEN');
    const { summary } = await eventually(() => statusOf(without), forbidden);
    expect(summary).toContain('create_doc');
    expect(summary).toContain('betrace.elasticsearch.apiKey');

    const { encoded } = await client.security.createApiKey({
      name: uniqueName('betrace'),
      role_descriptors: {
        betrace: { indices: NEEDED.map(({ names, privileges }) => ({ names, privileges: [...privileges] })) },
      },
    });
    const port = await freePort();
    const kibana = await start({ port }, { elasticsearch, apiKey: encoded });
    await api(kibana, 'POST', '/api/betrace/rules', RULE);
    await whenItTakesSpans(kibana);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const traceId = await sendPayment(port);
    await eventually(
      () => violationsOf(kibana, traceId),
      ({ length }) => length > 0,
    );
    // as keys of before there were metrics
    const authorization = `Basic ${Buffer.from(`${username}:${auth.password}`).toString('base64')}`;
    const { body } = await call<SetUpState>('GET', `${kibana.url}/api/betrace/setup`, undefined, { authorization });
    const { missing, missingForMetrics } = body.access;
    expect([missing, missingForMetrics]).toEqual([[], ['auto_configure, create_doc on metrics-betrace.bridge-*']]);
  });
});
