import { createReadStream } from 'node:fs';
import { appendFile, chmod, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Log } from '../../common/log';

export const DEAD_LETTER_FILE = 'dead-letter.ndjson';
const MAX_BYTES = 16 * 1024 * 1024;

export interface DeadLettersStatus {
  /** In the data folder. */
  readonly file: string;
  /** Letters in the file, those of earlier runs too. */
  readonly kept: number;
  /** Since the host has started: refused documents that are not in the file, as it is full or can't be written. */
  readonly lost: number;
  readonly full: boolean;
  /** When the last document was refused, and why. */
  readonly last: { readonly at: string; readonly reason: string } | null;
}

interface Letter {
  readonly reason: string;
  readonly at: string;
}

/**
 * Where documents go that Elasticsearch refuses for good: a file only we can read, that stops growing at its bound. To begin
 * anew, take the file away.
 */
export class DeadLetters {
  private readonly path: string;
  private queue: Promise<void>;
  private state: Omit<DeadLettersStatus, 'file'> = { kept: 0, lost: 0, full: false, last: null };

  constructor(
    private readonly dataDir: string,
    private readonly log: Log,
    private readonly maxBytes = MAX_BYTES,
  ) {
    this.path = join(dataDir, DEAD_LETTER_FILE);
    this.queue = this.count();
  }

  status(): DeadLettersStatus {
    return { file: DEAD_LETTER_FILE, ...this.state };
  }

  /** Resolves when the letter is kept or, in the log, known to be lost; never rejects. */
  keep(letter: Letter & Readonly<Record<string, unknown>>): Promise<void> {
    this.queue = this.queue.then(() => this.append(letter));
    return this.queue;
  }

  private async append(letter: Letter): Promise<void> {
    const last = { at: letter.at, reason: letter.reason };
    const line = `${JSON.stringify(letter)}\n`;
    try {
      await mkdir(this.dataDir, { recursive: true, mode: 0o700 });
      const size = await stat(this.path).then(
        (found) => found.size,
        () => 0,
      );
      if (size === 0) this.state = { ...this.state, kept: 0 };
      if (size + Buffer.byteLength(line) > this.maxBytes) {
        this.log.error({ file: this.path }, 'The dead-letter file is full: a refused document is not kept');
        this.state = { ...this.state, lost: this.state.lost + 1, full: true, last };
        return;
      }
      await appendFile(this.path, line, { mode: 0o600 });
      if (size === 0) await chmod(this.path, 0o600);
      this.state = { ...this.state, kept: this.state.kept + 1, full: false, last };
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
      this.log.error({ file: this.path, reason }, 'The dead-letter file could not be written');
      this.state = { ...this.state, lost: this.state.lost + 1, last };
    }
  }

  /** What earlier runs have left. */
  private async count(): Promise<void> {
    let kept = 0;
    let line = '';
    try {
      for await (line of createInterface({ input: createReadStream(this.path) })) kept += 1;
    } catch {
      return; // there is none, or none that can be read
    }
    const { size } = await stat(this.path).catch(() => ({ size: 0 }));
    this.state = { ...this.state, kept, full: size >= this.maxBytes, last: lastOf(line) };
  }
}

function lastOf(line: string): DeadLettersStatus['last'] {
  try {
    const { at, reason } = JSON.parse(line) as Partial<Letter>;
    return typeof at === 'string' && typeof reason === 'string' ? { at, reason } : null;
  } catch {
    return null;
  }
}
