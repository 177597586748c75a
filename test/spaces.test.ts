import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import jwt from 'jsonwebtoken';
import { namespaceOf } from '../common/violations/namespace';
import { call, eventually } from './support/api';
import { type OwnElasticsearch, startOwnElasticsearch } from './support/elasticsearch';
import { type Host, printedKey, startHost } from './support/host';
import { temporaryFolder } from './support/temporary';

const NAME = `spaces.${randomBytes(4).toString('hex')}`;
const RULE = { name: NAME, dsl: `trace.has(span => span.name === '${NAME}')`, severity: 'low' };
const SHOP = 'shop';
/** With a namespace that is not its name. */
const AUDIT = 'audit-eu';

interface Body {
  readonly id: string;
  readonly key: string;
  readonly space: string;
  readonly code: string;
  readonly total: number;
  readonly cursor: string | null;
  readonly rules: { id: string; space: string }[];
  readonly revisions: unknown[];
  readonly violations: { id: string; ruleId: string; traceIds: string[] }[];
  readonly evidence: unknown;
  readonly status: string;
}

describe('spaces of the standalone host', () => {
  const secret = randomBytes(32).toString('hex');
  /** One of its own: the first key is shown once, to whoever asks for one first. */
  let elasticsearch: OwnElasticsearch;
  let host: Host;
  let admin: Record<string, string>;
  const ruleIn = new Map<string, string>();

  beforeAll(async () => {
    elasticsearch = await startOwnElasticsearch();
    const keyFile = join(temporaryFolder(), 'secret');
    writeFileSync(keyFile, secret);
    host = await startHost({
      ...elasticsearch.environment,
      BETRACE_HOST: '0.0.0.0',
      BETRACE_JWT_KEY_FILE: keyFile,
      BETRACE_SETTLE_MS: '200',
    });
    admin = { authorization: `ApiKey ${await printedKey(host)}` };
    for (const space of ['default', SHOP, AUDIT]) {
      const { status, body, headers } = await api('POST', space, '/rules', { body: RULE });
      expect([status, body.space]).toEqual([201, space]);
      expect(headers.get('location')).toBe(`${rootOf(space)}/api/v1/rules/${body.id}`);
      ruleIn.set(space, body.id);
    }
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  });
  afterAll(async () => {
    await host?.stop();
    await elasticsearch?.remove();
  });

  const rootOf = (space: string): string => (space === 'default' ? '' : `/s/${space}`);
  const api = (
    method: string,
    space: string,
    path: string,
    { body, as = admin }: { body?: unknown; as?: Record<string, string> } = {},
  ) => call<Body>(method, `${host.url}${rootOf(space)}/api/v1${path}`, body, { 'x-betrace-request': '1', ...as });
  const keyOf = async (role: string, spaces?: string[]): Promise<Record<string, string>> => {
    const { status, body } = await api('POST', 'default', '/keys', { body: { name: role, role, spaces } });
    expect(status).toBe(201);
    return { authorization: `ApiKey ${body.key}` };
  };
  const send = async (spaces: string[]): Promise<string> => {
    const traceId = randomBytes(16).toString('hex');
    const now = String(BigInt(Date.now()) * 1_000_000n);
    const times = { startTimeUnixNano: now, endTimeUnixNano: now };
    const span = { traceId, spanId: randomBytes(8).toString('hex'), name: NAME, ...times };
    const token = jwt.sign({ 'betrace.spaces': spaces }, secret, { audience: 'betrace', expiresIn: 60 });
    const { status } = await call(
      'POST',
      `${host.url}/v1/traces`,
      { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] },
      { authorization: `Bearer ${token}` },
    );
    expect(status).toBe(200);
    return traceId;
  };
  /** None where the stream is only just being made (503). */
  const violationsIn = async (space: string, traceId: string): Promise<Body['violations']> => {
    const { status, body } = await api('GET', space, `/violations?traceId=${traceId}`);
    expect([200, 503]).toContain(status);
    return status === 200 ? body.violations : [];
  };

  test('a trace is judged by the rules of the spaces that its token names, and by no others', async () => {
    const inShop = await send([SHOP]);
    const inTwo = await send([SHOP, AUDIT]);
    const [found] = await eventually(
      () => violationsIn(SHOP, inShop),
      ({ length }) => length > 0,
    );
    expect(found?.ruleId).toBe(ruleIn.get(SHOP));
    for (const space of [SHOP, AUDIT]) {
      const [violation] = await eventually(
        () => violationsIn(space, inTwo),
        ({ length }) => length > 0,
      );
      expect(violation?.ruleId).toBe(ruleIn.get(space));
    }
    const { hits } = await elasticsearch.client.search({
      index: 'traces-apm.betrace-*',
      query: { terms: { 'trace.id': [inShop, inTwo] } },
    });
    expect(hits.hits.map(({ _index }) => /betrace-(\w+)-\d/.exec(_index)?.[1]).sort()).toEqual(
      [namespaceOf(AUDIT), SHOP, SHOP].sort(),
    );
  });

  test('whatever is read is read in one space', async () => {
    const traceIds = [await send([SHOP]), await send([SHOP])];
    for (const traceId of traceIds) {
      await eventually(
        () => violationsIn(SHOP, traceId),
        ({ length }) => length === 1,
      );
    }
    const first = await api('GET', SHOP, '/violations?limit=1');
    const [violation] = first.body.violations;
    const id = violation!.id;
    for (const path of ['', '/evidence', '/verify']) {
      const here = await eventually(
        () => api('GET', SHOP, `/violations/${id}${path}`),
        ({ body }) => path === '' || body.evidence !== null,
      );
      expect(here.status).toBe(200);
      expect((await api('GET', AUDIT, `/violations/${id}${path}`)).body.code).toBe('BT_NOT_FOUND');
      expect((await api('GET', 'default', `/violations/${id}${path}`)).body.code).toBe('BT_NOT_FOUND');
    }
    const onward = `/violations?limit=1&cursor=${first.body.cursor}`;
    expect((await api('GET', SHOP, onward)).body.violations).toHaveLength(1);
    const elsewhere = await api('GET', 'default', onward);
    expect([elsewhere.status, elsewhere.body.violations]).toEqual([200, []]);

    const ruleId = ruleIn.get(SHOP)!;
    for (const path of ['', '/history']) {
      expect((await api('GET', SHOP, `/rules/${ruleId}${path}`)).status).toBe(200);
      expect((await api('GET', AUDIT, `/rules/${ruleId}${path}`)).body.code).toBe('BT_NOT_FOUND');
    }
    expect((await api('DELETE', AUDIT, `/rules/${ruleId}`)).body.code).toBe('BT_NOT_FOUND');
    expect((await api('PUT', AUDIT, `/rules/${ruleId}`, { body: { ifRevision: 1, name: 'x' } })).status).toBe(404);
    expect((await api('GET', AUDIT, '/rules')).body.rules.map(({ space }) => space)).toEqual([AUDIT]);
    expect(JSON.stringify((await api('GET', AUDIT, '/rules/export')).body)).not.toContain(ruleId);
  });

  test('keys are for their spaces; an administrator’s for all', async () => {
    const editor = await keyOf('editor', [SHOP]);
    const body = { ...RULE, mode: 'off' };
    expect((await api('POST', SHOP, '/rules', { body, as: editor })).status).toBe(201);
    for (const space of ['default', AUDIT]) {
      for (const path of ['/rules', '/rules/export', '/violations', '/status', '/packs', '/session']) {
        const refused = await api('GET', space, path, { as: editor });
        expect([path, refused.status, refused.body.code]).toEqual([path, 403, 'BT_FORBIDDEN']);
      }
      expect((await api('POST', space, '/rules', { body, as: editor })).status).toBe(403);
      expect((await api('DELETE', space, `/rules/${ruleIn.get(space)!}`, { as: editor })).status).toBe(403);
    }
    expect((await api('GET', SHOP, '/session', { as: editor })).body).toEqual({
      name: 'editor',
      role: 'editor',
      space: SHOP,
    });
    const plain = await keyOf('reader');
    expect((await api('GET', 'default', '/rules', { as: plain })).status).toBe(200);
    expect((await api('GET', SHOP, '/rules', { as: plain })).status).toBe(403);
    for (const path of ['/readyz', '/metrics', '/app/', `/s/${SHOP}/app/rules`, '/api/v1/openapi.json']) {
      expect([path, (await fetch(`${host.url}${path}`, { headers: editor })).status]).toEqual([path, 200]);
    }
    const sender = await keyOf('ingest', [SHOP]);
    expect((await api('GET', SHOP, '/rules', { as: sender })).status).toBe(403);
  });

  test('what can be no space is nothing at all, and an address of a space leads to its pages', async () => {
    for (const space of ['Shop', 'a%20b', '..%2f', `x${'a'.repeat(100)}`]) {
      const { status, body } = await api('GET', space, '/rules');
      expect([space, status, body.code]).toEqual([space, 404, 'BT_NOT_FOUND']);
    }
    const moved = await fetch(`${host.url}/s/${SHOP}`, { headers: admin, redirect: 'manual' });
    expect([moved.status, moved.headers.get('location')]).toEqual([302, `/s/${SHOP}/app/`]);
    expect((await call('POST', `${host.url}/s/${SHOP}/v1/traces`, {}, admin)).status).toBe(404);
  });
});
