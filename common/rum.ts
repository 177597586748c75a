/** How an agent in the browser tells an APM Server what the pages do (real user monitoring). */
export interface RumSettings {
  readonly serverUrl: string;
  readonly serviceName: string;
  readonly environment?: string;
  /** Of what users do, the share that is told, from 0 to 1. */
  readonly sampleRate: number;
}

/** As the settings of a host have it, where anything may be. */
export interface GivenRum {
  readonly serverUrl?: unknown;
  readonly serviceName?: unknown;
  readonly environment?: unknown;
  readonly sampleRate?: unknown;
}

export const DEFAULT_RUM_SERVICE = 'betrace';

const SERVER = /^https?:\/\/[^\s/?#@]+(?:\/[^\s?#]*)?$/;
/** All that APM Server takes. */
const SERVICE = /^[a-zA-Z0-9 _-]{1,100}$/;
const ENVIRONMENT = /^\P{Cc}{1,100}$/u;

/** @returns undefined where no agent is asked for; what is wrong, beginning with the setting's name, as a text */
export function parseRum({
  serverUrl,
  serviceName,
  environment,
  sampleRate,
}: GivenRum): RumSettings | string | undefined {
  if (serverUrl === undefined) {
    const rest = Object.entries({ serviceName, environment, sampleRate }).find(([, value]) => value !== undefined);
    return rest && `${rest[0]} is for serverUrl, which is not set`;
  }
  if (typeof serverUrl !== 'string' || !SERVER.test(serverUrl)) return 'serverUrl must be an http or https URL';
  const name = serviceName ?? DEFAULT_RUM_SERVICE;
  if (typeof name !== 'string' || !SERVICE.test(name)) {
    return 'serviceName must be of letters, digits, spaces, _ and -';
  }
  if (environment !== undefined && (typeof environment !== 'string' || !ENVIRONMENT.test(environment))) {
    return 'environment must be a text of up to 100 characters';
  }
  const rate = sampleRate ?? 1;
  if (typeof rate !== 'number' || !(rate >= 0 && rate <= 1)) return 'sampleRate must be a number from 0 to 1';
  return { serverUrl, serviceName: name, ...(environment !== undefined && { environment }), sampleRate: rate };
}
