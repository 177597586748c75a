import { fingerprint } from './fingerprint';

/** Slots for each remembered id: half full at most, so that walks are short. */
const SLOTS_PER_ID = 2;

/** A table of 64-bit fingerprints, open addressing; 0 is an empty slot. */
class Generation {
  size = 0;
  private readonly slots: Uint32Array;
  private readonly mask: number;

  constructor(capacity: number) {
    const slots = 2 ** Math.ceil(Math.log2(capacity * SLOTS_PER_ID));
    this.slots = new Uint32Array(slots * 2);
    this.mask = slots - 1;
  }

  /** The slot that holds the fingerprint, or the empty one where it belongs. */
  private find(high: number, low: number): number {
    let slot = high & this.mask;
    for (;;) {
      const at = slot * 2;
      const there = this.slots[at]!;
      if ((there === high && this.slots[at + 1] === low) || (there === 0 && this.slots[at + 1] === 0)) return at;
      slot = (slot + 1) & this.mask;
    }
  }

  has(high: number, low: number): boolean {
    const at = this.find(high, low);
    return this.slots[at] !== 0 || this.slots[at + 1] !== 0;
  }

  add(high: number, low: number): void {
    const at = this.find(high, low);
    if (this.slots[at] !== 0 || this.slots[at + 1] !== 0) return;
    this.slots[at] = high;
    this.slots[at + 1] = low;
    this.size += 1;
  }

  clear(): void {
    this.slots.fill(0);
    this.size = 0;
  }
}

/**
 * Remembers which traces were judged, at least the last `capacity / 2` and at most the last `capacity`, in 16 to 32 bytes
 * each: two generations of fingerprints, the older of which is forgotten when the younger is full. A false memory (one in
 * 2^64 a pair, about) would only flag a whole trace as truncated.
 */
export class SettledIds {
  private readonly perGeneration: number;
  private young: Generation;
  private old: Generation;
  private readonly print = { high: 0, low: 0 };

  /** @param seed random, so that senders can't know which ids share a slot. */
  constructor(
    capacity: number,
    private readonly seed: number,
  ) {
    this.perGeneration = Math.max(1, Math.floor(capacity / 2));
    this.young = new Generation(this.perGeneration);
    this.old = new Generation(this.perGeneration);
  }

  get size(): number {
    return this.young.size + this.old.size;
  }

  has(key: string): boolean {
    fingerprint(key, this.seed, this.print);
    const { high, low } = this.print;
    return this.young.has(high, low) || this.old.has(high, low);
  }

  add(key: string): void {
    fingerprint(key, this.seed, this.print);
    if (this.young.size >= this.perGeneration) {
      [this.young, this.old] = [this.old, this.young];
      this.young.clear();
    }
    this.young.add(this.print.high, this.print.low);
  }
}
