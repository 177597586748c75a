import type { CoreStart } from '@kbn/core/public';
import { call } from './call';

/** The headers that Kibana's client sends with these options, put together as its `Fetch` does. */
async function sentBy(ask: (http: CoreStart['http']) => Promise<unknown>): Promise<Headers> {
  let sent = new Headers();
  const fetch = (_path: string, { headers = {} }: { headers?: Record<string, string> }): Promise<object> => {
    sent = new Headers({ 'Content-Type': 'application/json', ...headers });
    return Promise.resolve({});
  };
  await ask({ fetch } as unknown as CoreStart['http']);
  return sent;
}

test.each(['application/yaml', 'application/json'])('a file goes with its own type alone: %s', async (contentType) => {
  const sent = await sentBy((http) => call(http, 'POST', '/rules/import', { file: { text: '[]', contentType } }));
  expect(sent.get('content-type')).toBe(contentType);
});
