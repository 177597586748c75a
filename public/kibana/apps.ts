import type { CoreStart } from '@kbn/core/public';
import type { HostApps, Look, ViolationsView } from '../app/host_apps/host_apps';
import { connectorsOf, type KibanaConnector, ruleBody } from './alert_rule';
import { errorOf } from './call';
import { rison } from './loader';

/** Of the form that addresses below have; later lines of Kibana migrate it. */
const LOCATOR_VERSION = '8.12.0';
const COLUMNS = ['betrace.violation.severity', 'rule.name', 'service.name', 'betrace.violation.message', 'trace.id'];

/** Discover, Lens, dashboards and alerts of the Kibana that the app is in. */
export function createHostApps({ http }: Pick<CoreStart, 'http'>): HostApps {
  return {
    discoverHref: (look, view) => http.basePath.prepend(discoverPath(look, view)),
    dashboardHref: (id) => http.basePath.prepend(`/app/dashboards#/view/${encodeURIComponent(id)}`),
    lensHref: (id, view, ruleId, time) => http.basePath.prepend(lensPath(id, view, ruleId, time)),
    alerts: {
      connectors: async () => connectorsOf((await ask(http, '/api/actions/connectors', 'GET')) as KibanaConnector[]),
      create: async (request, view) => {
        const { id } = (await ask(http, '/api/alerting/rule', 'POST', ruleBody(request, view.title))) as { id: string };
        const path = `/app/management/insightsAndAlerting/triggersActions/rule/${encodeURIComponent(id)}`;
        return http.basePath.prepend(path);
      },
    },
  };
}

async function ask(http: CoreStart['http'], path: string, method: 'GET' | 'POST', body?: object): Promise<unknown> {
  try {
    return await http.fetch(path, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
  } catch (error) {
    throw errorOf(error);
  }
}

/** By Discover's locator, which takes a view that is not saved, too. */
function discoverPath({ kql, from, to }: Look, { id, title, installed }: ViolationsView): string {
  const params = {
    ...(installed
      ? { dataViewId: id }
      : { dataViewSpec: { title, name: 'BeTrace violations', timeFieldName: '@timestamp', allowNoIndex: true } }),
    query: { language: 'kuery', query: kql },
    timeRange: { from, to },
    columns: COLUMNS,
    sort: [['event.created', 'desc']],
  };
  const search = new URLSearchParams({
    l: 'DISCOVER_APP_LOCATOR',
    v: LOCATOR_VERSION,
    p: JSON.stringify(params),
  });
  return `/app/r?${search}`;
}

/** The rule is a filter that can be taken off again. */
function lensPath(id: string, view: ViolationsView, ruleId: string, time: Pick<Look, 'from' | 'to'>): string {
  const meta = { index: view.id, key: 'rule.id', type: 'phrase', params: { query: ruleId } };
  const filter = {
    $state: { store: 'globalState' },
    meta: { ...meta, alias: null, disabled: false, negate: false },
    query: { match_phrase: { 'rule.id': ruleId } },
  };
  return `/app/lens#/edit/${encodeURIComponent(id)}?_g=${rison({ filters: [filter], time })}`;
}
