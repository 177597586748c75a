import fc from 'fast-check';
import { parseEmit } from './emit_settings';

const URL_TEXT = 'http://localhost:4318/v1/traces';

test('headers come back as they were encoded', () => {
  const names = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
  const values = fc.string({ unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)) });
  fc.assert(
    fc.property(fc.dictionary(names, values, { noNullPrototype: true }), (headers) => {
      const text = Object.entries(headers)
        .map(([name, value]) => `${name.toUpperCase()} = ${encodeURIComponent(value)}`)
        .join(' , ');
      expect(parseEmit(URL_TEXT, text)).toEqual({ url: URL_TEXT, headers });
    }),
  );
});

test.each([
  ['localhost:4318', '', 'http or https'],
  ['ftp://host/', '', 'http or https'],
  ['http://user:secret@host/', '', 'credentials'],
  [URL_TEXT, 'authorization', 'name=value'],
  [URL_TEXT, '=secret', 'name=value'],
  [URL_TEXT, 'a b=secret', 'name=value'],
  [URL_TEXT, 'a=%zzsecret', 'name=value'],
  [URL_TEXT, 'a=secret%0d%0ab', 'name=value'],
])('%s with "%s" is refused, without the secret', (url, headers, why) => {
  const problem = parseEmit(url, headers);
  expect(problem).toContain(why);
  expect(problem).not.toContain('secret');
});
