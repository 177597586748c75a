import { BeTraceError } from '../../../common/errors';
import type { JournalFile, JournalFiles } from './files';
import { HEADER_BYTES, type Kind, recordHeader, segmentHeader } from './format';
import { offsetOf, type Position, positionOf, segmentOf } from './position';
import {
  type ProgressRecord,
  progressPayload,
  readRequest,
  type RequestRecord,
  requestPayload,
  type SettledRecord,
  settledPayload,
} from './records';
import { readPayloadAt, segmentName } from './segment';

const SEGMENT_BYTES = 64 * 1024 * 1024;
/** What goes to the disk in one go. */
const MAX_GROUP_BYTES = 16 * 1024 * 1024;
/** After a failure the disk is tried again so often. */
const RETRY_MS = 1_000;

export interface JournalOptions {
  readonly files: JournalFiles;
  /** Of all segments. Above it `isFull`, until segments can go. */
  readonly maxBytes: number;
  readonly segmentBytes?: number;
  /** The disk does not take what it is given, or takes it again (undefined). */
  onTrouble(error: Error | undefined): void;
  /** A segment could not be deleted, or a record not be read. */
  onFault(message: string, fields: Readonly<Record<string, unknown>>): void;
}

interface Segment {
  readonly number: number;
  readonly file: JournalFile;
  /** Where the next record goes, or what there is. */
  end: number;
}

interface Waiting {
  readonly parts: readonly Buffer[];
  readonly bytes: number;
  readonly resolve: (position: Position) => void;
  readonly reject: (error: BeTraceError) => void;
}

/**
 * What was accepted, on disk before it is acknowledged: segments that only ever grow. Writers that come while the disk is
 * busy share the next write and its fsync. After any failure the segment is left as it is and a new one begun: what a
 * failed fsync left behind can't be known.
 */
export class Journal {
  private readonly segments: Segment[];
  private current: Segment | undefined;
  private nextSegment: number;
  private waiting: Waiting[] = [];
  private notes: Buffer[] = [];
  private whenNoted: (() => void)[] = [];
  private writing: Promise<void> = Promise.resolve();
  private isWriting = false;
  private keepFrom = 0;
  private progress: ProgressRecord | undefined;
  private paused = false;
  private retry: NodeJS.Timeout | undefined;
  private closed = false;
  private failure: Error | undefined;

  /**
   * @param found the segments that are there, in order; they are only read
   */
  constructor(
    private readonly options: JournalOptions,
    found: readonly { readonly number: number; readonly file: JournalFile }[],
  ) {
    this.segments = found.map(({ number, file }) => ({ number, file, end: file.size }));
    this.nextSegment = (this.segments.at(-1)?.number ?? 0) + 1;
  }

  /** Of all segments. */
  get bytes(): number {
    return this.segments.reduce((sum, { end }) => sum + end, 0);
  }

  /** The oldest segment that is there; undefined where there is none. */
  get firstSegment(): number | undefined {
    return this.segments[0]?.number;
  }

  /** Why nothing can be written just now; undefined where all is well. */
  get trouble(): Error | undefined {
    return this.failure;
  }

  get isFull(): boolean {
    return this.bytes >= this.options.maxBytes;
  }

  /** Where the next record will be, or later. */
  get end(): Position {
    return this.current ? positionOf(this.current.number, this.current.end) : positionOf(this.nextSegment, 0);
  }

  /**
   * Resolves with its place once the request survives a loss of power.
   * @throws BT_JOURNAL_UNAVAILABLE where the disk did not take it: it must not be acknowledged
   */
  append(request: RequestRecord): Promise<Position> {
    if (this.closed) return Promise.reject(unavailable('The journal is closed.'));
    const parts = record('request', requestPayload(request));
    return new Promise((resolve, reject) => {
      this.waiting.push({ parts, bytes: lengthOf(parts), resolve, reject });
      this.write();
    });
  }

  /** Notes traces that were judged, or settled; on disk with the next requests, or by `flush` or `noted`. */
  note(kind: 'judged' | 'settled', traces: readonly SettledRecord[]): void {
    if (traces.length > 0) this.notes.push(...record(kind, [settledPayload(traces)]));
  }

  /** Notes how far a consumer is, as `note`. */
  noteProgress(progress: ProgressRecord): void {
    this.progress = progress;
    this.notes.push(...record('progress', [progressPayload(progress)]));
  }

  /** Segments before this one aren't needed any more: they go once all notes are on disk. */
  release(segment: number): void {
    this.keepFrom = segment;
  }

  /** Resolves when all notes so far survive a loss of power, or can't be written just now. */
  noted(): Promise<void> {
    if (this.closed || this.paused || (this.notes.length === 0 && !this.isWriting)) return Promise.resolve();
    return new Promise((resolve) => {
      this.whenNoted.push(resolve);
      this.write();
    });
  }

  /** Has notes written, and segments that were released deleted. */
  flush(): void {
    if (this.notes.length > 0 || this.hasReleased()) this.write();
  }

  /**
   * The request at a position that `append` or a replay gave.
   * Undefined where its segment is gone, or its bytes are not what was written.
   */
  read(position: Position): RequestRecord | undefined {
    const segment = this.segments.find(({ number }) => number === segmentOf(position));
    if (segment === undefined) return undefined;
    try {
      const payload = readPayloadAt(segment.file, offsetOf(position));
      if (payload) return readRequest(payload);
      this.options.onFault('A record of the journal is damaged', { position });
    } catch (error) {
      this.options.onFault('A record of the journal can not be read', { position, reason: reasonOf(error) });
    }
    return undefined;
  }

  /** Writes what is waiting and closes all files. */
  async close(): Promise<void> {
    this.flush();
    await this.writing;
    this.closed = true;
    clearTimeout(this.retry);
    this.reject(unavailable('The journal is closed.'));
    await Promise.all(this.segments.map(({ file }) => file.close().catch(() => undefined)));
  }

  private write(): void {
    if (this.closed) return;
    if (this.paused) return this.reject(unavailable('The disk does not take what was sent.'));
    if (this.isWriting) return;
    this.isWriting = true;
    this.writing = this.run();
  }

  private async run(): Promise<void> {
    while (this.waiting.length + this.notes.length + this.whenNoted.length > 0 || this.hasReleased()) {
      const group = this.takeGroup();
      const { notes, whenNoted } = this;
      this.notes = [];
      this.whenNoted = [];
      try {
        await this.writeGroup(group, notes, whenNoted.length > 0);
        whenNoted.forEach((resolve) => resolve());
        this.recovered();
      } catch (error) {
        whenNoted.forEach((resolve) => resolve());
        // Notes that are lost cost a trace to be judged again, at worst; its verdicts have the same ids.
        await this.failed(error as Error, group);
        break;
      }
      await this.removeReleased();
    }
    // at once, so that nobody who comes next thinks that it goes on
    this.isWriting = false;
  }

  private takeGroup(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { bytes: more } of this.waiting) {
      if (count > 0 && bytes + more > MAX_GROUP_BYTES) break;
      bytes += more;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  private async writeGroup(group: readonly Waiting[], notes: readonly Buffer[], isAwaited: boolean): Promise<void> {
    const mustSync = group.length > 0 || isAwaited || this.failure !== undefined || this.hasReleased();
    if (group.length === 0 && notes.length === 0) return this.current?.file.sync();
    const segment = await this.segment();
    const positions: Position[] = [];
    let end = segment.end + lengthOf(notes);
    for (const { bytes } of group) {
      positions.push(positionOf(segment.number, end));
      end += bytes;
    }
    await segment.file.write([...notes, ...group.flatMap(({ parts }) => parts)], segment.end);
    if (mustSync) await segment.file.sync();
    segment.end = end;
    group.forEach(({ resolve }, index) => resolve(positions[index]!));
  }

  private async segment(): Promise<Segment> {
    const { segmentBytes = SEGMENT_BYTES } = this.options;
    if (this.current !== undefined && this.current.end < segmentBytes) return this.current;
    await this.current?.file.sync();
    const number = this.nextSegment;
    this.nextSegment += 1;
    const file = await this.options.files.open(segmentName(number), 'create');
    const segment = { number, file, end: HEADER_BYTES };
    this.segments.push(segment);
    await file.write([segmentHeader(number)], 0);
    this.current = segment;
    return segment;
  }

  private hasReleased(): boolean {
    const [first] = this.segments;
    return first !== undefined && first !== this.current && first.number < this.keepFrom;
  }

  private async removeReleased(): Promise<void> {
    while (this.hasReleased()) await this.remove(this.segments.shift()!);
  }

  private async remove({ number, file }: Segment): Promise<void> {
    try {
      await file.close();
      await this.options.files.remove(segmentName(number));
    } catch (error) {
      this.options.onFault('A segment of the journal can not be deleted', { segment: number, reason: reasonOf(error) });
    }
  }

  /** Nothing of the group is acknowledged; whatever of it is on the disk is found at the next start, and harmless. */
  private async failed(error: Error, group: readonly Waiting[]): Promise<void> {
    this.current = undefined;
    this.paused = true;
    if (this.failure === undefined) this.options.onTrouble(error);
    this.failure = error;
    this.waiting.unshift(...group);
    this.reject(unavailable('The disk does not take what was sent.'));
    this.retry = setTimeout(() => this.probe(), RETRY_MS);
    this.retry.unref();
    const last = this.segments.at(-1);
    if (last?.end === HEADER_BYTES) await this.remove(this.segments.pop()!);
  }

  /** Writes a note into a new segment, to see whether the disk works again: senders are let in only then. */
  private probe(): void {
    this.paused = false;
    this.noteProgress(this.progress ?? { consumer: 'judge', from: 0 });
    this.write();
  }

  private recovered(): void {
    if (this.failure === undefined) return;
    this.failure = undefined;
    this.options.onTrouble(undefined);
  }

  private reject(error: BeTraceError): void {
    const { waiting } = this;
    this.waiting = [];
    for (const { reject } of waiting) reject(error);
  }
}

const record = (kind: Kind, payload: readonly Buffer[]): Buffer[] => [recordHeader(kind, payload), ...payload];

const lengthOf = (parts: readonly Buffer[]): number => parts.reduce((sum, { length }) => sum + length, 0);

const unavailable = (message: string): BeTraceError => new BeTraceError('BT_JOURNAL_UNAVAILABLE', message);

/** Of an error of the disk its code; nothing that could be data of users. */
export const reasonOf = (error: unknown): string =>
  (error as NodeJS.ErrnoException).code ?? (error instanceof Error ? error.name : 'unknown');
