import { isUtf8 } from 'node:buffer';
import { BeTraceError } from '../../common/errors';
import type { StringCache } from './string_cache';
import { STRING_BYTES } from './string_cache';

/** Of brackets of any kind; values are bound more tightly by their reader, so that this one only guards the stack. */
const MAX_NESTING = 512;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LONE_SURROGATE = /\p{Surrogate}/gu;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Reads JSON (RFC 8259) straight from bytes: nothing is built but what the caller asks for, so a body of a million empty
 * objects costs no memory, integers keep all their digits and no key is special. Throws BT_MALFORMED_OTLP.
 */
export class JsonReader {
  pos = 0;
  private nesting = 0;

  constructor(private readonly bytes: Buffer) {
    if (!isUtf8(bytes)) this.fail('bytes that are no UTF-8');
  }

  fail(what: string): never {
    throw new BeTraceError('BT_MALFORMED_OTLP', `Malformed JSON: ${what} near byte ${this.pos}.`);
  }

  /** Nothing but white space may follow. */
  finish(): void {
    if (this.peek() !== undefined) this.fail('something after the end');
  }

  /** Calls `field` with each key; it returns false for a key that it doesn't know, whose value is then skipped. */
  object(field: (key: string) => boolean, keys: StringCache): void {
    this.enter(OPEN_OBJECT, 'an object');
    if (this.peek() === CLOSE_OBJECT) return this.leave();
    for (;;) {
      const key = this.string(keys);
      this.expect(COLON, 'a colon');
      if (this.takeNull()) {
        // As protobuf's JSON mapping has it: null is the field left out.
      } else if (!field(key)) this.skip();
      const next = this.peek();
      if (next === CLOSE_OBJECT) return this.leave();
      if (next !== COMMA) this.fail('no comma in an object');
      this.pos += 1;
    }
  }

  array(item: () => void): void {
    this.enter(OPEN_LIST, 'an array');
    if (this.peek() === CLOSE_LIST) return this.leave();
    for (;;) {
      item();
      const next = this.peek();
      if (next === CLOSE_LIST) return this.leave();
      if (next !== COMMA) this.fail('no comma in an array');
      this.pos += 1;
    }
  }

  string(cache: StringCache): string {
    const { bytes } = this;
    const escaped = this.scanString();
    const start = this.start;
    const end = this.pos - 1;
    if (!escaped) return cache.read(bytes, start, end)!;
    const text = this.unescape(start, end);
    cache.heapBytes = STRING_BYTES + text.length * 2;
    return text;
  }

  /** A number as it was written, also where a string holds it: protobuf's JSON mapping allows both. */
  numeral(cache: StringCache): string {
    const byte = this.peek();
    if (byte === QUOTE) return this.string(cache);
    const window = this.bytes.toString('latin1', this.pos, Math.min(this.bytes.length, this.pos + 400));
    NUMBER.lastIndex = 0;
    const found = NUMBER.exec(window)?.[0];
    if (found === undefined) this.fail('no number where one must be');
    this.pos += found.length;
    return found;
  }

  boolean(): boolean {
    const byte = this.peek();
    if (byte === 0x74) {
      this.literal('true');
      return true;
    }
    this.literal('false');
    return false;
  }

  skip(): void {
    const byte = this.peek();
    if (byte === QUOTE) {
      if (this.scanString()) this.unescape(this.start, this.pos - 1);
    } else if (byte === OPEN_OBJECT) this.skipObject();
    else if (byte === OPEN_LIST) this.array(() => this.skip());
    else if (byte === 0x74 || byte === 0x66) this.boolean();
    else if (byte === 0x6e) this.literal('null');
    else this.skipNumber();
  }

  /** The next byte that is no white space; undefined at the end. */
  peek(): number | undefined {
    for (;;) {
      const byte = this.bytes[this.pos];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte;
      this.pos += 1;
    }
  }

  private start = 0;

  /** Moves behind a string's closing quote, sets `start` behind its opening one; true where it has escapes. */
  private scanString(): boolean {
    const { bytes } = this;
    this.expect(QUOTE, 'a string');
    this.start = this.pos;
    let escaped = false;
    for (let at = this.pos; ; at += 1) {
      const byte = bytes[at];
      if (byte === QUOTE) {
        this.pos = at + 1;
        return escaped;
      }
      if (byte === BACKSLASH) {
        escaped = true;
        at += 1;
      } else if (byte === undefined || byte < 0x20) {
        this.pos = at;
        this.fail('a string that does not end');
      }
    }
  }

  private unescape(start: number, end: number): string {
    try {
      const text = JSON.parse(this.bytes.toString('utf8', start - 1, end + 1)) as string;
      return text.replace(LONE_SURROGATE, '\ufffd');
    } catch {
      this.fail('a bad escape');
    }
  }

  private skipObject(): void {
    this.enter(OPEN_OBJECT, 'an object');
    if (this.peek() === CLOSE_OBJECT) return this.leave();
    for (;;) {
      if (this.scanString()) this.unescape(this.start, this.pos - 1);
      this.expect(COLON, 'a colon');
      this.skip();
      const next = this.peek();
      if (next === CLOSE_OBJECT) return this.leave();
      if (next !== COMMA) this.fail('no comma in an object');
      this.pos += 1;
    }
  }

  /** A number of any length, by hand: it need not be turned into one. */
  private skipNumber(): void {
    if (this.bytes[this.pos] === 0x2d) this.pos += 1;
    if (this.bytes[this.pos] === 0x30) this.pos += 1;
    else this.digits();
    if (this.bytes[this.pos] === 0x2e) {
      this.pos += 1;
      this.digits();
    }
    if ((this.bytes[this.pos]! | 0x20) === 0x65) {
      this.pos += 1;
      const sign = this.bytes[this.pos];
      if (sign === 0x2b || sign === 0x2d) this.pos += 1;
      this.digits();
    }
  }

  private digits(): void {
    const start = this.pos;
    while (this.bytes[this.pos]! >= 0x30 && this.bytes[this.pos]! <= 0x39) this.pos += 1;
    if (this.pos === start) this.fail('no value where one must be');
  }

  private takeNull(): boolean {
    if (this.peek() !== 0x6e) return false;
    this.literal('null');
    return true;
  }

  private literal(word: string): void {
    for (let at = 0; at < word.length; at += 1) {
      if (this.bytes[this.pos + at] !== word.charCodeAt(at)) this.fail('no value where one must be');
    }
    this.pos += word.length;
  }

  private expect(byte: number, what: string): void {
    if (this.peek() !== byte) this.fail(`not ${what}`);
    this.pos += 1;
  }

  private enter(byte: number, what: string): void {
    this.expect(byte, what);
    this.nesting += 1;
    if (this.nesting > MAX_NESTING) this.fail(`more than ${MAX_NESTING} brackets in one another`);
  }

  private leave(): void {
    this.pos += 1;
    this.nesting -= 1;
  }
}
