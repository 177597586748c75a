import { type GivenRum, parseRum } from '../../common/rum';
import type { start } from './agent';

/**
 * Loads the agent and starts it, where settings ask for one and none runs. Never throws: pages do without.
 * @param url of `betrace.rum.js`
 */
export async function loadRum(given: GivenRum, url: string, options: Parameters<typeof start>[1]): Promise<void> {
  const settings = parseRum(given);
  if (typeof settings !== 'object' || 'elasticApm' in globalThis) return;
  try {
    const agent = (await import(url)) as { start: typeof start };
    agent.start(settings, options);
  } catch {
    // a browser's blocker, or a server that is away
  }
}
