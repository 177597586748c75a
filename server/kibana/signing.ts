import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PluginInitializerContext } from '@kbn/core/server';
import { BeTraceError } from '../../common/errors';
import type { Log } from '../../common/log';
import type { KeyRing } from '../violations/keys';
import { type KeySettingNames, loadKeyRing } from '../violations/load_keys';
import type { KibanaConfig } from './config';

export const SETTING_NAMES: KeySettingNames = {
  key: 'betrace.signing.key',
  keyFile: 'betrace.signing.keyFile',
  trustNewKey: 'betrace.signing.trustNewKey',
};

/** A folder of BeTrace's own in Kibana's `path.data`, or undefined where Kibana doesn't say where that is. */
export function dataDirOf({ config }: PluginInitializerContext<unknown>): string | undefined {
  const data = config.legacy?.get().path.data;
  return data ? join(data, 'betrace') : undefined;
}

/**
 * The keys of the settings, else of `keys.json` in the data folder.
 * @throws BT_SIGNING_KEY_INVALID
 */
export async function openKeyRing(
  settings: KibanaConfig['signing'],
  dataDir: string | undefined,
  log: Log,
): Promise<KeyRing> {
  if (dataDir === undefined) {
    throw new BeTraceError('BT_SIGNING_KEY_INVALID', "Kibana doesn't say where its data folder is.");
  }
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  return loadKeyRing({ ...settings, dataDir, names: SETTING_NAMES }, log);
}
