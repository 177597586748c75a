import { isAllowedHost, isLoopback } from './loopback';

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

test.each([
  ['127.0.0.1', true],
  ['127.1.2.3', true],
  ['::1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['10.0.0.1', false],
  ['127.0.0.1.example', false],
])('%s is loopback: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});
