import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KEY_FILE } from './key_file';
import { loadKeyRing } from './load_keys';
import { SILENT, recordingLog } from './test_support/fixtures';

let dataDir: string;
beforeEach(() => void (dataDir = mkdtempSync(join(tmpdir(), 'betrace-keys-'))));
afterEach(() => rmSync(dataDir, { recursive: true }));

const base64 = (bytes: number): string => randomBytes(bytes).toString('base64');
const invalid = expect.objectContaining({ code: 'BT_SIGNING_KEY_INVALID' }) as Error;

describe('without a configured key', () => {
  test('one is made, kept for the next start, readable by nobody else, and said so without showing it', async () => {
    const log = recordingLog();
    const first = await loadKeyRing({ dataDir }, log);
    const path = join(dataDir, KEY_FILE);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const { secret } = (JSON.parse(readFileSync(path, 'utf8')) as { keys: [{ secret: string }] }).keys[0];
    expect(Buffer.from(secret, 'base64')).toHaveLength(32);
    expect(log.lines).toHaveLength(1);
    expect(log.lines[0]).toContain(KEY_FILE);
    expect(log.lines[0]).not.toContain(secret);
    const second = await loadKeyRing({ dataDir }, log);
    expect(second.signing.kid).toBe(first.signing.kid);
    expect(readdirSync(dataDir)).toEqual([KEY_FILE]);
    expect(log.lines).toHaveLength(1);
  });

  test('hosts that start at once in one folder agree', async () => {
    const rings = await Promise.all(Array.from({ length: 8 }, () => loadKeyRing({ dataDir }, SILENT)));
    expect(new Set(rings.map(({ signing }) => signing.kid)).size).toBe(1);
    expect(readdirSync(dataDir)).toEqual([KEY_FILE]);
  });

  test('a key file that others can read is warned of', async () => {
    await loadKeyRing({ dataDir }, SILENT);
    chmodSync(join(dataDir, KEY_FILE), 0o644);
    const log = recordingLog();
    await loadKeyRing({ dataDir }, log);
    expect(log.lines[0]).toContain('can be read by others');
  });

  test.each([
    '',
    '{',
    '{"version":1,"keys":[]}',
    '{"version":1,"keys":[{"alg":"HS256","secret":"c2hvcnQ=","created_at":""}]}',
  ])('a broken key file is an error, not a reason to make another: %s', async (text) => {
    writeFileSync(join(dataDir, KEY_FILE), text);
    await expect(loadKeyRing({ dataDir }, SILENT)).rejects.toEqual(invalid);
    expect(readFileSync(join(dataDir, KEY_FILE), 'utf8')).toBe(text);
  });
});

describe('a configured key', () => {
  test('signs; the key file beside it still verifies', async () => {
    const made = await loadKeyRing({ dataDir }, SILENT);
    const ring = await loadKeyRing({ dataDir, key: base64(32), verifyKeys: [base64(48)] }, SILENT);
    expect(ring.signing.alg).toBe('HS256');
    expect(ring.signing.kid).not.toBe(made.signing.kid);
    expect([...ring.keys.keys()]).toEqual(expect.arrayContaining([made.signing.kid, ring.signing.kid]));
    expect(ring.keys.size).toBe(3);
  });

  test('makes no key file', async () => {
    await loadKeyRing({ dataDir, key: base64(32) }, SILENT);
    expect(readdirSync(dataDir)).toEqual([]);
  });

  test.each([
    ['too short', base64(31)],
    ['a phrase', 'correct horse battery staple correct horse battery staple'],
    ['empty', ' '],
    ['zeros', Buffer.alloc(32).toString('base64')],
  ])('%s is refused, unseen', async (_, key) => {
    const refused = loadKeyRing({ dataDir, key }, SILENT);
    await expect(refused).rejects.toEqual(invalid);
    await refused.catch((error: Error) => {
      expect(error.message).toContain('BETRACE_SIGNING_KEY');
      if (key.trim()) expect(error.message).not.toContain(key);
    });
  });

  test('by file: a P-256 key in PEM signs with ES256, other curves and kinds are refused', async () => {
    const keyFile = join(dataDir, 'signing.pem');
    const pem = (namedCurve: string): string =>
      generateKeyPairSync('ec', { namedCurve }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    writeFileSync(keyFile, pem('P-256'));
    expect((await loadKeyRing({ dataDir, keyFile }, SILENT)).signing.alg).toBe('ES256');
    writeFileSync(keyFile, pem('P-384'));
    await expect(loadKeyRing({ dataDir, keyFile }, SILENT)).rejects.toEqual(invalid);
    writeFileSync(keyFile, '-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----\n');
    await expect(loadKeyRing({ dataDir, keyFile }, SILENT)).rejects.toEqual(invalid);
    writeFileSync(keyFile, `${base64(32)}\n`);
    expect((await loadKeyRing({ dataDir, keyFile }, SILENT)).signing.alg).toBe('HS256');
    await expect(loadKeyRing({ dataDir, keyFile: join(dataDir, 'none') }, SILENT)).rejects.toEqual(invalid);
    await expect(loadKeyRing({ dataDir, keyFile, key: base64(32) }, SILENT)).rejects.toEqual(invalid);
  });
});
