import type { AppMountParameters, CoreSetup } from '@kbn/core/public';
import { i18n } from '@kbn/i18n';
import React from 'react';
import ReactDom from 'react-dom';
import type { GivenRum } from '../common/rum';
import type { App } from './app';
import { createAppServices } from './kibana/app_services';
import { fileUrl } from './kibana/loader';
import { withProviders } from './kibana/providers';
import { loadRum } from './rum/load';

/** Kibana's own; its package can't be imported in every line. */
const OBSERVABILITY = { id: 'observability', label: 'Observability', euiIconType: 'logoObservability', order: 3000 };

interface SetupPlugins {
  /** Kibana's home page and its directory of features. */
  readonly home?: { readonly featureCatalogue: { register(feature: object): void } };
}

/** Registers the app; the pages are loaded when it is opened. */
export class BeTracePublicPlugin {
  /** @param rum as kibana.yml has it */
  constructor(private readonly rum: GivenRum) {}

  setup(core: CoreSetup, { home }: SetupPlugins = {}): void {
    core.application.register({
      id: 'betrace',
      title: 'BeTrace',
      appRoute: '/app/betrace',
      category: OBSERVABILITY,
      euiIconType: 'securitySignalDetected',
      keywords: ['betrace', 'opentelemetry', 'otel', 'traces', 'rules', 'violations'],
      deepLinks: [
        {
          id: 'overview',
          title: i18n.translate('betrace.plugin.overview', { defaultMessage: 'Overview' }),
          path: '/overview',
        },
        {
          id: 'violations',
          title: i18n.translate('betrace.plugin.violations', { defaultMessage: 'Violations' }),
          path: '/violations',
        },
        { id: 'rules', title: i18n.translate('betrace.plugin.rules', { defaultMessage: 'Rules' }), path: '/rules' },
        { id: 'setup', title: i18n.translate('betrace.plugin.setup', { defaultMessage: 'Set-up' }), path: '/setup' },
      ],
      mount: (params) => mount(core, this.rum, params),
    });
    home?.featureCatalogue.register({
      id: 'betrace',
      title: 'BeTrace',
      description: i18n.translate('betrace.plugin.description', {
        defaultMessage: 'Rules about OpenTelemetry traces, and their signed violations.',
      }),
      icon: 'securitySignalDetected',
      path: '/app/betrace',
      showOnHomePage: false,
      category: 'data',
    });
  }

  start(): void {}

  stop(): void {}
}

async function mount(core: CoreSetup, rum: GivenRum, { element, history }: AppMountParameters): Promise<() => void> {
  const url = fileUrl('betrace.app.js');
  const [[start], pages] = await Promise.all([
    core.getStartServices(),
    import(/* the pages, the same file in every host */ url) as Promise<{ App: typeof App }>,
    loadRum(rum, fileUrl('betrace.rum.js'), { onlyOurs: true }),
  ]);
  const services = createAppServices(start, { history });
  const { chrome, http } = start;
  chrome.setHelpExtension({
    appName: 'BeTrace',
    links: [
      {
        linkType: 'custom',
        content: i18n.translate('betrace.plugin.api', { defaultMessage: 'API (OpenAPI)' }),
        href: http.basePath.prepend('/api/betrace/openapi.json'),
        target: '_blank',
      },
    ],
  });
  if (!services.can.write) {
    chrome.setBadge({
      text: i18n.translate('betrace.badge.readOnly', { defaultMessage: 'Read only' }),
      tooltip: i18n.translate('betrace.badge.readOnlyTooltip', { defaultMessage: 'You may not change rules' }),
      iconType: 'glasses',
    });
  }
  const tree = <pages.App services={services} />;
  // Kibana's React is 17 up to 9.0; its own apps are rendered so in every line
  ReactDom.render(withProviders(start, tree), element);
  return () => {
    chrome.setBadge();
    chrome.setHelpExtension();
    ReactDom.unmountComponentAtNode(element);
  };
}
