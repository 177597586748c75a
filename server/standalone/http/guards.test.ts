import { ROLES } from '../../../common/api/keys';
import { isAllowedHost, mayCall } from './guards';

const allowed = new Set(['localhost', 'betrace.example']);

test.each([
  'localhost',
  'LOCALHOST:8080',
  'betrace.example',
  'app.localhost:1',
  '127.0.0.1:8080',
  '[::1]:8080',
  '192.168.1.4',
])('the Host header %s is ours', (header) => expect(isAllowedHost(header, allowed)).toBe(true));

test.each([
  undefined,
  '',
  'evil.example',
  'betrace.example.evil.example',
  'evil.example#localhost',
  'localhost@evil.example',
  'localhost:80:80',
  'evil.example:localhost',
  '127.0.0.1.evil.example',
  '[::1]evil.example',
  'local host',
])('the Host header %p is not', (header) => expect(isAllowedHost(header, allowed)).toBe(false));

test('what each role may call', () => {
  const table = ROLES.map((has) => ROLES.filter((needed) => mayCall(has, needed)));
  expect(Object.fromEntries(ROLES.map((role, at) => [role, table[at]]))).toEqual({
    ingest: ['ingest'],
    reader: ['reader'],
    editor: ['reader', 'editor'],
    admin: ['ingest', 'reader', 'editor', 'admin'],
  });
});
