import type { EncryptedSavedObjectsStart, ISavedObjectsRepository, SavedObjectsClientContract } from '@kbn/core/server';
import { KeptKeys, type KeyPair, keysType, registerKeys } from './kept_keys';

/** Kibana's package is not on npm; what a type says of its attributes is Kibana's business. */
jest.mock('@kbn/config-schema', () => ({ schema: new Proxy({}, { get: () => () => 'a type' }) }), { virtual: true });

const PAIR: KeyPair = { writer: { id: 'w', encoded: 'secret-w' }, projection: { id: 'p', encoded: 'secret-p' } };

interface Attributes {
  secret: string;
  ids: string[];
}

/** One object, and how a Kibana encrypts it. */
function kibana(encrypt: (text: string) => string, decrypt: (text: string) => string) {
  let stored: { version: string; attributes: Attributes } | undefined;
  const get = (): Promise<unknown> =>
    stored
      ? Promise.resolve(stored)
      : Promise.reject(Object.assign(new Error('none'), { output: { statusCode: 404 } }));
  const client = {
    create: (_type: string, attributes: Attributes, { id, version }: { id: string; version?: string }) => {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      if (stored?.version !== version) {
        return Promise.reject(Object.assign(new Error('conflict'), { output: { statusCode: 409 } }));
      }
      stored = { version: `${version ?? ''}+`, attributes: { ...attributes, secret: encrypt(attributes.secret) } };
      return Promise.resolve(stored);
    },
    delete: () => Promise.resolve((stored = undefined)),
  } as unknown as SavedObjectsClientContract;
  const decrypted = (): Promise<unknown> =>
    Promise.resolve().then(() => ({
      attributes: { ...stored!.attributes, secret: decrypt(stored!.attributes.secret) },
    }));
  const encrypted = {
    getClient: () => ({ getDecryptedAsInternalUser: decrypted }),
  } as unknown as EncryptedSavedObjectsStart;
  const repository = { get } as unknown as ISavedObjectsRepository;
  return { client, keys: new KeptKeys(() => repository, encrypted, undefined), stored: () => stored };
}

const reversed = (text: string): string => [...text].reverse().join('');

test('what is kept is read back, and of the former keys only their ids', async () => {
  const { client, keys, stored } = kibana(reversed, reversed);
  expect(await keys.about()).toBeUndefined();
  await keys.save(client, PAIR, 'somebody', undefined);
  expect(await keys.read()).toEqual(PAIR);
  expect(JSON.stringify(stored())).not.toContain('secret-');
  const before = await keys.about();
  expect(before).toMatchObject({ ids: ['w', 'p'], createdBy: 'somebody' });
  expect(JSON.stringify(before)).not.toContain(stored()!.attributes.secret);
  const next = { writer: { id: 'w2', encoded: 'x' }, projection: { id: 'p2', encoded: 'y' } };
  await keys.save(client, next, 'another', before);
  expect((await keys.about())?.ids).toEqual(['w2', 'p2', 'w', 'p']);
  await expect(keys.save(client, PAIR, 'too late', before)).rejects.toMatchObject({ code: 'BT_REVISION_CONFLICT' });
  expect(await keys.read()).toEqual(next);
});

test('keys that Kibana would keep in plain are not kept', async () => {
  const { client, keys, stored } = kibana(
    (text) => text,
    (text) => text,
  );
  await expect(keys.save(client, PAIR, 'somebody', undefined)).rejects.toMatchObject({ code: 'BT_INTERNAL' });
  expect(stored()).toBeUndefined();
});

test('a secret that can no longer be decrypted is told with what to do, and leaves the ids', async () => {
  const { client, keys } = kibana(reversed, () => {
    throw new Error('Unable to decrypt attribute "secret"');
  });
  await keys.save(client, PAIR, 'somebody', undefined);
  await expect(keys.read()).rejects.toMatchObject({
    code: 'BT_STORE_FORBIDDEN',
    message: expect.stringMatching(/encryptionKey.*set-up again/) as unknown,
  });
  expect((await keys.about())?.ids).toEqual(['w', 'p']);
});

test('nothing but type and id is bound to the secret, in any line of Kibana', () => {
  const registerType = jest.fn();
  registerKeys({ canEncrypt: true, registerType });
  const [{ type, attributesToEncrypt, attributesToExcludeFromAAD }] = registerType.mock.calls[0] as [
    { type: string; attributesToEncrypt: Set<string>; attributesToExcludeFromAAD: Set<string> },
  ];
  expect(type).toBe(keysType.name);
  expect([keysType.hidden, keysType.namespaceType]).toEqual([true, 'agnostic']);
  expect([...attributesToEncrypt, ...attributesToExcludeFromAAD].sort()).toEqual([
    'createdAt',
    'createdBy',
    'ids',
    'secret',
  ]);
});
