import { BeTraceError } from '../../../common/errors';

/** The status of an error of the saved objects service, which throws Boom's, told by their form. */
export function savedObjectStatusOf(error: unknown): number | undefined {
  const status = (error as { output?: { statusCode?: unknown } } | undefined)?.output?.statusCode;
  return typeof status === 'number' ? status : undefined;
}

/** Runs a request to saved objects; what the user may not do, and a store that is away, become errors of ours. */
export async function withSavedObjects<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    const status = savedObjectStatusOf(error);
    if (status === 403) throw new BeTraceError('BT_FORBIDDEN', 'Your role in Kibana does not allow this.');
    if (status === 401 || status === 429 || (status !== undefined && status >= 502)) {
      throw new BeTraceError('BT_STORE_UNAVAILABLE', `Kibana's saved objects can't be used right now (${status}).`);
    }
    throw error;
  }
}
