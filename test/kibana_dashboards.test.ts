import { dashboardsReportSchema, dashboardsSchema } from '../common/api/dashboards';
import type { UninstallReport } from '../common/api/setup';
import { dashboardId, kibanaObjects } from '../ingest/kibana/dashboard';
import { call } from './support/api';
import { sharedElasticsearch } from './support/elasticsearch';
import { type FakeKibana, startWithoutBridge } from './support/kibana/start';

describe('what BeTrace has in Kibana’s own apps', () => {
  let kibana: FakeKibana;
  beforeAll(async () => {
    kibana = await startWithoutBridge('9');
  });
  afterAll(() => kibana?.stop());

  test.each(['', '/s/audit-eu'])('is installed as one asks for it, in that space and again: "%s"', async (prefix) => {
    const url = `${kibana.url}${prefix}/api/betrace/dashboards`;
    const objects = kibanaObjects(prefix.slice(3) || 'default');
    const before = dashboardsSchema.strict().parse((await call('GET', url)).body);
    expect(before).toMatchObject({ installed: false, dataView: { id: objects[0]!.id } });
    for (let time = 1; time <= 2; time += 1) {
      const { status, body } = await call('POST', url);
      expect(status).toBe(200);
      expect(dashboardsReportSchema.strict().parse(body)).toEqual({
        installed: objects.map(({ type, id }) => ({ type, id })),
        failed: [],
      });
    }
    expect((await call('GET', url)).body).toEqual({ ...before, installed: true });
    const file = await fetch(`${url}/export`);
    expect(file.headers.get('content-type')).toContain('ndjson');
    const lines = (await file.text()).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(JSON.parse(JSON.stringify(objects)));
  });

  test('a removal finds it in every space, and leaves what somebody has imported there', async () => {
    const imported = kibanaObjects('third').at(-1)!;
    const document = { ...imported, dashboard: imported.attributes, namespaces: ['third'], managed: false };
    await call('POST', `${kibana.url}/fake/stored`, [{ ...document, typeMigrationVersion: '10.1.0' }]);
    const { username, password } = sharedElasticsearch();
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const url = `${kibana.url}/api/betrace/uninstall`;
    const { status, body } = await call<UninstallReport>('POST', url, {}, { authorization });
    expect([status, body.dryRun]).toEqual([200, true]);
    const ofSpaces = ['default', 'audit-eu'].map(
      (space) => `${dashboardId(space)}: ${kibanaObjects(space).length} saved objects of the space ${space}`,
    );
    expect(body.removed).toEqual(expect.arrayContaining(ofSpaces));
    const reason = expect.stringContaining('in the space third') as unknown;
    expect(body.kept).toContainEqual({ name: `dashboard ${dashboardId('third')}`, reason });
    expect(body.removed.join()).not.toContain('third');
  });

  test('readers see whether it is there, and install nothing', async () => {
    const url = `${kibana.url}/s/other/api/betrace/dashboards`;
    const reader = { 'x-role': 'read' };
    expect((await call('POST', url, undefined, reader)).status).toBe(403);
    expect((await call('GET', url, undefined, reader)).body).toMatchObject({ installed: false });
  });
});
