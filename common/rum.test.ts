import { parseRum } from './rum';

const serverUrl = 'https://apm.example:8200/prefix';

test('what is not said has its default', () => {
  expect(parseRum({})).toBeUndefined();
  expect(parseRum({ serverUrl })).toEqual({ serverUrl, serviceName: 'betrace', sampleRate: 1 });
  const all = { serverUrl, serviceName: 'a b', environment: 'test', sampleRate: 0 };
  expect(parseRum(all)).toEqual(all);
});

test.each([
  [{ serviceName: 'x' }, 'serviceName is for serverUrl,'],
  [{ serverUrl: 'apm.example' }, 'serverUrl'],
  [{ serverUrl: 'https://me:secret@apm.example' }, 'serverUrl'],
  [{ serverUrl: 'javascript:alert(1)' }, 'serverUrl'],
  [{ serverUrl: ['https://apm.example'] }, 'serverUrl'],
  [{ serverUrl, serviceName: 'a.b' }, 'serviceName'],
  [{ serverUrl, environment: '' }, 'environment'],
  [{ serverUrl, sampleRate: 1.1 }, 'sampleRate'],
  [{ serverUrl, sampleRate: '1' }, 'sampleRate'],
  [{ serverUrl, sampleRate: NaN }, 'sampleRate'],
])('%j is refused', (given, problem) => {
  expect(parseRum(given)).toMatch(new RegExp(`^${problem} `));
  expect(parseRum(given)).not.toContain('secret');
});
