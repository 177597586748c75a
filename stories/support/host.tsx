import { EuiContext, EuiProvider } from '@elastic/eui';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory } from 'history';
import React, { type ReactNode, useState } from 'react';
import { Router } from 'react-router-dom';
import { type AppServices, AppServicesProvider } from '../../public/app/app_services';
import type { HostApps } from '../../public/app/host_apps/host_apps';
import type { EuiTexts } from '../../public/standalone/eui_texts';
import { type Answers, callOf, type Lines, streamOf } from './answers';
import { loadCharts, loadMonaco } from './parts';

/** What a story asks of the host around it. */
export interface HostParameters {
  readonly answers?: Answers;
  /** Of a preview. */
  readonly lines?: Lines;
  /** The user may change nothing. */
  readonly readOnly?: boolean;
  /** As in Kibana, where APM shows traces. */
  readonly hasTraces?: boolean;
  readonly setUp?: AppServices['setUp'];
  /** As in Kibana, which has other apps. */
  readonly apps?: HostApps;
}

interface HostProps extends HostParameters {
  readonly colorMode: 'light' | 'dark';
  readonly euiTexts: EuiTexts;
  readonly children: ReactNode;
}

/** Types the parameters of a story for `Host`. */
export const host = (parameters: HostParameters): { host: HostParameters } => ({ host: parameters });

/** Everything that a component of the app needs above it; no call leaves the page. */
export const Host = ({
  answers = {},
  lines = [],
  readOnly = false,
  hasTraces = false,
  setUp,
  apps,
  colorMode,
  euiTexts,
  children,
}: HostProps) => {
  const [queryClient] = useState(
    // what a story's host refuses is shown by the story, and no news for the console
    () =>
      new QueryClient({
        logger: { ...console, error: () => undefined },
        defaultOptions: { queries: { retry: false }, mutations: { retry: false } },
      }),
  );
  const [services] = useState((): AppServices => ({
    call: callOf(answers),
    stream: streamOf(lines),
    space: 'default',
    can: { read: true, write: !readOnly },
    history: createMemoryHistory(),
    timeZone: 'UTC',
    notify: { success: () => undefined, failure: () => undefined },
    setBreadcrumbs: () => undefined,
    ...(setUp && { setUp }),
    loadMonaco,
    loadCharts,
    ...(apps && { apps }),
    ...(hasTraces && { traceHref: (traceId: string) => `#trace-${traceId}` }),
  }));
  return (
    <EuiProvider colorMode={colorMode}>
      <EuiContext i18n={euiTexts}>
        <AppServicesProvider value={services}>
          <QueryClientProvider client={queryClient}>
            <Router history={services.history}>{children}</Router>
          </QueryClientProvider>
        </AppServicesProvider>
      </EuiContext>
    </EuiProvider>
  );
};
