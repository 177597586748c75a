import { homedir } from 'node:os';
import path from 'node:path';

/** The root of the checkout. */
export const ROOT = path.resolve(import.meta.dirname, '../..');

/** What every checkout of this user shares: downloaded and generated, safe to delete. */
export function cacheDir() {
  const base = process.env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache');
  return path.resolve(process.env['BETRACE_CACHE_DIR'] || path.join(base, 'betrace'));
}

/** What this installation keeps: the embedded Elasticsearch's data and what the host writes. */
export function dataDir() {
  return path.resolve(process.env['BETRACE_DATA_DIR'] || path.join(ROOT, 'data'));
}
