import fs from 'node:fs';
import { mkdir, open, readFile, readdir, rename, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** A file that grows at its end and can be read anywhere. */
export interface JournalFile {
  /** Bytes that were there when it was opened. */
  readonly size: number;
  /** Writes the parts, one after another, at the offset. */
  write(parts: readonly Uint8Array[], offset: number): Promise<void>;
  /** Resolves when what was written survives a loss of power. */
  sync(): Promise<void>;
  /** So many bytes from the offset, fewer at the end of the file. */
  read(offset: number, length: number): Buffer;
  close(): Promise<void>;
}

/** What the journal asks of a folder; tests put one in its place that fails. */
export interface JournalFiles {
  list(): Promise<string[]>;
  open(name: string, how: 'create' | 'read'): Promise<JournalFile>;
  remove(name: string): Promise<void>;
  /** Puts a whole new file in the place of the former, or leaves the former. */
  replace(name: string, content: Uint8Array): Promise<void>;
  /** Undefined where it is not there. */
  readWhole(name: string): Promise<Buffer | undefined>;
}

/** Writev takes 1,024 parts at most (IOV_MAX). */
const MAX_PARTS = 1_000;

/** A folder that only its owner can read. */
export async function openFolder(folder: string): Promise<JournalFiles> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const at = (name: string): string => path.join(folder, name);
  const syncFolder = async (): Promise<void> => {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  };
  return {
    list: () => readdir(folder),
    open: async (name, how) => {
      const handle = await open(at(name), how === 'create' ? 'wx+' : 'r', 0o600);
      if (how === 'create') await syncFolder();
      const { size } = await handle.stat();
      return {
        size,
        write: async (parts, offset) => {
          for (let first = 0; first < parts.length; first += MAX_PARTS) {
            offset += await writeAll(handle, parts.slice(first, first + MAX_PARTS), offset);
          }
        },
        sync: () => handle.datasync(),
        read: (offset, length) => {
          const bytes = Buffer.allocUnsafe(length);
          return bytes.subarray(0, fs.readSync(handle.fd, bytes, 0, length, offset));
        },
        close: () => handle.close(),
      };
    },
    remove: (name) => unlink(at(name)),
    replace: async (name, content) => {
      const draft = at(`${name}.draft`);
      await writeFile(draft, content, { mode: 0o600, flush: true });
      await rename(draft, at(name));
      await syncFolder();
    },
    readWhole: (name) =>
      readFile(at(name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      }),
  };
}

/** A disk that is nearly full takes a part of what it is given. */
async function writeAll(
  handle: Awaited<ReturnType<typeof open>>,
  parts: readonly Uint8Array[],
  offset: number,
): Promise<number> {
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  let { bytesWritten } = await handle.writev(parts, offset);
  if (bytesWritten === total) return total;
  const rest = Buffer.concat(parts).subarray(bytesWritten);
  for (let done = 0; done < rest.length; done += bytesWritten) {
    ({ bytesWritten } = await handle.write(rest, done, rest.length - done, offset + total - rest.length + done));
  }
  return total;
}
