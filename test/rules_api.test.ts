import type { Rule } from '../common/rules/rule';
import { call } from './support/api';
import { type Host, startHost } from './support/host';

interface ErrorBody {
  code: string;
  message: string;
  problems: { code: string; message: string; path?: string; line?: number; column?: number; offset?: number }[];
}

const DSL = "trace.has(span => span.name === 'x')";
const draft = (more: object = {}): object => ({ name: 'A rule', dsl: DSL, severity: 'Medium', ...more });

describe('the rules API', () => {
  let host: Host;
  let rules: string;

  beforeAll(async () => {
    host = await startHost();
    rules = `${host.url}/api/v1/rules`;
  });
  afterAll(() => host?.stop());

  test('creates, reads, changes and deletes, and keeps every revision', async () => {
    const {
      body: rule,
      status,
      headers,
    } = await call<Rule>('POST', rules, draft({ tags: ['pci'], description: 'why' }));
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/api/v1/rules/${rule.id}`);
    expect(rule).toMatchObject({ name: 'A rule', severity: 'MEDIUM', mode: 'on', tags: ['pci'], description: 'why' });
    expect(rule).toMatchObject({ revision: 1, space: 'default', updatedBy: 'local' });
    expect(rule.version).toMatch(/^[0-9a-f]{16}$/);
    expect((await call('GET', `${rules}/${rule.id}`)).body).toEqual(rule);

    const commented = await call<Rule>('PUT', `${rules}/${rule.id}`, {
      ifRevision: 1,
      name: 'New name',
      dsl: `// a comment\n${DSL};`,
    });
    expect(commented.status).toBe(200);
    expect(commented.body).toMatchObject({ revision: 2, version: rule.version, name: 'New name', tags: ['pci'] });

    const meant = await call<Rule>('PUT', `${rules}/${rule.id}`, { ifRevision: 2, dsl: DSL.replace('x', 'y') });
    expect(meant.body.version).not.toBe(rule.version);

    const stale = await call<ErrorBody>('PUT', `${rules}/${rule.id}`, { ifRevision: 2, mode: 'off' });
    expect([stale.status, stale.body.code]).toEqual([409, 'BT_REVISION_CONFLICT']);
    const staleDelete = await call<ErrorBody>('DELETE', `${rules}/${rule.id}?ifRevision=1`);
    expect(staleDelete.status).toBe(409);

    expect((await call('DELETE', `${rules}/${rule.id}?ifRevision=3`)).status).toBe(204);
    expect((await call('GET', `${rules}/${rule.id}`)).status).toBe(404);
    expect((await call('DELETE', `${rules}/${rule.id}`)).status).toBe(404);
    const history = await call<{ revisions: (Rule & { deleted: boolean })[] }>('GET', `${rules}/${rule.id}/history`);
    expect(history.body.revisions.map(({ revision, deleted }) => [revision, deleted])).toEqual([
      [4, true],
      [3, false],
      [2, false],
      [1, false],
    ]);
  });

  test('of ten changes of one revision at once, exactly one wins', async () => {
    const { body: rule } = await call<Rule>('POST', rules, draft());
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => call('PUT', `${rules}/${rule.id}`, { ifRevision: 1, name: `name ${i}` })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(409)]);
    const { body: now } = await call<Rule>('GET', `${rules}/${rule.id}`);
    expect(now).toEqual(answers.find(({ status }) => status === 200)?.body);
  });

  test('lists by name, filters, searches and pages', async () => {
    const tag = `t${Date.now()}`;
    const names = ['alpha', 'beta', 'gamma', 'delta', 'epsilon'].map((name) => `${name} ${tag}`);
    for (const name of names)
      await call('POST', rules, draft({ name, severity: name.startsWith('b') ? 'LOW' : 'HIGH' }));
    type Page = { rules: Rule[]; total: number; cursor: string | null };
    const seen: string[] = [];
    let cursor: string | null = '';
    do {
      const more: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
      const { body } = await call<Page>('GET', `${rules}?q=${tag}&limit=2${more}`);
      expect(body.total).toBe(5);
      seen.push(...body.rules.map(({ name }) => name));
      cursor = body.cursor;
    } while (cursor);
    expect(seen).toEqual([...names].sort());
    const low = await call<Page>('GET', `${rules}?q=${tag}&severity=low`);
    expect(low.body.rules.map(({ name }) => name)).toEqual([`beta ${tag}`]);
    const aliased = await call<Page>('GET', `${host.url}/api/rules?q=${tag}`);
    expect(aliased.body.total).toBe(5);
  });

  test.each([
    ['an unknown severity', draft({ severity: 'urgent' }), 'severity'],
    ['an empty name', draft({ name: '  ' }), 'name'],
    ['an unknown field', draft({ severty: 'low' }), 'severty'],
    ['no rule', { name: 'x', severity: 'low' }, 'dsl'],
    ['a mode that is none', draft({ mode: 'maybe' }), 'mode'],
  ])('refuses %s, naming the field', async (_what, body, path) => {
    const answer = await call<ErrorBody>('POST', rules, body);
    expect([answer.status, answer.body.code]).toEqual([400, 'BT_INVALID_REQUEST']);
    expect(answer.body.problems.map((problem) => problem.path)).toContain(path);
  });

  test('refuses a rule that does not parse, with the place', async () => {
    const answer = await call<ErrorBody>('POST', rules, draft({ dsl: "trace.has(span =>\n  span.nmae === 'x')" }));
    expect([answer.status, answer.body.code]).toEqual([400, 'BT_INVALID_RULE']);
    expect(answer.body.problems).toHaveLength(1);
    expect(answer.body.problems[0]).toMatchObject({ line: 2, column: 8 });
    expect(answer.body.problems[0]?.message).toContain('Did you mean `name`?');
  });

  test.each([
    ['of 1 MB', `trace.has(span => span.name === '${'x'.repeat(1_000_000)}')`],
    ['of 10,000 nested parentheses', `trace.has(span => ${'('.repeat(10_000)}true${')'.repeat(10_000)})`],
    ['of 10,000 open parentheses', '('.repeat(10_000)],
  ])('refuses a rule %s at once', async (_what, dsl) => {
    const from = performance.now();
    const answer = await call<ErrorBody>('POST', rules, draft({ dsl }));
    expect([answer.status, answer.body.code]).toEqual([400, 'BT_INVALID_RULE']);
    expect(answer.body.problems).toHaveLength(1);
    expect(performance.now() - from).toBeLessThan(1_000);
  });

  test.each([
    ['not JSON', '{"name": ', 400, 'BT_INVALID_REQUEST'],
    [
      'a prototype in it',
      '{"__proto__": {"name": "x"}, "name": "x", "dsl": "x", "severity": "low"}',
      400,
      'BT_INVALID_REQUEST',
    ],
    ['an array', '[]', 400, 'BT_INVALID_REQUEST'],
    ['over the limit', `"${'x'.repeat(5 * 1024 * 1024)}"`, 413, 'BT_BODY_TOO_LARGE'],
  ])('refuses a body that is %s', async (_what, body, status, code) => {
    const answer = await call<ErrorBody>('POST', rules, body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  test('answers what is not there in the one form of error', async () => {
    const answer = await call<ErrorBody>('GET', `${host.url}/api/v1/nothing`);
    expect(answer.status).toBe(404);
    expect(Object.keys(answer.body).sort()).toEqual(['code', 'message', 'problems']);
  });

  test('describes itself in OpenAPI, from the schemas that validate', async () => {
    const { body } = await call<{ openapi: string; paths: Record<string, Record<string, unknown>> }>(
      'GET',
      `${host.url}/api/v1/openapi.json`,
    );
    expect(body.openapi).toMatch(/^3\.1/);
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining(['/api/v1/rules', '/api/v1/rules/{id}', '/api/v1/violations/{id}/verify', '/readyz']),
    );
    expect(Object.keys(body.paths['/api/v1/rules'] ?? {}).sort()).toEqual(['get', 'post']);
    expect(JSON.stringify(body.paths['/api/v1/rules'])).toContain('"severity"');
    expect(Object.keys(body.paths).filter((path) => path.startsWith('/api/rules'))).toEqual([]);
  });
});
