import type { PluginInitializerContext } from '@kbn/core/public';
import { BeTracePublicPlugin } from './plugin';

/** Kibana's entry to BeTrace in the browser; called once, when Kibana has loaded. */
export const plugin = (context: PluginInitializerContext): BeTracePublicPlugin =>
  new BeTracePublicPlugin(context.config.get().rum ?? {});
