import { dashboardsReportSchema, dashboardsSchema } from '../common/api/dashboards';
import { kibanaObjects } from '../ingest/kibana/dashboard';
import { call } from './support/api';
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

  test('readers see whether it is there, and install nothing', async () => {
    const url = `${kibana.url}/s/other/api/betrace/dashboards`;
    const reader = { 'x-role': 'read' };
    expect((await call('POST', url, undefined, reader)).status).toBe(403);
    expect((await call('GET', url, undefined, reader)).body).toMatchObject({ installed: false });
  });
});
