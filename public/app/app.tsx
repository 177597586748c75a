import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import React, { useState } from 'react';
import { Redirect, Route, Router, Switch } from 'react-router-dom';
import type { ApiError } from './api/api_error';
import { type AppServices, AppServicesProvider } from './app_services';
import { OverviewPage } from './overview/overview_page';
import { EditRulePage } from './rules/edit_rule_page';
import { HistoryPage } from './rules/history_page';
import { RulesPage } from './rules/rules_page';
import { SetUpPage } from './setup/setup_page';
import { isPassing } from './shared/error_text';
import { PageTelemetry } from './telemetry/page_telemetry';
import { ViolationsPage } from './violations/violations_page';

const RETRY_EVERY_MS = 2_000;

/** The pages. The host provides `services`, and around this the contexts of EUI. */
export const App = ({ services }: { services: AppServices }) => {
  const [queryClient] = useState(createQueryClient);
  return (
    <AppServicesProvider value={services}>
      <QueryClientProvider client={queryClient}>
        <Router history={services.history}>
          <PageTelemetry />
          <Switch>
            <Route path="/rules/create" render={() => <EditRulePage key="create" />} />
            <Route
              path="/rules/:id/history"
              render={({ match }) => <HistoryPage key={match.params.id} id={decodeURIComponent(match.params.id)} />}
            />
            <Route
              path="/rules/:id"
              render={({ match }) => <EditRulePage key={match.params.id} id={decodeURIComponent(match.params.id)} />}
            />
            <Route path="/rules" component={RulesPage} />
            <Route path="/violations/:id?" component={ViolationsPage} />
            {services.setUp && <Route path="/setup" component={SetUpPage} />}
            <Route path="/overview" component={OverviewPage} />
            <Redirect to="/overview" />
          </Switch>
        </Router>
      </QueryClientProvider>
    </AppServicesProvider>
  );
};

/** What could be read stays on the page while its host or Elasticsearch is away, and is asked for until they are back. */
function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // the browser's guess whether there is a network says nothing about a host on this machine
        networkMode: 'always',
        retry: false,
        // its host throws an ApiError of its own bundle, which no `instanceof` of ours knows
        refetchInterval: (_data, { state }) =>
          state.error && isPassing(state.error as ApiError) ? RETRY_EVERY_MS : false,
        refetchIntervalInBackground: false,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}
