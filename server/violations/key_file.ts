import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BeTraceError } from '../../common/errors';
import type { Log } from '../../common/log';
import { type KeyRing, keyRing, secretKeyFromText } from './keys';

export const KEY_FILE = 'keys.json';

const schema = z.object({
  version: z.literal(1),
  /** The secret that signs is the first one. */
  keys: z.array(z.object({ alg: z.literal('HS256'), secret: z.string(), created_at: z.string() })).min(1),
});

/** The key ring of the data folder's key file, or undefined where there is none. */
export async function readKeyFile(dataDir: string, log: Log): Promise<KeyRing | undefined> {
  const path = join(dataDir, KEY_FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) {
    log.warn({ file: path }, 'The key file can be read by others; run chmod 600 on it, or better, make a new key');
  }
  return parseKeyFile(text, path);
}

/**
 * Makes the key file with a random key. It appears whole or not at all; where another process was faster, that one's
 * key is taken.
 * @param setting what a key of one's own is given by, for the log
 */
export async function createKeyFile(dataDir: string, now: Date, log: Log, setting: string): Promise<KeyRing> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, KEY_FILE);
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  const content: z.infer<typeof schema> = {
    version: 1,
    keys: [{ alg: 'HS256', secret: randomBytes(32).toString('base64'), created_at: now.toISOString() }],
  };
  try {
    await writeSynced(draft, `${JSON.stringify(content, null, 2)}\n`);
    await link(draft, path);
    await syncFolder(dataDir);
    log.warn(
      { file: path },
      `No signing key is configured: made one and keep it in this file. Back it up; without it, what it signed can no longer be verified. To share a key between hosts set ${setting}`,
    );
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  } finally {
    await unlink(draft).catch(() => undefined);
  }
  const ring = await readKeyFile(dataDir, log);
  if (!ring) throw new BeTraceError('BT_SIGNING_KEY_INVALID', `The key file ${path} vanished while it was made.`);
  return ring;
}

function parseKeyFile(text: string, path: string): KeyRing {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    content = undefined;
  }
  const parsed = schema.safeParse(content);
  if (!parsed.success) {
    throw new BeTraceError('BT_SIGNING_KEY_INVALID', `The key file ${path} does not have the form of one.`);
  }
  const [signing, ...verifying] = parsed.data.keys.map(({ secret }, index) =>
    secretKeyFromText(secret, `Key ${index + 1} of ${path}`),
  );
  return keyRing(signing!, verifying);
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await chmod(path, 0o600);
}

async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

const isCode = (error: unknown, code: string): boolean => (error as NodeJS.ErrnoException | null)?.code === code;
