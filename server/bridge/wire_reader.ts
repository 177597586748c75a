import { BeTraceError } from '../../common/errors';
import type { StringCache } from './string_cache';

const TWO_32 = 0x1_0000_0000;

/**
 * Reads protobuf's wire format (protobuf.dev/programming-guides/encoding). Each read is told where its message ends and
 * throws BT_MALFORMED_OTLP rather than pass it.
 */
export class WireReader {
  pos = 0;
  /** The last 64-bit value, as two unsigned halves. */
  private low = 0;
  private high = 0;

  constructor(readonly bytes: Buffer) {}

  fail(what: string): never {
    throw new BeTraceError('BT_MALFORMED_OTLP', `Malformed protobuf: ${what} at byte ${this.pos}.`);
  }

  /** Field number times eight plus wire type. */
  tag(end: number): number {
    const first = this.bytes[this.pos]!;
    if (first < 0x80 && first >= 8 && this.pos < end) {
      this.pos += 1;
      return first;
    }
    this.varint(end);
    if (this.high !== 0 || this.low < 8) this.fail('a bad tag');
    return this.low;
  }

  /** Where the length-delimited field that starts here ends. */
  delimited(end: number): number {
    const first = this.bytes[this.pos]!;
    let length = first;
    if (first < 0x80 && this.pos < end) this.pos += 1;
    else {
      this.varint(end);
      length = this.high * TWO_32 + this.low;
    }
    if (length > end - this.pos) this.fail('a length beyond the end');
    return this.pos + length;
  }

  uint32(end: number): number {
    this.varint(end);
    return this.low;
  }

  int32(end: number): number {
    this.varint(end);
    return this.low | 0;
  }

  bool(end: number): boolean {
    this.varint(end);
    return this.low !== 0 || this.high !== 0;
  }

  /** A number where it is exact, else a bigint. */
  int64(end: number): number | bigint {
    this.varint(end);
    const high = this.high | 0;
    if (high >= -0x20_0000 && high < 0x20_0000 && !(high === -0x20_0000 && this.low === 0)) {
      return high * TWO_32 + this.low;
    }
    return (BigInt(high) << 32n) | BigInt(this.low);
  }

  fixed32(end: number): number {
    if (end - this.pos < 4) this.fail('a truncated value');
    this.pos += 4;
    return this.bytes.readUInt32LE(this.pos - 4);
  }

  double(end: number): number {
    if (end - this.pos < 8) this.fail('a truncated value');
    this.pos += 8;
    return this.bytes.readDoubleLE(this.pos - 8);
  }

  /** A fixed64 of nanoseconds in whole microseconds, floored; exact up to the year 2255. */
  nanosAsMicros(end: number): number {
    const low = this.fixed32(end);
    const high = this.fixed32(end);
    const rest = (high % 1000) * TWO_32 + low;
    return Math.floor(high / 1000) * TWO_32 + Math.floor(rest / 1000);
  }

  string(end: number, cache: StringCache): string {
    const stop = this.delimited(end);
    const text = cache.read(this.bytes, this.pos, stop);
    if (text === undefined) this.fail('a string that is no UTF-8');
    this.pos = stop;
    return text;
  }

  base64(end: number): string {
    const stop = this.delimited(end);
    const text = this.bytes.toString('base64', this.pos, stop);
    this.pos = stop;
    return text;
  }

  /** Skips a field that this reader's caller doesn't know; a field up to `known` is known and has a wrong type. */
  skip(tag: number, end: number, known: number): void {
    if (tag >>> 3 <= known) this.fail(`field ${tag >>> 3} with the wrong wire type ${tag & 7}`);
    switch (tag & 7) {
      case 0:
        return this.varint(end);
      case 1:
        return this.advance(8, end);
      case 2:
        this.pos = this.delimited(end);
        return;
      case 5:
        return this.advance(4, end);
      default:
        this.fail(`the wire type ${tag & 7}`);
    }
  }

  private advance(length: number, end: number): void {
    if (end - this.pos < length) this.fail('a truncated value');
    this.pos += length;
  }

  private varint(end: number): void {
    let low = 0;
    let high = 0;
    for (let index = 0; index < 10; index += 1) {
      if (this.pos >= end) this.fail('a truncated varint');
      const byte = this.bytes[this.pos]!;
      this.pos += 1;
      const bits = byte & 0x7f;
      if (index < 4) low |= bits << (7 * index);
      else if (index === 4) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (7 * index - 32);
      if (byte < 0x80) {
        if (index === 9 && byte > 1) this.fail('a varint beyond 64 bits');
        this.low = low >>> 0;
        this.high = high >>> 0;
        return;
      }
    }
    this.fail('a varint of more than ten bytes');
  }
}
