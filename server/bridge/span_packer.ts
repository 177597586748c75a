import { KINDS, STATUSES } from '../../common/trace/span';
import type { Attributes, Value } from '../../common/trace/value';
import type { OtlpSpan } from './otlp_span';
import { sharedTexts } from './shared_texts';

/** Bits of a packed span's first byte. */
export const HAS_PARENT = 1;
/** Its duration follows as 32 bits, else its end as a double. */
export const IS_SHORT = 2;
/** Of what most spans lack, something is there. */
export const HAS_REST = 4;

export const TAGS = { null: 0, false: 1, true: 2, integer: 3, double: 4, bigint: 5, text: 6, list: 7, map: 8 } as const;

const FIRST_BYTES = 16 * 1024;
const UINT32 = 2 ** 32;
const KIND_NUMBERS = new Map<string, number>(KINDS.map((kind, at) => [kind, at]));
const STATUS_NUMBERS = new Map<string, number>(STATUSES.map((status, at) => [status, at]));

/**
 * Writes spans as bytes, at about a quarter of what they take as objects and nothing for the garbage collector to walk over;
 * `SpanUnpacker` reads them. The form never leaves the process. What spans share, trace and origin, is not in it.
 */
export class SpanPacker {
  bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  length = 0;

  /** Writes one span in the place of what was written before. */
  pack(span: OtlpSpan, origin: number): void {
    this.length = 0;
    const { parentSpanId, startUs, endUs, flags, statusMessage, events, links, dropped } = span;
    const duration = endUs - startUs;
    const isShort = duration >= 0 && duration < UINT32 && Number.isInteger(duration) && startUs + duration === endUs;
    const droppedAny = dropped.attributes + dropped.events + dropped.links > 0;
    const hasRest = flags !== 0 || statusMessage !== '' || events.length > 0 || links.length > 0 || droppedAny;
    this.byte((parentSpanId === null ? 0 : HAS_PARENT) | (isShort ? IS_SHORT : 0) | (hasRest ? HAS_REST : 0));
    this.id(span.spanId);
    if (parentSpanId !== null) this.id(parentSpanId);
    this.double(startUs);
    if (isShort) this.uint32(duration);
    else this.double(endUs);
    this.byte(KIND_NUMBERS.get(span.kind)! * STATUSES.length + STATUS_NUMBERS.get(span.status)!);
    this.varint(origin);
    this.shared(span.name);
    this.attributes(span.attributes);
    if (hasRest) this.rest(span);
  }

  private rest({ flags, statusMessage, events, links, dropped }: OtlpSpan): void {
    this.uint32(flags);
    this.text(statusMessage);
    // sums of 32 bits each
    this.double(dropped.attributes);
    this.double(dropped.events);
    this.double(dropped.links);
    this.varint(events.length);
    for (const { name, timeUs, attributes } of events) {
      this.shared(name);
      this.double(timeUs);
      this.attributes(attributes);
    }
    this.varint(links.length);
    for (const { traceId, spanId, attributes } of links) {
      this.id(traceId);
      this.id(spanId);
      this.attributes(attributes);
    }
  }

  private attributes(attributes: Attributes): void {
    this.varint(attributes.size);
    if (attributes.size > 0) attributes.forEach(this.pair);
  }

  private readonly pair = (value: Value, key: string): void => {
    this.shared(key);
    this.value(value);
  };

  private value(value: Value): void {
    if (typeof value === 'string') {
      this.byte(TAGS.text);
      this.text(value);
    } else if (typeof value === 'number') this.number(value);
    else if (typeof value === 'boolean') this.byte(value ? TAGS.true : TAGS.false);
    else if (value === null) this.byte(TAGS.null);
    else if (typeof value === 'bigint') {
      this.byte(TAGS.bigint);
      this.text(value.toString());
    } else if (Array.isArray(value)) {
      this.byte(TAGS.list);
      this.varint(value.length);
      for (const item of value as readonly Value[]) this.value(item);
    } else {
      this.byte(TAGS.map);
      this.attributes(value as Attributes);
    }
  }

  private number(value: number): void {
    if ((value | 0) === value && !Object.is(value, -0)) {
      this.byte(TAGS.integer);
      this.uint32(value >>> 0);
    } else {
      this.byte(TAGS.double);
      this.double(value);
    }
  }

  /** A text that many spans have: its number, or 0 and the text. */
  private shared(text: string): void {
    const code = sharedTexts.codeOf(text);
    this.varint(code);
    if (code === 0) this.text(text);
  }

  /** Twice the length, and one byte a character; or, where that is not ASCII, one more and two bytes a unit of UTF-16. */
  private text(text: string): void {
    const { length } = text;
    const start = this.length;
    this.varint(length * 2);
    this.reserve(length);
    const { bytes } = this;
    const from = this.length;
    for (let at = 0; at < length; at += 1) {
      const unit = text.charCodeAt(at);
      if (unit >= 0x80) {
        this.length = start;
        this.wide(text);
        return;
      }
      bytes[from + at] = unit;
    }
    this.length = from + length;
  }

  private wide(text: string): void {
    this.varint(text.length * 2 + 1);
    this.reserve(text.length * 2);
    this.length += this.bytes.write(text, this.length, 'utf16le');
  }

  private id(hex: string): void {
    this.reserve(hex.length / 2);
    for (let at = 0; at < hex.length; at += 2) {
      this.bytes[this.length] = nibbleOf(hex.charCodeAt(at)) * 16 + nibbleOf(hex.charCodeAt(at + 1));
      this.length += 1;
    }
  }

  private byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length] = value;
    this.length += 1;
  }

  private varint(value: number): void {
    this.reserve(5);
    let rest = value;
    while (rest > 0x7f) {
      this.bytes[this.length] = (rest & 0x7f) | 0x80;
      this.length += 1;
      rest >>>= 7;
    }
    this.bytes[this.length] = rest;
    this.length += 1;
  }

  private uint32(value: number): void {
    this.reserve(4);
    this.length = this.bytes.writeUInt32LE(value, this.length);
  }

  private double(value: number): void {
    this.reserve(8);
    this.length = this.bytes.writeDoubleLE(value, this.length);
  }

  private reserve(bytes: number): void {
    if (this.length + bytes <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.length + bytes));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}

/** Of a lower-case hex digit. */
export const nibbleOf = (unit: number): number => (unit < 0x3a ? unit - 0x30 : unit - 0x57);
