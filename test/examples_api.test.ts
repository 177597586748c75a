import type { ExampleTraces, RuleExample } from '../common/api/rule_examples';
import type { Rule } from '../common/rules/rule';
import { call } from './support/api';
import { type Host, startHost } from './support/host';

interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly problems: readonly { readonly path?: string; readonly message: string }[];
}

const CHARGE = { matches: true, spans: [{ name: 'charge' }] };
const CHECKED = { matches: false, spans: [{ name: 'charge' }, { name: 'check' }] };
const DSL = "trace.has(span => span.name === 'charge').and(trace.missing(span => span.name === 'check'))";
const draft = (more: object = {}): object => ({ name: 'Charges are checked', dsl: DSL, severity: 'LOW', ...more });

const span = (spanId: string, name: string, more: object = {}): object => ({
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId,
  name,
  startTimeUnixNano: '1700000000000000000',
  endTimeUnixNano: '1700000000250000000',
  ...more,
});
const request = (...spans: object[]): object => ({
  resourceSpans: [
    { resource: { attributes: [{ key: 'service.name', value: { stringValue: 'pay' } }] }, scopeSpans: [{ spans }] },
  ],
});

describe('example traces', () => {
  let host: Host;
  let rules: string;
  beforeAll(async () => {
    host = await startHost();
    rules = `${host.url}/api/v1/rules`;
  });
  afterAll(() => host?.stop());

  test('are saved with a rule, and left out of lists', async () => {
    const saved = await call<Rule>('POST', rules, draft({ examples: [CHARGE, CHECKED] }));
    expect(saved.status).toBe(201);
    expect((await call<Rule>('GET', `${rules}/${saved.body.id}`)).body.examples).toEqual([CHARGE, CHECKED]);
    const { body } = await call<{ rules: Rule[] }>('GET', `${rules}?limit=10000`);
    expect(body.rules.find(({ id }) => id === saved.body.id)).not.toHaveProperty('examples');
  });

  test('of which the rule says otherwise keep it from being saved, with the verdicts, unless it shall be', async () => {
    const wrong = [CHARGE, { ...CHECKED, matches: true }, { ...CHARGE, matches: false }];
    const refused = await call<ErrorBody>('POST', rules, draft({ examples: wrong }));
    expect([refused.status, refused.body.code]).toEqual([400, 'BT_EXAMPLES_FAIL']);
    expect(refused.body.problems.map(({ path }) => path)).toEqual(['examples.1', 'examples.2']);
    expect(refused.body.problems[0]?.message).toMatch(/must violate the rule, and does not/);
    expect(refused.body.problems[1]?.message).toMatch(/must not violate the rule, and does: .*charge/);
    const saved = await call<Rule>('POST', rules, draft({ examples: wrong, ifExamplesFail: 'save' }));
    expect(saved.status).toBe(201);

    const one = `${rules}/${saved.body.id}`;
    // what is neither text nor examples is changed without asking them
    expect((await call('PUT', one, { ifRevision: 1, mode: 'shadow' })).status).toBe(200);
    const again = await call<ErrorBody>('PUT', one, { ifRevision: 2, dsl: `${DSL};` });
    expect([again.status, again.body.code]).toEqual([400, 'BT_EXAMPLES_FAIL']);
    const mended = await call<Rule>('PUT', one, { ifRevision: 2, examples: [CHARGE] });
    expect([mended.status, mended.body.examples]).toEqual([200, [CHARGE]]);
    const without = await call<Rule>('PUT', one, { ifRevision: 3, examples: [] });
    expect([without.status, without.body]).toEqual([200, expect.not.objectContaining({ examples: expect.anything() })]);
  });

  test('a change of the text is held to the examples that are there', async () => {
    const { body: rule } = await call<Rule>('POST', rules, draft({ examples: [CHARGE] }));
    const change = { ifRevision: 1, dsl: "trace.has(span => span.name === 'refund')" };
    expect((await call<ErrorBody>('PUT', `${rules}/${rule.id}`, change)).body.code).toBe('BT_EXAMPLES_FAIL');
    expect((await call('PUT', `${rules}/${rule.id}`, { ...change, ifExamplesFail: 'save' })).status).toBe(200);
  });

  test('are taken from OTLP/JSON, one a trace', async () => {
    const body = request(
      span('00000000000000a1', 'charge', {
        kind: 2,
        status: { code: 2, message: 'declined' },
        attributes: [{ key: 'amount', value: { intValue: '1200' } }],
        events: [{ name: 'retry', timeUnixNano: '1700000000100000000' }],
        links: [{ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: '00000000000000a2' }],
      }),
      span('00000000000000a2', 'check', { parentSpanId: '00000000000000a1', startTimeUnixNano: '1700000000001000000' }),
      span('00000000000000b1', 'other', { traceId: 'ffffffffffffffffffffffffffffffff' }),
    );
    const { status, body: taken } = await call<ExampleTraces>('POST', `${rules}/examples`, body);
    expect(status).toBe(200);
    expect(taken.traces.map(({ example }) => example.spans.map(({ name }) => name))).toEqual([
      ['charge', 'check'],
      ['other'],
    ]);
    const [charge, check] = (taken.traces[0]!.example as RuleExample).spans;
    expect(charge).toMatchObject({
      service: 'pay',
      kind: 'SERVER',
      status: 'ERROR',
      statusMessage: 'declined',
      startMs: 0,
      durationMs: 250,
      attributes: { amount: 1200 },
      events: [{ name: 'retry', atMs: 100 }],
      links: [{ spanId: '0000000000000002' }],
    });
    expect(check).toMatchObject({ parent: 1, startMs: 1 });
    const examples = [
      { ...taken.traces[0]!.example, matches: false },
      { ...taken.traces[1]!.example, matches: false },
    ];
    expect((await call('POST', rules, draft({ examples }))).status).toBe(201);
  });

  test.each([
    ['no request', { spans: [] }, 'BT_INVALID_REQUEST'],
    ['no spans', { resourceSpans: [] }, 'BT_MALFORMED_OTLP'],
    ['a bad id', request(span('xyz', 'charge')), 'BT_MALFORMED_OTLP'],
    ['another form', { resourceSpans: [{ scopeSpans: 7 }] }, 'BT_MALFORMED_OTLP'],
  ])('%s is refused', async (_, body, code) => {
    const answer = await call<ErrorBody>('POST', `${rules}/examples`, body);
    expect([answer.status, answer.body.code]).toEqual([400, code]);
  });

  test('a trace beyond what an example may hold is refused', async () => {
    const spans = Array.from({ length: 1_001 }, (_, i) => span((i + 1).toString(16).padStart(16, '0'), 'many'));
    const answer = await call<ErrorBody>('POST', `${rules}/examples`, request(...spans));
    expect([answer.status, answer.body.code]).toEqual([400, 'BT_INVALID_REQUEST']);
  });
});
