import type { PluginInitializerContext } from '@kbn/core/server';
import { BROWSER_SETTINGS, configSchema } from './kibana/config';

/** What Kibana reads of every plugin before it starts one, also of a plugin that is disabled. */
export const config = { schema: configSchema, exposeToBrowser: BROWSER_SETTINGS };

/** Kibana's entry to BeTrace; loads everything else, and only when the plugin is enabled. */
export const plugin = async (context: PluginInitializerContext<unknown>): Promise<unknown> => {
  const [{ BeTracePlugin }, { createStatusReporter }] = await Promise.all([
    import('./kibana/plugin'),
    import('./kibana/status'),
  ]);
  return new BeTracePlugin(context, await createStatusReporter());
};
