import type { JournalFiles } from '../journal/files';

/** What goes wrong with the next operations; a test sets and clears it. */
export interface Faults {
  /** The code that writing fails with, after so many bytes were taken. */
  write?: { readonly code: string; readonly after: number } | undefined;
  sync?: string | undefined;
  create?: string | undefined;
}

interface Disk {
  readonly written: Buffer;
  /** What survives a loss of power for sure. */
  readonly durable: number;
}

const fail = (code: string): never => {
  throw Object.assign(new Error(code), { code });
};

/**
 * A folder in memory that fails as it is told. `crash` gives the folder as it is found after a loss of power: of what was
 * not synced, any first part may be there, with bytes that never were.
 */
export class MemoryFiles implements JournalFiles {
  readonly faults: Faults = {};
  private readonly disks: Map<string, Disk>;

  constructor(disks: ReadonlyMap<string, Buffer> = new Map()) {
    this.disks = new Map([...disks].map(([name, written]) => [name, { written, durable: written.length }]));
  }

  get bytes(): number {
    return [...this.disks.values()].reduce((sum, { written }) => sum + written.length, 0);
  }

  /** @param random from 0 to 1, for each file: how much of what was not synced is left */
  crash(random: () => number): MemoryFiles {
    const left = [...this.disks].map(([name, { written, durable }]): [string, Buffer] => {
      const length = durable + Math.floor(random() * (written.length - durable + 1));
      const found = Buffer.from(written.subarray(0, length));
      if (length > durable && random() < 0.3) found[durable + Math.floor(random() * (length - durable))]! ^= 0x55;
      return [name, found];
    });
    return new MemoryFiles(new Map(left));
  }

  /** As after `kill -9`: what was written is there. */
  kill(): MemoryFiles {
    return new MemoryFiles(new Map([...this.disks].map(([name, { written }]) => [name, Buffer.from(written)])));
  }

  list(): Promise<string[]> {
    return Promise.resolve([...this.disks.keys()]);
  }

  async open(name: string, how: 'create' | 'read'): ReturnType<JournalFiles['open']> {
    await Promise.resolve();
    if (how === 'create') {
      if (this.faults.create) fail(this.faults.create);
      if (this.disks.has(name)) fail('EEXIST');
      this.disks.set(name, { written: Buffer.alloc(0), durable: 0 });
    }
    const disk = (): Disk => this.disks.get(name) ?? fail('ENOENT');
    return {
      size: disk().written.length,
      write: async (parts, offset) => {
        await Promise.resolve();
        const bytes = Buffer.concat(parts);
        const { write } = this.faults;
        const taken = write ? bytes.subarray(0, write.after) : bytes;
        const before = disk();
        const written = Buffer.alloc(Math.max(before.written.length, offset + taken.length));
        before.written.copy(written);
        taken.copy(written, offset);
        this.disks.set(name, { written, durable: Math.min(before.durable, offset) });
        if (write) fail(write.code);
      },
      sync: async () => {
        await Promise.resolve();
        if (this.faults.sync) fail(this.faults.sync);
        const { written } = disk();
        this.disks.set(name, { written, durable: written.length });
      },
      read: (offset, length) => Buffer.from(disk().written.subarray(offset, offset + length)),
      close: () => Promise.resolve(),
    };
  }

  async remove(name: string): Promise<void> {
    await Promise.resolve();
    this.disks.delete(name);
  }

  async replace(name: string, content: Uint8Array): Promise<void> {
    await Promise.resolve();
    if (this.faults.write) fail(this.faults.write.code);
    this.disks.set(name, { written: Buffer.from(content), durable: content.length });
  }

  readWhole(name: string): Promise<Buffer | undefined> {
    return Promise.resolve(this.disks.get(name)?.written);
  }
}
