import type { Rule } from '../common/rules/rule';
import { freePort } from '../scripts/lib/ports.mjs';
import { call, eventually } from './support/api';
import { sharedElasticsearch } from './support/elasticsearch';
import { sendPayment, SIGNING_KEY, whenItTakesSpans } from './support/kibana/bridge';
import documents from './support/kibana/rules_of_model_1.json';
import { buildZips, type FakeKibana, install, startFakeKibana } from './support/kibana/start';
import jwt from 'jsonwebtoken';

const JWT_SECRET = 'of tests only, and long enough for it';
const [STORED] = documents;
const RULE = STORED!['betrace-rule']!;

describe('rules that the first model version has stored', () => {
  let kibana: FakeKibana;
  let port: number;
  beforeAll(async () => {
    const [zip] = (await buildZips(['9.5.3'])).values();
    const { url, username, password } = sharedElasticsearch();
    port = await freePort();
    kibana = await startFakeKibana({
      plugin: install(zip!),
      line: '9',
      elasticsearch: { url, auth: { username, password } },
      config: {
        bridge: { port, settleMs: 100, routing: 'trace_id', auth: { jwt: { secret: JWT_SECRET } } },
        signing: { key: SIGNING_KEY },
      },
    });
    expect((await call('POST', `${kibana.url}/fake/stored`, documents)).status).toBe(204);
    await whenItTakesSpans(kibana);
  });
  afterAll(() => kibana?.stop());

  const api = <T>(method: string, path: string, body?: unknown) =>
    call<T>(method, `${kibana.url}/s/shop/api/betrace${path}`, body);
  const expected = { ...RULE, id: STORED!.id, space: 'shop' };

  test('open as they were, with what they had been, in the space that they are of', async () => {
    expect((await api<Rule>('GET', `/rules/${STORED!.id}`)).body).toEqual(expected);
    expect((await api<{ rules: Rule[] }>('GET', '/rules?q=payment')).body.rules).toEqual([expected]);
    const { body } = await api<{ revisions: Rule[] }>('GET', `/rules/${STORED!.id}/history`);
    expect(body.revisions.map(({ revision, name, mode }) => [revision, name, mode])).toEqual([
      [2, 'Payment seen', 'on'],
      [1, 'Payment', 'shadow'],
    ]);
    const elsewhere = await call('GET', `${kibana.url}/api/betrace/rules/${STORED!.id}`);
    expect(elsewhere.status).toBe(404);
  });

  test('are judged, as the version that they had', async () => {
    const token = jwt.sign({ 'betrace.spaces': ['shop'] }, JWT_SECRET, { audience: 'betrace', expiresIn: 60 });
    const headers = { authorization: `Bearer ${token}` };
    const found = await eventually(
      async () => {
        const traceId = await sendPayment(port, headers);
        await new Promise((resolve) => setTimeout(resolve, 500));
        const { body } = await api<{ violations?: { ruleId: string; ruleVersion: string }[] }>(
          'GET',
          `/violations?traceId=${traceId}`,
        );
        return body.violations ?? [];
      },
      ({ length }) => length > 0,
      { withinMs: 20_000 },
    );
    expect(found).toMatchObject([{ ruleId: STORED!.id, ruleVersion: RULE.version }]);
  });

  test('change to what this version stores, and go on in their history', async () => {
    const examples = [{ matches: true, spans: [{ name: 'payment' }] }];
    const changed = await api<Rule>('PUT', `/rules/${STORED!.id}`, { ifRevision: 2, severity: 'critical', examples });
    expect([changed.status, changed.body]).toEqual([
      200,
      expect.objectContaining({ id: expected.id, dsl: RULE.dsl, revision: 3, severity: 'CRITICAL', examples }),
    ]);
    const { body } = await api<{ revisions: Rule[] }>('GET', `/rules/${STORED!.id}/history`);
    expect(body.revisions.map(({ revision }) => revision)).toEqual([3, 2, 1]);
    expect(body.revisions[1]).toEqual({ ...expected, deleted: false });
  });
});
