import { apm, init } from '@elastic/apm-rum';
import { version } from '../../package.json';
import type { RumSettings } from '../../common/rum';
import { TRANSACTION_PREFIX } from '../app/telemetry/telemetry';

/** A click would give the page's transaction its own name; what it begins is told as what it is. */
const CLICKS = ['click', 'eventtarget'] as const;
/** Of a host that has more pages than ours: what they do is not told. */
const OF_OTHERS = ['page-load', 'history', 'error'] as const;

/**
 * Starts the agent; the chunk that this is in is loaded only where one is asked for.
 * @param onlyOurs whether there are pages of others around ours
 */
export function start(settings: RumSettings, { onlyOurs }: { readonly onlyOurs: boolean }): void {
  const { serverUrl, serviceName, environment, sampleRate } = settings;
  if (onlyOurs) {
    apm.addFilter((payload) => {
      const given = payload as { transactions?: { name: string }[] };
      given.transactions = (given.transactions ?? []).filter(({ name }) => name.startsWith(TRANSACTION_PREFIX));
      return payload;
    });
  }
  init({
    serverUrl,
    serviceName,
    serviceVersion: version,
    transactionSampleRate: sampleRate,
    logLevel: 'error',
    ...(environment !== undefined && { environment }),
    disableInstrumentations: [...CLICKS, ...(onlyOurs ? OF_OTHERS : [])],
  });
}
