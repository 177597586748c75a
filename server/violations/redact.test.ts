import fc from 'fast-check';
import { isCountKey, isSensitiveKey, redactText } from './redact';

describe('redactText', () => {
  test.each([
    ['write to jane.doe+x@mail.example.co.uk, please', 'write to [redacted], please'],
    ['jane@example.com and joe@example.org.', '[redacted] and [redacted].'],
    ['müller@bücher.example', '[redacted]'],
    ['paid with 4111 1111 1111 1111 today', 'paid with [redacted] today'],
    ['paid with 4111-1111-1111-1111', 'paid with [redacted]'],
    ['378282246310005', '[redacted]'],
    ['12 4111111111111111', '12 [redacted]'],
    ['Authorization: Bearer abc.def-ghi_jkl', 'Authorization: [redacted] [redacted]'],
    ['sent Bearer abcdefgh1234', 'sent Bearer [redacted]'],
    ['https://h/p?token=s3cr3t&page=2', 'https://h/p?token=[redacted]&page=2'],
    ['{"client_secret": "hunter2", "a": 1}', '{"client_secret": "[redacted]", "a": 1}'],
    ["password='hunter2'", "password='[redacted]'"],
  ])('%s', (text, expected) => expect(redactText(text)).toBe(expected));

  test.each([
    'nothing here',
    'a @ b, @media, user@localhost',
    '4111 1111 1111 1112',
    '1762345678901234567',
    'order a4111111111111111',
    'the token was refused',
    'SELECT * FROM users',
    'GET /a?page=2&size=10',
    '',
  ])('leaves alone: %s', (text) => expect(redactText(text)).toBe(text));

  test('finds an address and a card wherever they stand', () => {
    const separator = fc.constantFrom(' ', ', ', '\n', '(', '"', '|');
    fc.assert(
      fc.property(
        fc.string(),
        separator,
        fc.constantFrom('ann@example.com', '5555555555554444'),
        (noise, mark, secret) => {
          expect(redactText(`${noise}${mark}${secret}${mark}${noise}`)).not.toContain(secret);
        },
      ),
    );
  });

  test.each([
    'a',
    '@',
    'a@',
    'a@a',
    'a.',
    '4',
    '4 ',
    '4111 ',
    'token',
    'token=',
    'token:   ',
    'Bearer ',
    'secret_',
    'password"',
    '@a.a',
    '.@-',
  ])('takes linear time on repetitions of %j', (unit) => {
    const text = unit.repeat(Math.ceil(1_000_000 / unit.length));
    const from = performance.now();
    redactText(text);
    expect(performance.now() - from).toBeLessThan(3_000);
  });
});

test('keys are sensitive by what is in their names', () => {
  for (const key of [
    'http.request.header.authorization',
    'Set-Cookie',
    'db.password',
    'accessToken',
    'aws_secret',
    'x-api-key',
  ])
    expect([key, isSensitiveKey(key)]).toEqual([key, true]);
  for (const key of ['http.route', 'user.id', 'author', '__proto__', 'pass'])
    expect([key, isSensitiveKey(key)]).toEqual([key, false]);
  expect(isCountKey('gen_ai.usage.input_tokens')).toBe(true);
  expect(isCountKey('token')).toBe(false);
});
