import React from 'react';
import { type AppServices, AppServicesProvider } from './app_services';

/** The pages. The host provides `services`, and around this the contexts of EUI. */
export const App = ({ services }: { services: AppServices }) => (
  <AppServicesProvider value={services}>
    <p>BeTrace</p>
  </AppServicesProvider>
);
