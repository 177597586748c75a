import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

const EVERY_MS = 2_000;
/** Keys and certificates; what is larger is something else. */
const MAX_BYTES = 1024 * 1024;
const MAX_FILES = 100;

export interface WatchOptions<T> {
  /** Files, or one folder, whose files are then read; names that begin with a dot don't count. */
  readonly paths: readonly string[];
  /** Makes of the files' contents, by path, what is wanted of them; throws where it can't. */
  parse(contents: ReadonlyMap<string, string>): T;
  onChange(value: T): void;
  /** Once for each state of the files that can't be used; what there was before stays in use. */
  onTrouble(error: unknown): void;
  readonly everyMs?: number;
}

/** Something that was read from files, and is read again when they change. */
export interface Watched<T> {
  readonly value: T;
  stop(): void;
}

/**
 * Reads files now, and looks every two seconds whether their contents have changed. Contents, not times: so links that are
 * turned to another folder (as Kubernetes does it) and copies with old times are seen, too.
 * @throws what reading or `parse` throws the first time
 */
export async function watchFiles<T>(options: WatchOptions<T>): Promise<Watched<T>> {
  const { paths, parse, onChange, onTrouble, everyMs = EVERY_MS } = options;
  let contents = await readAll(paths);
  const value = parse(contents);
  let seen = digestOf(contents);
  let trouble: string | undefined;
  let reading = false;

  const look = async (): Promise<void> => {
    let state: string | undefined;
    try {
      contents = await readAll(paths);
      state = digestOf(contents);
      if (state === seen) {
        trouble = undefined;
        return;
      }
      onChange(parse(contents));
      seen = state;
      trouble = undefined;
    } catch (error) {
      const now = state ?? 'unreadable';
      if (now !== trouble) onTrouble(error);
      trouble = now;
    }
  };
  const timer = setInterval(() => {
    if (reading) return;
    reading = true;
    void look().finally(() => (reading = false));
  }, everyMs);
  timer.unref();
  return { value, stop: () => clearInterval(timer) };
}

async function readAll(paths: readonly string[]): Promise<Map<string, string>> {
  const files = (await Promise.all(paths.map(filesOf))).flat();
  if (files.length > MAX_FILES) throw new Error(`There are more than ${MAX_FILES} files.`);
  return new Map(await Promise.all(files.map(async (file) => [file, await readSmall(file)] as const)));
}

async function filesOf(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => !name.startsWith('.')).sort();
  return names.map((name) => join(path, name));
}

async function readSmall(file: string): Promise<string> {
  const { size } = await stat(file);
  if (size > MAX_BYTES) throw new Error(`A file has more than ${MAX_BYTES} bytes.`);
  return readFile(file, 'utf8');
}

function digestOf(contents: ReadonlyMap<string, string>): string {
  return createHash('sha256')
    .update(JSON.stringify([...contents]))
    .digest('base64');
}
