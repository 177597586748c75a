import { isUtf8 } from 'node:buffer';

const { imul } = Math;

/** Longer strings are seldom repeated and would make the cache's bound large. */
const MAX_LENGTH = 64;
/** A string's header and padding. */
export const STRING_BYTES = 24;

/**
 * Turns UTF-8 bytes into strings, the same bytes mostly into the same string: a direct-mapped cache of short ASCII strings.
 * A newcomer replaces what stands in its slot, so the memory is at most `slots` strings of 64 characters.
 */
export class StringCache {
  private readonly slots: (string | undefined)[];
  private readonly mask: number;
  /**
   * What the last string that was read takes on the heap: one byte a character where all are ASCII, else up to two; nothing
   * where it is shared with those who read it before.
   */
  heapBytes = 0;

  /** @param slots a power of two. */
  constructor(slots: number) {
    this.slots = new Array<string | undefined>(slots).fill(undefined);
    this.mask = slots - 1;
  }

  /** The string of the bytes, or undefined where they are no UTF-8. */
  read(bytes: Buffer, start: number, end: number): string | undefined {
    const length = end - start;
    this.heapBytes = 0;
    if (length === 0) return '';
    if (length > MAX_LENGTH) return this.decode(bytes, start, end);
    const slot = hash(bytes, start, end) & this.mask;
    const cached = this.slots[slot];
    if (cached !== undefined && isSame(cached, bytes, start, length)) return cached;
    for (let at = start; at < end; at += 1) {
      if (bytes[at]! >= 0x80) return this.decode(bytes, start, end);
    }
    const text = bytes.toString('latin1', start, end);
    this.slots[slot] = text;
    this.heapBytes = STRING_BYTES + length;
    return text;
  }

  private decode(bytes: Buffer, start: number, end: number): string | undefined {
    if (!isUtf8(bytes.subarray(start, end))) return undefined;
    const text = bytes.toString('utf8', start, end);
    this.heapBytes = STRING_BYTES + text.length * (text.length === end - start ? 1 : 2);
    return text;
  }
}

/** Of the length and a sample of the bytes: a hit is compared in full, so a weak hash only costs misses. */
function hash(bytes: Buffer, start: number, end: number): number {
  const middle = (start + end) >>> 1;
  let h = end - start;
  h = imul(h ^ bytes[start]!, 0x01000193);
  h = imul(h ^ bytes[middle]!, 0x01000193);
  for (let at = Math.max(start, end - 6); at < end; at += 1) h = imul(h ^ bytes[at]!, 0x01000193);
  return h ^ (h >>> 15);
}

function isSame(text: string, bytes: Buffer, start: number, length: number): boolean {
  if (text.length !== length) return false;
  for (let at = 0; at < length; at += 1) if (text.charCodeAt(at) !== bytes[start + at]) return false;
  return true;
}

/** Attribute keys, span names and the like: few in number, repeated in every request. */
export const names = new StringCache(8192);
/** Attribute values: some repeat, some never; apart, so that they don't push the names out. */
export const values = new StringCache(8192);
