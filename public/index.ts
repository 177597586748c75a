import { BeTracePublicPlugin } from './plugin';

/** Kibana's entry to BeTrace in the browser; called once, when Kibana has loaded. */
export const plugin = (): BeTracePublicPlugin => new BeTracePublicPlugin();
