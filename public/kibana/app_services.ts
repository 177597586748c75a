import type { AppMountParameters, CoreStart } from '@kbn/core/public';
import type { AppServices } from '../app/app_services';
import { createHostApps } from './apps';
import { call, stream } from './call';
import { sharedCharts, sharedMonaco } from './loader';

const TITLE = 'BeTrace';

/** What the pages need, from Kibana's core. */
export function createAppServices(core: CoreStart, { history }: Pick<AppMountParameters, 'history'>): AppServices {
  const { application, chrome, http, notifications, uiSettings } = core;
  const can = application.capabilities['betrace'];
  return {
    call: (method, path, options) => call(http, method, path, options),
    stream: (path, options) => stream(http, path, options),
    space: /\/s\/([^/]+)\/$/.exec(http.basePath.prepend('/'))?.[1] ?? 'default',
    can: { read: can?.['show'] === true, write: can?.['save'] === true },
    setUp: { mayAdminister: can?.['administer'] === true },
    history,
    timeZone: timeZoneOf(uiSettings.get('dateFormat:tz')),
    notify: {
      success: (title, text) => notifications.toasts.addSuccess({ title, ...(text === undefined ? {} : { text }) }),
      failure: (title, text) => notifications.toasts.addDanger({ title, text }),
    },
    setBreadcrumbs: (names) => {
      const isRoot = names[0]?.text === TITLE;
      const trail = isRoot ? names : [{ text: TITLE, path: '/' }, ...names];
      chrome.setBreadcrumbs(
        trail.map(({ text, path }, at) =>
          path === undefined || at === trail.length - 1
            ? { text }
            : { text, href: history.createHref({ pathname: path }) },
        ),
      );
      chrome.docTitle.change(trail.map(({ text }) => text).reverse());
    },
    // Kibana has both on every page
    loadMonaco: async () => sharedMonaco(),
    loadCharts: async () => sharedCharts(),
    apps: createHostApps(core),
    traceHref: (traceId) => http.basePath.prepend(`/app/apm/link-to/trace/${encodeURIComponent(traceId)}`),
  };
}

/** Kibana's setting; `Browser`, its default, is no time zone. */
const timeZoneOf = (setting: unknown): string | undefined =>
  typeof setting === 'string' && setting !== '' && setting !== 'Browser' ? setting : undefined;
