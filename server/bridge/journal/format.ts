import { crc32 } from 'node:zlib';

/**
 * A segment is a header and records, one after another; all numbers are little endian.
 *
 *     header   magic "BTJRNL\r\n" · u16 format · u16 0 · u32 segment number · u32 CRC-32 of the 16 bytes before
 *     record   u32 marker "BTR" + kind · u32 length of the payload · u32 CRC-32 of marker, length and payload · payload
 *
 * The line end in the magic shows a copy that was made as text. Nothing is ever changed in place: what comes after the
 * last whole record was being written when its writer died, and was acknowledged to nobody.
 */
export const FORMAT = 1;
export const HEADER_BYTES = 20;
export const RECORD_HEADER_BYTES = 12;
/** No record is larger; a length above it is no length. */
export const MAX_PAYLOAD_BYTES = 1024 * 1024 * 1024;

const MAGIC = Buffer.from('BTJRNL\r\n', 'latin1');
const MARKER = 0x00525442;

/** What a record holds, by the number in its marker. */
export const KINDS = { request: 1, judged: 2, settled: 3, progress: 4 } as const;
export type Kind = keyof typeof KINDS;
const KIND_NAMES = new Map<number, Kind>(Object.entries(KINDS).map(([name, code]) => [code, name as Kind]));

export interface RecordHeader {
  readonly kind: Kind | undefined;
  readonly length: number;
  readonly checksum: number;
}

export function segmentHeader(segment: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt16LE(FORMAT, 8);
  header.writeUInt32LE(segment, 12);
  header.writeUInt32LE(crc32(header.subarray(0, 16)), 16);
  return header;
}

/** The format number of a segment's header, or undefined for what is none of ours, or of another number. */
export function formatOf(header: Buffer, segment: number): number | undefined {
  if (header.length < HEADER_BYTES || !header.subarray(0, 8).equals(MAGIC)) return undefined;
  if (header.readUInt32LE(16) !== crc32(header.subarray(0, 16))) return undefined;
  return header.readUInt32LE(12) === segment ? header.readUInt16LE(8) : undefined;
}

/** The head of a record whose payload is these parts, one after another. */
export function recordHeader(kind: Kind, payload: readonly Uint8Array[]): Buffer {
  const header = Buffer.alloc(RECORD_HEADER_BYTES);
  header.writeUInt32LE((MARKER | (KINDS[kind] << 24)) >>> 0, 0);
  header.writeUInt32LE(
    payload.reduce((length, part) => length + part.length, 0),
    4,
  );
  header.writeUInt32LE(checksumOf(header, payload), 8);
  return header;
}

/** Undefined for bytes that begin no record. */
export function readRecordHeader(bytes: Buffer): RecordHeader | undefined {
  if (bytes.length < RECORD_HEADER_BYTES) return undefined;
  const marker = bytes.readUInt32LE(0);
  if ((marker & 0xffffff) !== MARKER) return undefined;
  const length = bytes.readUInt32LE(4);
  if (length > MAX_PAYLOAD_BYTES) return undefined;
  return { kind: KIND_NAMES.get(marker >>> 24), length, checksum: bytes.readUInt32LE(8) };
}

/** True where a record, its head and its payload, is as it was written. */
export function isWhole(record: Buffer): boolean {
  const header = readRecordHeader(record);
  return (
    header !== undefined &&
    header.length === record.length - RECORD_HEADER_BYTES &&
    header.checksum === checksumOf(record, [record.subarray(RECORD_HEADER_BYTES)])
  );
}

const checksumOf = (header: Buffer, payload: readonly Uint8Array[]): number =>
  payload.reduce((sum, part) => crc32(part, sum), crc32(header.subarray(0, 8)));
