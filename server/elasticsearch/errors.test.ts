import { errors } from '@elastic/elasticsearch';
import { BeTraceError } from '../../common/errors';
import { errorTypeOf } from '../../common/elasticsearch_error';
import { describeError, isTransient, statusOf, withStore } from './errors';

/** As a client of another copy throws it: Kibana has its own. */
function foreign(name: string, fields: object = {}): Error {
  return Object.assign(new Error('secret'), { name, meta: {}, ...fields });
}

const forbidden = foreign('ResponseError', { statusCode: 403, body: { error: { type: 'security_exception' } } });

test('an answer is told by its status and type, whoever made its class', () => {
  expect(statusOf(forbidden)).toBe(403);
  expect(errorTypeOf(forbidden)).toBe('security_exception');
  expect(describeError(forbidden)).toBe('403 security_exception');
  expect(isTransient(forbidden)).toBe(false);
  expect(isTransient(foreign('ResponseError', { statusCode: 503 }))).toBe(true);
});

test.each([
  new errors.ConnectionError('secret'),
  new errors.TimeoutError('secret'),
  new errors.NoLivingConnectionsError('secret', {} as never),
  foreign('ConnectionError'),
])('%p is no answer: worth another try, and its message is not shown', (error) => {
  expect(isTransient(error)).toBe(true);
  expect(statusOf(error)).toBeUndefined();
  expect(describeError(error)).toBe(error.name);
});

test('an error that is not the store has no status and passes through', async () => {
  const error = Object.assign(new Error('x'), { statusCode: 503 });
  expect(statusOf(error)).toBeUndefined();
  await expect(withStore(() => Promise.reject(error))).rejects.toBe(error);
});

test('a store that refuses us is a store that is not available', async () => {
  const failed = withStore(() => Promise.reject(forbidden));
  await expect(failed).rejects.toBeInstanceOf(BeTraceError);
  await expect(failed).rejects.toMatchObject({ code: 'BT_STORE_UNAVAILABLE' });
});

describe('a search of an index that was made a moment ago', () => {
  const starting = (): Error =>
    foreign('ResponseError', { statusCode: 503, body: { error: { type: 'search_phase_execution_exception' } } });

  test('is made again until its shards have started', async () => {
    let tries = 0;
    const search = (): Promise<number> => {
      tries += 1;
      return tries < 4 ? Promise.reject(starting()) : Promise.resolve(tries);
    };
    expect(await withStore(search)).toBe(4);
  });

  test('fails where they do not start within two seconds', async () => {
    const start = performance.now();
    await expect(withStore(() => Promise.reject(starting()))).rejects.toMatchObject({ code: 'BT_STORE_UNAVAILABLE' });
    expect(performance.now() - start).toBeLessThan(4_000);
  });
});
