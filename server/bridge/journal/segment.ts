import { BeTraceError } from '../../../common/errors';
import type { JournalFile } from './files';
import { FORMAT, formatOf, HEADER_BYTES, isWhole, type Kind, RECORD_HEADER_BYTES, readRecordHeader } from './format';
import { type Position, positionOf } from './position';

const WINDOW_BYTES = 1024 * 1024;
const NAME = /^(\d{10})\.journal$/;

export const segmentName = (segment: number): string => `${String(segment).padStart(10, '0')}.journal`;
export const segmentNumber = (name: string): number | undefined => {
  const digits = NAME.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
};

/** Where a whole record was found, and what of. */
export interface RecordPlace {
  readonly kind: Kind | undefined;
  readonly position: Position;
  readonly bytes: number;
}

/** How to walk over a segment's records, by its format: this one and the one before, of which there is none yet. */
const WALKERS: Readonly<Record<number, typeof walk>> = { [FORMAT]: walk };

/**
 * The records of a segment in their order, up to the first that is not whole by its length; checksums are not looked at.
 * The last value is where they end.
 * @throws BT_JOURNAL_UNREADABLE where a later version of BeTrace wrote it
 */
export function* recordsOf(file: JournalFile, segment: number): Generator<RecordPlace, number> {
  const format = formatOf(file.read(0, HEADER_BYTES), segment);
  if (format === undefined) return 0;
  const walker = WALKERS[format];
  if (walker === undefined) {
    throw new BeTraceError(
      'BT_JOURNAL_UNREADABLE',
      `The journal was written in format ${format}; this version reads up to ${FORMAT}.`,
    );
  }
  return yield* walker(file, segment);
}

function* walk(file: JournalFile, segment: number): Generator<RecordPlace, number> {
  let window: Buffer = Buffer.alloc(0);
  let from = 0;
  let at = HEADER_BYTES;
  for (;;) {
    if (at < from || at + RECORD_HEADER_BYTES > from + window.length) {
      window = file.read(at, WINDOW_BYTES);
      from = at;
    }
    const header = readRecordHeader(window.subarray(at - from));
    if (header === undefined) return at;
    const bytes = RECORD_HEADER_BYTES + header.length;
    if (at + bytes > file.size) return at;
    yield { kind: header.kind, position: positionOf(segment, at), bytes };
    at += bytes;
  }
}

/** A record's payload, or undefined where its bytes are not what was written. */
export function readPayload(file: JournalFile, offset: number, bytes: number): Buffer | undefined {
  const record = file.read(offset, bytes);
  return record.length === bytes && isWhole(record) ? record.subarray(RECORD_HEADER_BYTES) : undefined;
}

/** As `readPayload`, where only the offset is known. */
export function readPayloadAt(file: JournalFile, offset: number): Buffer | undefined {
  const header = readRecordHeader(file.read(offset, RECORD_HEADER_BYTES));
  return header && readPayload(file, offset, RECORD_HEADER_BYTES + header.length);
}
