import { readFile } from 'node:fs/promises';
import { BeTraceError } from '../../common/errors';
import type { Log } from '../../common/log';
import { createKeyFile, readKeyFile } from './key_file';
import {
  type KeyRing,
  type SigningKey,
  type VerifyKey,
  isPem,
  keyRing,
  privateKeyFromPem,
  publicKeyFromPem,
  secretKeyFromText,
} from './keys';

/** What the settings are called in this host, for messages. */
export interface KeySettingNames {
  readonly key: string;
  readonly keyFile: string;
  readonly trustNewKey: string;
}

export const ENVIRONMENT_NAMES: KeySettingNames = {
  key: 'BETRACE_SIGNING_KEY',
  keyFile: 'BETRACE_SIGNING_KEY_FILE',
  trustNewKey: 'BETRACE_SIGNING_TRUST_NEW_KEY',
};

export interface KeySettings {
  readonly dataDir: string;
  /** Base64 of at least 32 bytes. */
  readonly key?: string | undefined;
  /** A PEM file with a P-256 private key, or a file with what `key` would be. */
  readonly keyFile?: string | undefined;
  /** Keys that only verify: base64 secrets, or PEM public keys. */
  readonly verifyKeys?: readonly string[] | undefined;
  readonly names?: KeySettingNames;
}

/**
 * The key ring of the settings, else of `keys.json` in the data folder, which is made at the first start. A key file that
 * is there beside a configured key keeps verifying what it signed.
 * @throws BT_SIGNING_KEY_INVALID, in words that never show a key
 */
export async function loadKeyRing(settings: KeySettings, log: Log): Promise<KeyRing> {
  const configured = await configuredKey(settings);
  const verifying = (settings.verifyKeys ?? []).map(verifyKey);
  const kept = await readKeyFile(settings.dataDir, log);
  if (configured) return keyRing(configured, [...verifying, ...(kept?.keys.values() ?? [])]);
  const ring =
    kept ?? (await createKeyFile(settings.dataDir, new Date(), log, (settings.names ?? ENVIRONMENT_NAMES).key));
  return keyRing(ring.signing, [...verifying, ...ring.keys.values()]);
}

async function configuredKey({
  key,
  keyFile,
  names = ENVIRONMENT_NAMES,
}: KeySettings): Promise<SigningKey | undefined> {
  if (key !== undefined && keyFile !== undefined) {
    throw new BeTraceError('BT_SIGNING_KEY_INVALID', `Give ${names.key} or ${names.keyFile}, not both.`);
  }
  if (key !== undefined) return secretKeyFromText(key, names.key);
  if (keyFile === undefined) return undefined;
  const text = await readFile(keyFile, 'utf8').catch(() => {
    throw new BeTraceError('BT_SIGNING_KEY_INVALID', `${names.keyFile} (${keyFile}) can't be read.`);
  });
  const origin = `${names.keyFile} (${keyFile})`;
  return isPem(text) ? privateKeyFromPem(text, origin) : secretKeyFromText(text, origin);
}

const verifyKey = (text: string, index: number): VerifyKey => {
  const origin = `Verify key ${index + 1}`;
  return isPem(text) ? publicKeyFromPem(text, origin) : secretKeyFromText(text, origin);
};
