import type { CoreStart } from '@kbn/core/public';
import React from 'react';
import { renderContextProvider, themeProvider } from './loader';

/** Puts Kibana's theme and language around a tree, by what this Kibana has for it. */
export function withProviders(core: CoreStart, tree: React.ReactElement): React.ReactElement {
  if (core.rendering?.addContext) return core.rendering.addContext(tree);
  const { analytics, i18n, theme, userProfile } = core;
  const Provider = renderContextProvider();
  if (Provider) return <Provider {...{ analytics, i18n, theme, userProfile }}>{tree}</Provider>;
  const Theme = themeProvider();
  return (
    <i18n.Context>
      <Theme theme$={theme.theme$}>{tree}</Theme>
    </i18n.Context>
  );
}
