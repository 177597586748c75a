import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ImportReport, Packs } from '../common/api/rules_import';
import type { Rule } from '../common/rules/rule';
import { call } from './support/api';
import { type FakeKibana, startWithoutBridge } from './support/kibana/start';

const fixture = (name: string): string => readFileSync(path.join(__dirname, 'support/other_edition', name), 'utf8');

describe('import and export of rules in Kibana', () => {
  let kibana: FakeKibana;
  beforeAll(async () => {
    kibana = await startWithoutBridge('8');
  });
  afterAll(() => kibana?.stop());

  const at = (space: string): string => `${kibana.url}${space}/api/betrace`;
  const send = (space: string, body: string, type: string, query = '', headers = {}) =>
    call<ImportReport & { code: string }>('POST', `${at(space)}/rules/import${query}`, body, {
      'content-type': type,
      ...headers,
    });
  const exportAs = async (space: string, format: string): Promise<string> =>
    (await fetch(`${at(space)}/rules/export?format=${format}`)).text();
  const results = ({ rules }: ImportReport): string[] => rules.map(({ result }) => result);

  test('what is exported imports to the same, to the byte, also after a wipe', async () => {
    const space = '/s/one';
    expect(results((await send(space, fixture('rules.json'), 'application/json')).body)).toEqual([
      ...['created', 'created', 'created'],
      'refused',
    ]);
    expect(results((await send(space, fixture('pack.yaml'), 'text/yaml')).body)).toEqual(['created', 'created']);
    const before = [await exportAs(space, 'json'), await exportAs(space, 'yaml')];
    expect(before[1]).toContain('examples:');
    expect(results((await send(space, before[1]!, 'application/yaml')).body)).toEqual(Array(5).fill('unchanged'));

    for (const { id } of (JSON.parse(before[0]!) as { rules: Rule[] }).rules) {
      expect((await call('DELETE', `${at(space)}/rules/${id}`)).status).toBe(204);
    }
    expect(results((await send(space, before[1]!, 'application/yaml')).body)).toEqual(Array(5).fill('created'));
    expect([await exportAs(space, 'json'), await exportAs(space, 'yaml')]).toEqual(before);

    // revisions go on where those of the deleted rule ended
    const { body: rule } = await call<Rule>('GET', `${at(space)}/rules/retry-storm`);
    expect(rule.revision).toBe(3);
    await call('PUT', `${at(space)}/rules/retry-storm`, { ifRevision: 3, name: 'Changed' });
    const { body } = await call<{ revisions: { revision: number }[] }>('GET', `${at(space)}/rules/retry-storm/history`);
    expect(body.revisions.map(({ revision }) => revision)).toEqual([4, 3, 2, 1]);
  });

  test('a rule whose id another space has gets one of its own, the same each time', async () => {
    const file = JSON.stringify({ id: 'shared', name: 'Shared', severity: 'low', dsl: 'trace.duration > 5' });
    expect((await send('/s/two', file, 'application/json')).body.rules[0]).toMatchObject({ id: 'shared', notes: [] });
    const { body } = await send('/s/three', file, 'application/json');
    expect(body.rules[0]).toMatchObject({ result: 'created', notes: [{ code: 'BT_NOTE_OTHER_ID' }] });
    expect(body.rules[0]!.id).not.toBe('shared');
    const again = await send('/s/three', file, 'application/json');
    expect(again.body.rules[0]).toMatchObject({ result: 'unchanged', id: body.rules[0]!.id });
  });

  test('packs come with the plugin, and are installed once in each space', async () => {
    const pack = async (space: string): Promise<Packs['packs'][number] | undefined> =>
      (await call<Packs>('GET', `${at(space)}/packs`)).body.packs.find(({ name }) => name === 'shop');
    const installIn = (space: string) => call<ImportReport>('POST', `${at(space)}/packs/shop/install`);
    expect(results((await installIn('/s/four')).body)).toEqual(Array(5).fill('created'));
    expect(results((await installIn('/s/four')).body)).toEqual(Array(5).fill('unchanged'));
    expect((await pack('/s/four'))!.rules.every(({ installed }) => installed)).toBe(true);
    expect((await pack('/s/five'))!.rules.some(({ installed }) => installed)).toBe(false);
    expect(results((await installIn('/s/five')).body)).toEqual(Array(5).fill('created'));
  });

  test('bad files are answered by their codes, and readers import nothing', async () => {
    expect((await send('', '{', 'application/json')).body.code).toBe('BT_INVALID_RULES_FILE');
    expect((await send('', 'a: !!set 1', 'application/yaml')).body.code).toBe('BT_INVALID_RULES_FILE');
    const other = await send('', 'a,b', 'text/csv');
    expect([other.status, other.body.code]).toEqual([415, 'BT_UNSUPPORTED_MEDIA_TYPE']);
    const query = await send('', '[]', 'application/json', '?on_conflict=merge');
    expect([query.status, query.body.code]).toEqual([400, 'BT_INVALID_REQUEST']);
    expect((await send('', '[]', 'application/json', '', { 'x-role': 'read' })).status).toBe(403);
    expect((await call('POST', `${at('')}/packs/shop/install`, undefined, { 'x-role': 'read' })).status).toBe(403);
    expect((await call('GET', `${at('')}/packs`, undefined, { 'x-role': 'read' })).status).toBe(200);
  });
});
