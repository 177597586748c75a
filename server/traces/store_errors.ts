import { BeTraceError } from '../../common/errors';
import { describeError, isTransient, statusOf } from '../elasticsearch/errors';

/** Runs a request as somebody who may not be allowed to; says so, or that Elasticsearch is away, in our own words. */
export async function asStored<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    const status = statusOf(error);
    if (status === 401 || status === 403) {
      throw new BeTraceError('BT_TRACES_FORBIDDEN', 'Elasticsearch does not let you read the stored traces.');
    }
    if (isTransient(error)) {
      throw new BeTraceError(
        'BT_STORE_UNAVAILABLE',
        `Elasticsearch can't be used right now (${describeError(error)}).`,
      );
    }
    throw error;
  }
}
