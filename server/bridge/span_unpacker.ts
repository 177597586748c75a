import type { SpanEvent, SpanLink } from '../../common/trace/span';
import { KINDS, STATUSES } from '../../common/trace/span';
import type { Attributes, Value } from '../../common/trace/value';
import { NO_ATTRIBUTES } from '../../common/trace/value';
import { attributesOf } from './attribute_list';
import type { Origin } from './otlp_span';
import { OtlpSpan } from './otlp_span';
import { HAS_PARENT, HAS_REST, IS_SHORT, TAGS } from './span_packer';
import { sharedTexts } from './shared_texts';
import { values } from './string_cache';

/** Reads what `SpanPacker` wrote. */
export class SpanUnpacker {
  private at = 0;

  constructor(
    private readonly bytes: Buffer,
    private readonly origins: readonly Origin[],
    private readonly traceId: string,
  ) {}

  unpack(at: number): OtlpSpan {
    this.at = at;
    const bits = this.byte();
    const spanId = this.id(8);
    const parentSpanId = (bits & HAS_PARENT) === 0 ? null : this.id(8);
    const startUs = this.double();
    const endUs = (bits & IS_SHORT) === 0 ? this.double() : startUs + this.uint32();
    const kindAndStatus = this.byte();
    const span = new OtlpSpan(this.origins[this.varint()]!);
    span.traceId = this.traceId;
    span.spanId = spanId;
    span.parentSpanId = parentSpanId;
    span.startUs = startUs;
    span.endUs = endUs;
    span.kind = KINDS[Math.floor(kindAndStatus / STATUSES.length)]!;
    span.status = STATUSES[kindAndStatus % STATUSES.length]!;
    span.name = this.shared();
    span.attributes = this.attributes();
    if ((bits & HAS_REST) !== 0) this.rest(span);
    return span;
  }

  private rest(span: OtlpSpan): void {
    span.flags = this.uint32();
    span.statusMessage = this.text();
    span.dropped = { attributes: this.double(), events: this.double(), links: this.double() };
    const events = this.varint();
    if (events > 0) span.events = Array.from({ length: events }, () => this.event());
    const links = this.varint();
    if (links > 0) span.links = Array.from({ length: links }, () => this.link());
  }

  private event(): SpanEvent {
    return { name: this.shared(), timeUs: this.double(), attributes: this.attributes() };
  }

  private link(): SpanLink {
    return { traceId: this.id(16), spanId: this.id(8), attributes: this.attributes() };
  }

  private attributes(): Attributes {
    const count = this.varint();
    if (count === 0) return NO_ATTRIBUTES;
    const pairs: Value[] = [];
    for (let at = 0; at < count; at += 1) pairs.push(this.shared(), this.value());
    return attributesOf(pairs);
  }

  private value(): Value {
    switch (this.byte()) {
      case TAGS.text:
        return this.text();
      case TAGS.integer:
        return this.uint32() | 0;
      case TAGS.double:
        return this.double();
      case TAGS.false:
        return false;
      case TAGS.true:
        return true;
      case TAGS.bigint:
        return BigInt(this.text());
      case TAGS.list:
        return Array.from({ length: this.varint() }, () => this.value());
      case TAGS.map: {
        const map = new Map<string, Value>();
        for (let left = this.varint(); left > 0; left -= 1) map.set(this.shared(), this.value());
        return map;
      }
      default:
        return null;
    }
  }

  private shared(): string {
    const code = this.varint();
    return code === 0 ? this.text() : sharedTexts.textOf(code);
  }

  private text(): string {
    const head = this.varint();
    const length = Math.floor(head / 2);
    const start = this.at;
    if (head % 2 === 1) {
      this.at += length * 2;
      return this.bytes.toString('utf16le', start, this.at);
    }
    this.at += length;
    return values.read(this.bytes, start, this.at)!;
  }

  private id(length: number): string {
    const start = this.at;
    this.at += length;
    return this.bytes.toString('hex', start, this.at);
  }

  private byte(): number {
    const value = this.bytes[this.at]!;
    this.at += 1;
    return value;
  }

  private varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }

  private uint32(): number {
    const value = this.bytes.readUInt32LE(this.at);
    this.at += 4;
    return value;
  }

  private double(): number {
    const value = this.bytes.readDoubleLE(this.at);
    this.at += 8;
    return value;
  }
}
