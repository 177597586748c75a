import { appendFile, chmod, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../common/log';

export const DEAD_LETTER_FILE = 'dead-letter.ndjson';
const MAX_BYTES = 16 * 1024 * 1024;

/** Where documents go that Elasticsearch refuses for good: a file only we can read, that stops growing at its bound. */
export class DeadLetters {
  private readonly path: string;
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly dataDir: string,
    private readonly log: Log,
    private readonly maxBytes = MAX_BYTES,
  ) {
    this.path = join(dataDir, DEAD_LETTER_FILE);
  }

  /** Resolves when the letter is kept or, in the log, known to be lost; never rejects. */
  keep(letter: { readonly reason: string; readonly at: string } & Readonly<Record<string, unknown>>): Promise<void> {
    this.queue = this.queue.then(() => this.append(`${JSON.stringify(letter)}\n`));
    return this.queue;
  }

  private async append(line: string): Promise<void> {
    try {
      await mkdir(this.dataDir, { recursive: true, mode: 0o700 });
      const size = await stat(this.path).then(
        (found) => found.size,
        () => 0,
      );
      if (size + Buffer.byteLength(line) > this.maxBytes) {
        this.log.error({ file: this.path }, 'The dead-letter file is full: a refused document is not kept');
        return;
      }
      await appendFile(this.path, line, { mode: 0o600 });
      if (size === 0) await chmod(this.path, 0o600);
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
      this.log.error({ file: this.path, reason }, 'The dead-letter file could not be written');
    }
  }
}
