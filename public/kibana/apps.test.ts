import type { CoreStart } from '@kbn/core/public';
import { createHostApps } from './apps';

const asked: [string, { method: string; body?: string }][] = [];
let answer: () => Promise<unknown>;
const http = {
  fetch: (path: string, options: { method: string; body?: string }) => {
    asked.push([path, options]);
    return answer();
  },
  basePath: { prepend: (path: string) => `/base/s/shop${path}` },
} as CoreStart['http'];
const apps = createHostApps({ http });
const view = { id: 'betrace-violations-shop', title: 'traces-apm.betrace-shop', installed: true };

test("Discover's address has query, time and view, saved or not", () => {
  const look = { kql: 'rule.id : "a&b#c"', from: 'now-1h', to: 'now' };
  const paramsOf = (href: string): Record<string, unknown> => {
    const url = new URL(href, 'http://kibana');
    expect([url.pathname, url.hash]).toEqual(['/base/s/shop/app/r', '']);
    expect([url.searchParams.get('l'), url.searchParams.get('v')]).toEqual(['DISCOVER_APP_LOCATOR', '8.12.0']);
    return JSON.parse(url.searchParams.get('p')!) as Record<string, unknown>;
  };
  expect(paramsOf(apps.discoverHref(look, view))).toMatchObject({
    dataViewId: view.id,
    query: { language: 'kuery', query: look.kql },
    timeRange: { from: 'now-1h', to: 'now' },
  });
  const adHoc = paramsOf(apps.discoverHref(look, { ...view, installed: false }));
  expect(adHoc).toMatchObject({ dataViewSpec: { title: view.title, timeFieldName: '@timestamp' } });
  expect(adHoc).not.toHaveProperty('dataViewId');
});

test('an alert is made as Kibana has it, and what Kibana refuses is said', async () => {
  answer = () => Promise.resolve({ id: 'a/b' });
  const request = {
    name: 'Severe',
    severities: [],
    ruleId: undefined,
    atLeast: 1,
    withinMinutes: 5,
    connectors: [],
    addresses: [],
  };
  expect(await apps.alerts.create(request, view)).toBe(
    '/base/s/shop/app/management/insightsAndAlerting/triggersActions/rule/a%2Fb',
  );
  const [path, { method, body }] = asked.at(-1)!;
  expect([path, method]).toEqual(['/api/alerting/rule', 'POST']);
  expect(JSON.parse(body!)).toMatchObject({ rule_type_id: '.es-query', params: { index: [view.title] } });
  const refusal = { response: { status: 403 }, body: { statusCode: 403, message: 'Unauthorized' } };
  answer = () => Promise.reject(refusal as unknown as Error);
  await expect(apps.alerts.connectors()).rejects.toMatchObject({ code: 'BT_FORBIDDEN', status: 403 });
});
