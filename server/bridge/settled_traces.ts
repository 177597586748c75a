import { fingerprint } from './fingerprint';
import { type Position, segmentOf } from './journal/position';
import type { RuleRef } from './journal/records';

export interface SettledTrace {
  /** The requests that brought its spans, in the order of the journal. */
  readonly positions: readonly Position[];
  /** Which violations of it are known to the store, or on their way. */
  readonly violated: readonly RuleRef[];
}

const FIRST_SLOTS = 1 << 10;
const NOTHING: readonly RuleRef[] = [];

/**
 * Open addressing over fingerprints of 64 bits; what belongs to a slot is in one long list of numbers: how many positions,
 * then they. 16 bytes for a slot, half of them full or more, and 8 for each number; nothing on the heap for most traces.
 */
class Generation {
  size = 0;
  firstSegment = Infinity;
  private prints = new Uint32Array(FIRST_SLOTS * 2);
  /** Index into `numbers`, plus one; 0 is an empty slot. */
  private starts = new Uint32Array(FIRST_SLOTS);
  private numbers = new Float64Array(FIRST_SLOTS);
  private used = 0;
  private readonly violations = new Map<number, readonly RuleRef[]>();

  constructor(readonly bornAt: number) {}

  get bytes(): number {
    return this.prints.byteLength + this.starts.byteLength + this.numbers.byteLength + this.violations.size * 200;
  }

  get(high: number, low: number): SettledTrace | undefined {
    const start = this.starts[this.slotOf(high, low)]!;
    if (start === 0) return undefined;
    const count = this.numbers[start - 1]!;
    return {
      positions: [...this.numbers.subarray(start, start + count)],
      violated: this.violations.get(start) ?? NOTHING,
    };
  }

  /** What is there already is replaced; its numbers stay behind until the generation goes. */
  put(high: number, low: number, { positions, violated }: SettledTrace): void {
    if (this.size * 4 >= this.starts.length * 3) this.grow();
    const slot = this.slotOf(high, low);
    const before = this.starts[slot]!;
    if (before === 0) this.size += 1;
    else this.violations.delete(before);
    this.reserve(positions.length + 1);
    const start = this.used + 1;
    this.numbers[this.used] = positions.length;
    this.numbers.set(positions, start);
    this.used += positions.length + 1;
    this.prints[slot * 2] = high;
    this.prints[slot * 2 + 1] = low;
    this.starts[slot] = start;
    if (violated.length > 0) this.violations.set(start, violated);
    if (positions.length > 0) this.firstSegment = Math.min(this.firstSegment, segmentOf(positions[0]!));
  }

  private slotOf(high: number, low: number): number {
    const mask = this.starts.length - 1;
    let slot = high & mask;
    while (this.starts[slot] !== 0 && (this.prints[slot * 2] !== high || this.prints[slot * 2 + 1] !== low)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private grow(): void {
    const { prints, starts } = this;
    this.prints = new Uint32Array(prints.length * 2);
    this.starts = new Uint32Array(starts.length * 2);
    starts.forEach((start, slot) => {
      if (start === 0) return;
      const to = this.slotOf(prints[slot * 2]!, prints[slot * 2 + 1]!);
      this.prints.set(prints.subarray(slot * 2, slot * 2 + 2), to * 2);
      this.starts[to] = start;
    });
  }

  private reserve(count: number): void {
    if (this.used + count <= this.numbers.length) return;
    const numbers = new Float64Array(Math.max(this.numbers.length * 2, this.used + count));
    numbers.set(this.numbers);
    this.numbers = numbers;
  }
}

export interface SettledTracesOptions {
  /** How long a trace is remembered at least, in milliseconds, where there is room. */
  readonly keepMs: number;
  /** Of both generations; above it the older is forgotten early. */
  readonly maxBytes: number;
  readonly seed: number;
}

/**
 * Where in the journal the spans of traces are that were judged lately, and what was found: for spans that come late. Two
 * generations; when the younger is old or large, the older is forgotten.
 */
export class SettledTraces {
  private young: Generation;
  private old: Generation;
  private readonly print = { high: 0, low: 0 };

  constructor(
    private readonly options: SettledTracesOptions,
    now: number,
  ) {
    this.young = new Generation(now);
    this.old = new Generation(now);
  }

  get bytes(): number {
    return this.young.bytes + this.old.bytes;
  }

  get size(): number {
    return this.young.size + this.old.size;
  }

  /** The first segment of the journal that is still needed here; Infinity where none is. */
  get firstSegment(): number {
    return Math.min(this.young.firstSegment, this.old.firstSegment);
  }

  get(key: string): SettledTrace | undefined {
    fingerprint(key, this.options.seed, this.print);
    const { high, low } = this.print;
    return this.young.get(high, low) ?? this.old.get(high, low);
  }

  put(key: string, trace: SettledTrace): void {
    fingerprint(key, this.options.seed, this.print);
    this.young.put(this.print.high, this.print.low, trace);
  }

  /** Has a trace kept for as long as if it had been put now; false where it is not remembered. */
  refresh(key: string): boolean {
    fingerprint(key, this.options.seed, this.print);
    const { high, low } = this.print;
    if (this.young.get(high, low) !== undefined) return true;
    const trace = this.old.get(high, low);
    if (trace) this.young.put(high, low, trace);
    return trace !== undefined;
  }

  /** To be called now and then: forgets what is old enough, or too much. */
  expire(now: number): void {
    if (now - this.young.bornAt >= this.options.keepMs || this.young.bytes * 2 > this.options.maxBytes)
      this.forgetOlder(now);
  }

  /** Forgets the older half at once, as the journal needs its segments. */
  forgetOlder(now: number): void {
    this.old = this.young;
    this.young = new Generation(now);
  }
}
