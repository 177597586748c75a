import { randomInt } from 'node:crypto';
import type { Origin, OtlpSpan } from './otlp_span';
import { nibbleOf, SpanPacker } from './span_packer';
import { SpanUnpacker } from './span_unpacker';

const NOTHING = Buffer.alloc(0);
/** Before each span: how many bytes it has. The highest bit says that another stands in its place. */
const HEAD_BYTES = 4;
const REPLACED = 2 ** 31;
/** A span's id in what is packed. */
const ID_AT = HEAD_BYTES + 1;
/** Up to so many spans are looked through; more have an index. */
const MAX_SCANNED = 32;
const GROWTH = 1.25;

/** So that nobody can choose ids that meet in the index. */
const SEED = randomInt(2 ** 32);

const packer = new SpanPacker();

/** The spans of one trace, by their ids, packed into one buffer (`SpanPacker`). */
export class PackedSpans {
  /** How many spans are there. */
  size = 0;
  private bytes: Buffer = NOTHING;
  private used = 0;
  /** Open addressing over ids: where a span begins, plus one. */
  private index: Uint32Array | undefined;
  private readonly origins: Origin[] = [];
  private expected = 1;

  constructor(private readonly traceId: string) {}

  /** What it takes of memory, without what it holds of origins. */
  get heldBytes(): number {
    return this.bytes.length + (this.index?.byteLength ?? 0);
  }

  /** So many spans are about to be added: room is made for all at once. */
  expect(spans: number): void {
    this.expected = spans;
  }

  /** Where the span of this id is; -1 where there is none. */
  find(spanId: string): number {
    const high = wordOf(spanId, 0);
    const low = wordOf(spanId, 8);
    if (this.index) return this.index[this.slotOf(this.index, high, low)]! - 1;
    for (let at = 0; at < this.used; at = this.after(at)) if (this.isAt(at, high, low)) return at;
    return -1;
  }

  at(place: number): OtlpSpan {
    return new SpanUnpacker(this.bytes, this.origins, this.traceId).unpack(place + HEAD_BYTES);
  }

  /**
   * Adds a span whose id is not there.
   * @returns whether its origin is none of those that were there
   */
  add(span: OtlpSpan): boolean {
    const { isNew, at } = this.append(span);
    this.size += 1;
    if (this.index === undefined && this.size <= MAX_SCANNED) return isNew;
    if (this.index === undefined || this.size * 4 > this.index.length * 3) this.makeIndex();
    else this.enter(this.index, at);
    return isNew;
  }

  /** Puts a span in the place of the one that has its id. */
  replace(place: number, span: OtlpSpan): boolean {
    const { isNew, at } = this.append(span);
    if (this.index) this.enter(this.index, at);
    this.bytes.writeUInt32LE((this.lengthAt(place) | REPLACED) >>> 0, place);
    return isNew;
  }

  /** In the order in which they came. */
  all(): OtlpSpan[] {
    const unpacker = new SpanUnpacker(this.bytes, this.origins, this.traceId);
    const spans: OtlpSpan[] = [];
    for (let at = 0; at < this.used; at = this.after(at)) {
      if (!this.isReplaced(at)) spans.push(unpacker.unpack(at + HEAD_BYTES));
    }
    return spans;
  }

  private append(span: OtlpSpan): { isNew: boolean; at: number } {
    const { origin } = span;
    const isNew = this.origins.at(-1) !== origin;
    if (isNew) this.origins.push(origin);
    packer.pack(span, this.origins.length - 1);
    const { length } = packer;
    this.reserve(HEAD_BYTES + length);
    const at = this.used;
    this.bytes.writeUInt32LE(length, at);
    packer.bytes.copy(this.bytes, at + HEAD_BYTES, 0, length);
    this.used += HEAD_BYTES + length;
    if (this.expected > 1) this.expected -= 1;
    return { isNew, at };
  }

  private reserve(length: number): void {
    const needed = this.used + length;
    if (needed <= this.bytes.length) return;
    const capacity = Math.max(this.used + length * this.expected, Math.ceil(needed * (this.used === 0 ? 1 : GROWTH)));
    const larger = Buffer.allocUnsafeSlow(capacity);
    this.bytes.copy(larger, 0, 0, this.used);
    this.bytes = larger;
  }

  private makeIndex(): void {
    const index = new Uint32Array(this.index ? this.index.length * 2 : MAX_SCANNED * 4);
    for (let at = 0; at < this.used; at = this.after(at)) if (!this.isReplaced(at)) this.enter(index, at);
    this.index = index;
  }

  private enter(index: Uint32Array, at: number): void {
    index[this.slotOf(index, this.highAt(at), this.lowAt(at))] = at + 1;
  }

  /** The slot of an id, or the free one where it belongs. */
  private slotOf(index: Uint32Array, high: number, low: number): number {
    const mask = index.length - 1;
    let slot = Math.imul(high ^ SEED ^ Math.imul(low ^ SEED, 0x9e3779b1), 0x85ebca6b) >>> 0;
    slot = (slot ^ (slot >>> 15)) & mask;
    while (index[slot] !== 0 && !this.isAt(index[slot]! - 1, high, low)) slot = (slot + 1) & mask;
    return slot;
  }

  private isAt(at: number, high: number, low: number): boolean {
    return this.lowAt(at) === low && this.highAt(at) === high && !this.isReplaced(at);
  }

  private highAt(at: number): number {
    return this.bytes.readUInt32BE(at + ID_AT);
  }

  private lowAt(at: number): number {
    return this.bytes.readUInt32BE(at + ID_AT + 4);
  }

  private after(at: number): number {
    return at + HEAD_BYTES + this.lengthAt(at);
  }

  private lengthAt(at: number): number {
    return this.bytes.readUInt32LE(at) & ~REPLACED;
  }

  private isReplaced(at: number): boolean {
    return this.bytes.readUInt32LE(at) >= REPLACED;
  }
}

/** Of the eight lower-case hex digits from there. */
function wordOf(hex: string, from: number): number {
  let word = 0;
  for (let at = from; at < from + 8; at += 1) word = (word << 4) | nibbleOf(hex.charCodeAt(at));
  return word >>> 0;
}
