import fc from 'fast-check';
import { readSender, senderAt, writeSender } from './sender';

const spaces = fc.uniqueArray(fc.stringMatching(/^[a-z0-9_-]{1,100}$/), { minLength: 1, maxLength: 32 });

test('a sender is read as it was written', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), spaces, (id, named) => {
      const sender = { id, spaces: named.sort() };
      const header = writeSender(sender);
      expect(header).toMatch(/^[A-Za-z0-9_-]{1,8000}$/);
      expect(readSender(header)).toEqual(sender);
    }),
  );
});

test.each([undefined, '', 'default', 'WyJhIl0', Buffer.from('["a","B"]').toString('base64url'), ['WyJhIiwiYiJd', 'x']])(
  'what no host has written is nobody: %p',
  (header) => expect(readSender(header)).toBeUndefined(),
);

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['::1', '0:0:0:0::/64'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::7', '2001:db8:1:2::/64'],
  ['2001:db8::7', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  [undefined, ''],
])('whoever is at %s has the network %s, and the default space', (address, network) => {
  expect(senderAt(address)).toEqual({ id: `address:${network}`, spaces: ['default'] });
});
