import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ImportReport, Packs } from '../common/api/rules_import';
import type { Rule } from '../common/rules/rule';
import { call, eventually } from './support/api';
import { type OwnElasticsearch, startOwnElasticsearch } from './support/elasticsearch';
import { type Host, startHost } from './support/host';
import { startTelemetry } from './support/telemetry';

const fixture = (name: string): string => readFileSync(path.join(__dirname, 'support/other_edition', name), 'utf8');
const YAML = 'application/yaml';
const JSON_TYPE = 'application/json';

type Body = ImportReport & { readonly code: string; readonly message: string };

describe('import and export of rules', () => {
  // its own, as all rules are listed and wiped
  let elasticsearch: OwnElasticsearch;
  let host: Host;
  let rules: string;
  beforeAll(async () => {
    elasticsearch = await startOwnElasticsearch();
    host = await startHost(elasticsearch.environment);
    rules = `${host.url}/api/v1/rules`;
  });
  afterAll(async () => {
    await host?.stop();
    await elasticsearch?.remove();
  });
  beforeEach(wipe);

  async function wipe(): Promise<void> {
    for (const { id } of await listed()) await call('DELETE', `${rules}/${id}`);
  }

  async function listed(): Promise<Rule[]> {
    return (await call<{ rules: Rule[] }>('GET', `${rules}?limit=10000`)).body.rules;
  }

  const send = (body: string, type = JSON_TYPE, query = '') =>
    call<Body>('POST', `${rules}/import${query}`, body, { 'content-type': type });
  const exportAs = async (format: string): Promise<string> => (await fetch(`${rules}/export?format=${format}`)).text();
  const results = ({ rules: all }: ImportReport): string[] => all.map(({ result }) => result);

  test("the other edition's export: what can be kept is translated and judges, the rest is refused by name", async () => {
    const { status, body } = await send(fixture('rules.json'));
    expect(status).toBe(200);
    expect(results(body)).toEqual(['created', 'created', 'created', 'refused']);
    expect(body.counts).toMatchObject({ created: 3, refused: 1 });
    const [charge, retries, admin, nothing] = body.rules;
    expect(charge).toMatchObject({ mode: 'on', translatedFrom: expect.stringMatching(/^when/) });
    expect(charge!.notes.map(({ code }) => code)).toEqual(['BT_NOTE_NUMBERS_ONLY', 'BT_NOTE_QUOTED_LIST']);
    expect(retries).toMatchObject({ mode: 'off', notes: [{ code: 'BT_NOTE_FALSE_WAS_TRUE', line: 2 }] });
    expect(admin!.notes.map(({ code }) => code)).toEqual(['BT_NOTE_SEVERITY']);
    expect(nothing!.problems).toMatchObject([{ code: 'BT_DIALECT_NO_CLAUSE' }]);
    expect((await listed()).map(({ name, severity, mode }) => [name, severity, mode])).toEqual([
      ['Admin endpoint', 'MEDIUM', 'on'],
      ['Large charge without a fraud check', 'CRITICAL', 'on'],
      ['Retry storm', 'MEDIUM', 'off'],
    ]);

    const again = await send(fixture('rules.json'));
    expect(results(again.body)).toEqual(['unchanged', 'unchanged', 'unchanged', 'refused']);
    expect((await listed()).map(({ revision }) => revision)).toEqual([1, 1, 1].map(() => expect.any(Number)));

    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const telemetry = startTelemetry(`${host.url}/v1/traces`, 'shop');
    const traceId = await telemetry.send({
      name: 'payment.charge',
      attributes: { amount: 1500, currency: 'EUR' },
      children: [{ name: 'fraud.check', attributes: { passed: false } }],
    });
    await telemetry.flush();
    telemetry.stop();
    const violations = await eventually(
      async () =>
        (await call<{ violations: { ruleId: string }[] }>('GET', `${host.url}/api/v1/violations?traceId=${traceId}`))
          .body.violations,
      ({ length }) => length > 0,
      { withinMs: 20_000 },
    );
    expect(violations.map(({ ruleId }) => ruleId)).toEqual([charge!.id]);
  });

  test("the other edition's pack: a rule whose example it does not find is off, and it is said", async () => {
    const { body } = await send(fixture('pack.yaml'), YAML);
    expect(results(body)).toEqual(['created', 'created']);
    expect(body.rules[0]).toMatchObject({ mode: 'on', id: 'pii-needs-authorization' });
    expect(body.rules[1]).toMatchObject({
      mode: 'off',
      notes: [{ code: 'BT_NOTE_EXAMPLES_FAIL' }, { code: 'BT_NOTE_SWITCHED_OFF' }],
    });
    const { body: rule } = await call<Rule>('GET', `${rules}/pii-needs-authorization`);
    expect(rule).toMatchObject({ tags: ['SOC2', 'HIPAA'], examples: [{ matches: true, spans: [{}] }] });
    expect(results((await send(fixture('pack.yaml'), YAML)).body)).toEqual(['unchanged', 'unchanged']);
  });

  test('what is exported imports to the same, to the byte: after a wipe, in both forms, whatever the texts', async () => {
    await send(fixture('rules.json'));
    await send(fixture('pack.yaml'), YAML);
    await call('POST', `${host.url}/api/v1/packs/security/install?mode=shadow`, undefined);
    for (const name of ['  spaced\tout', 'a: "b" # c', "- it's\u2028", 'true', '0x1F', 'Zoë 😀', '%TAG', '&a *b !c']) {
      const dsl = `/* ${name} */\r\ntrace.has(span => span.name === ${JSON.stringify(name)})   \n\n\n`;
      const description = `${name}\n\n  two\t\nlines \n${'long '.repeat(40)}`;
      const draft = { name, dsl, description, severity: 'low', tags: ['a: b', 'on'], mode: 'shadow' };
      expect((await call('POST', rules, draft)).status).toBe(201);
    }
    const before = { json: await exportAs('json'), yaml: await exportAs('yaml') };
    expect(before.json.length).toBeGreaterThan(10_000);
    for (const [format, type] of [
      ['json', JSON_TYPE],
      ['yaml', YAML],
    ] as const) {
      expect(new Set(results((await send(before[format], type)).body))).toEqual(new Set(['unchanged']));
      await wipe();
      expect(await listed()).toEqual([]);
      expect(new Set(results((await send(before[format], type)).body))).toEqual(new Set(['created']));
      expect({ json: await exportAs('json'), yaml: await exportAs('yaml') }).toEqual(before);
    }
    const { headers } = await fetch(`${rules}/export`, { headers: { accept: 'application/yaml' } });
    expect(headers.get('content-type')).toBe('application/yaml; charset=utf-8');
  });

  test('a rule that is there stays, or is replaced when asked to; a dry run writes nothing', async () => {
    const file = (dsl: string): string =>
      JSON.stringify({ rules: [{ id: 'mine', name: 'Mine', severity: 'low', dsl }] });
    const [one, two] = ['one', 'two'].map((name) => `trace.has(span => span.name === '${name}')`);
    expect(results((await send(file(one!), JSON_TYPE, '?dry_run=true')).body)).toEqual(['created']);
    expect(await listed()).toEqual([]);
    expect(results((await send(file(one!))).body)).toEqual(['created']);
    await call('PUT', `${rules}/mine`, { ifRevision: (await listed())[0]!.revision, mode: 'shadow' });
    expect(results((await send(file(two!))).body)).toEqual(['exists']);
    expect(results((await send(file(two!), JSON_TYPE, '?on_conflict=replace&dry_run=true')).body)).toEqual(['updated']);
    expect((await listed())[0]).toMatchObject({ dsl: one, mode: 'shadow' });
    expect(results((await send(file(two!), JSON_TYPE, '?on_conflict=replace')).body)).toEqual(['updated']);
    expect((await listed())[0]).toMatchObject({ dsl: two, mode: 'shadow' });
    expect(results((await send(file(two!), JSON_TYPE, '?on_conflict=replace')).body)).toEqual(['unchanged']);
  });

  test('without ids rules are known by their names, and of two in one file the second is refused', async () => {
    const file = 'name: Mine\nseverity: low\ndsl: trace.duration > 5\n';
    const { body } = await send(`${file}---\n${file}`, YAML);
    expect(results(body)).toEqual(['created', 'refused']);
    expect(body.rules[1]!.problems).toMatchObject([{ code: 'BT_IMPORT_TWICE' }]);
    const [mine] = await listed();
    await call('PUT', `${rules}/${mine!.id}`, { ifRevision: mine!.revision, name: 'Renamed' });
    expect((await send(file, YAML)).body.rules).toMatchObject([{ result: 'exists', id: mine!.id }]);
    await call('POST', rules, { name: 'Twin', severity: 'low', dsl: 'trace.duration > 5' });
    expect(results((await send(file.replace('Mine', 'Twin'), YAML)).body)).toEqual(['unchanged']);
    await call('POST', rules, { name: 'Twin', severity: 'low', dsl: 'trace.duration > 6' });
    expect((await send(file.replace('Mine', 'Twin'), YAML)).body.rules[0]!.problems).toMatchObject([
      { code: 'BT_IMPORT_AMBIGUOUS' },
    ]);
  });

  test('each rule is taken or refused by itself, with the place in its text or its field', async () => {
    const good = { name: 'Good', severity: 'low', dsl: 'trace.duration > 5' };
    const { body } = await send(
      JSON.stringify([
        { ...good, dsl: 'trace.has(span => span.nmae === 1)' },
        { ...good, colour: 'red' },
        { ...good, id: 'a/b' },
        { ...good, id: 'export' },
        { name: 'No text', severity: 'low' },
        'no rule',
        { name: 'x', severity: 'low', expression: 'when { a } allways { b }' },
        { ...good, examples: [{ matches: true, spans: [{ name: 'short' }] }] },
      ]),
    );
    expect(body.rules.map(({ result, problems: [problem] }) => [result, problem?.code, problem?.path])).toEqual([
      ['refused', 'BT_UNKNOWN_PROPERTY', undefined],
      ['refused', 'BT_IMPORT_FIELD', 'colour'],
      ['refused', 'BT_IMPORT_FIELD', 'id'],
      ['refused', 'BT_IMPORT_FIELD', 'id'],
      ['refused', 'BT_IMPORT_NO_TEXT', undefined],
      ['refused', 'BT_IMPORT_NO_TEXT', undefined],
      ['refused', 'BT_DIALECT_SYNTAX', undefined],
      ['created', undefined, undefined],
    ]);
    expect(body.rules[7]).toMatchObject({ mode: 'off' });
  });

  const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefghij'
    .split('')
    .map((key, i) => `${key}: &${key} [${Array(9).fill(`*${'abcdefghij'[i]}`).join(', ')}]`)
    .join('\n')}\n`;
  test.each<[string, string, string, number, string]>([
    ['no JSON', '{"rules": [', JSON_TYPE, 400, 'BT_INVALID_RULES_FILE'],
    ['an empty body', '', JSON_TYPE, 400, 'BT_INVALID_RULES_FILE'],
    ['a text', '"rules"', JSON_TYPE, 400, 'BT_INVALID_RULES_FILE'],
    ['rules that are no list', '{"rules": 1}', JSON_TYPE, 400, 'BT_INVALID_RULES_FILE'],
    ['a prototype', '{"rules": [{"__proto__": {"a": 1}}]}', JSON_TYPE, 400, 'BT_INVALID_RULES_FILE'],
    ['deep JSON', '['.repeat(5_000_000), JSON_TYPE, 400, 'BT_INVALID_RULES_FILE'],
    ['no YAML', 'a: [1', YAML, 400, 'BT_INVALID_RULES_FILE'],
    ['deep YAML', '['.repeat(100_000), YAML, 400, 'BT_INVALID_RULES_FILE'],
    ['deep blocks of YAML', '- '.repeat(50_000), YAML, 400, 'BT_INVALID_RULES_FILE'],
    ['a YAML bomb', bomb, YAML, 400, 'BT_INVALID_RULES_FILE'],
    ['a YAML tag', 'name: !!js/function "x"\ndsl: x\n', YAML, 400, 'BT_INVALID_RULES_FILE'],
    ['a key twice', 'name: a\nname: b\n', YAML, 400, 'BT_INVALID_RULES_FILE'],
    ['many keys', Array.from({ length: 90_000 }, (_, i) => `k${i}: 1\n`).join(''), YAML, 200, ''],
    ['a large document of YAML', 'a: b\n'.repeat(400_000), YAML, 400, 'BT_INVALID_RULES_FILE'],
    ['too many rules', `[${'1,'.repeat(10_000)}1]`, JSON_TYPE, 413, 'BT_TOO_MANY_RULES'],
    ['too large a body', `"${'x'.repeat(10 * 1024 * 1024)}"`, JSON_TYPE, 413, 'BT_BODY_TOO_LARGE'],
    ['another type', 'a,b', 'text/csv', 415, 'BT_UNSUPPORTED_MEDIA_TYPE'],
  ])('is answered to %s', async (_what, body, type, status, code) => {
    const start = performance.now();
    const answer = await call<Body>('POST', `${rules}/import`, body, {
      'content-type': type,
      'x-betrace-request': '1',
    });
    expect([answer.status, answer.body.code ?? '']).toEqual([status, code]);
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(await listed()).toEqual([]);
  });

  test('no change of a file makes an error of ours', async () => {
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      '-',
      '\n',
      '&a ',
      '*a',
      '!!set ',
      '\0',
      '\ud800',
      'null',
      '1e999',
      ', ',
    ];
    const files: [string, string][] = [
      [fixture('rules.json'), JSON_TYPE],
      [fixture('pack.yaml'), YAML],
      [readFileSync(path.join(__dirname, '../ingest/rules/shop.yaml'), 'utf8'), YAML],
    ];
    const seen = new Set<number>();
    for (let i = 0; i < 120; i++) {
      const [original, type] = files[i % files.length]!;
      let text = original;
      for (let edits = 1 + random(3); edits > 0; edits--) {
        const at = random(text.length);
        text = text.slice(0, at) + pieces[random(pieces.length)]! + text.slice(at + random(20));
      }
      const { status, body } = await send(text, type, '?dry_run=true');
      expect([200, 400]).toContain(status);
      if (status === 400) expect(body.code).toBe('BT_INVALID_RULES_FILE');
      seen.add(status);
    }
    expect([...seen].sort()).toEqual([200, 400]);
    expect(host.output()).not.toContain('BT_INTERNAL');
  });

  test('packs are listed, and installed once; what users made of their rules stays', async () => {
    const packs = async (): Promise<Packs['packs']> =>
      (await call<Packs>('GET', `${host.url}/api/v1/packs`)).body.packs;
    const install = (name: string, query = '') =>
      call<Body>('POST', `${host.url}/api/v1/packs/${name}/install${query}`, undefined);
    const shop = (await packs()).find(({ name }) => name === 'shop')!;
    expect((await packs()).map(({ name }) => name)).toContain('security');
    expect(shop.rules.map(({ installed }) => installed)).toEqual([false, false, false, false, false]);

    const { body } = await install('shop');
    expect(results(body)).toEqual(Array(5).fill('created'));
    expect(body.rules.map(({ id, mode }) => [id, mode])).toEqual(shop.rules.map(({ id }) => [id, 'on']));
    expect(results((await install('shop')).body)).toEqual(Array(5).fill('unchanged'));

    const [changed, deleted] = shop.rules;
    const { revision } = (await call<Rule>('GET', `${rules}/${changed!.id}`)).body;
    await call('PUT', `${rules}/${changed!.id}`, {
      ifRevision: revision,
      name: 'Ours now',
      mode: 'off',
      severity: 'LOW',
    });
    await call('DELETE', `${rules}/${deleted!.id}`);
    expect(results((await install('shop', '?mode=shadow')).body)).toEqual([
      ...['exists', 'created'],
      ...['unchanged', 'unchanged', 'unchanged'],
    ]);
    expect((await call<Rule>('GET', `${rules}/${changed!.id}`)).body).toMatchObject({ name: 'Ours now', mode: 'off' });
    expect((await call<Rule>('GET', `${rules}/${deleted!.id}`)).body).toMatchObject({ mode: 'shadow' });
    expect((await packs()).find(({ name }) => name === 'shop')!.rules.every(({ installed }) => installed)).toBe(true);

    const unknown = await install('nothing');
    expect([unknown.status, unknown.body.code]).toEqual([404, 'BT_NOT_FOUND']);
    for (const { name } of await packs()) {
      const { body: report } = await install(name, '?dry_run=true');
      expect([name, report.counts['refused']]).toEqual([name, 0]);
    }
  });
});
