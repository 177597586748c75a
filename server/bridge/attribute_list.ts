import type { Attributes, Value } from '../../common/trace/value';
import { NO_ATTRIBUTES } from '../../common/trace/value';
import type { Harvest } from './otlp_span';
import { SIZES } from './otlp_span';

/** Up to here a walk over the keys is as quick as hashing, at less than half of a map's memory. */
const MAX_LIST = 16;

/** A read-only map of few keys, laid out as key, value, key, value, … */
class AttributeList implements Attributes {
  constructor(private readonly pairs: readonly Value[]) {}

  get size(): number {
    return this.pairs.length / 2;
  }

  get(key: string): Value | undefined {
    const { pairs } = this;
    for (let at = 0; at < pairs.length; at += 2) if (pairs[at] === key) return pairs[at + 1];
    return undefined;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  forEach(visit: (value: Value, key: string, map: Attributes) => void, thisArg?: unknown): void {
    const { pairs } = this;
    for (let at = 0; at < pairs.length; at += 2) visit.call(thisArg, pairs[at + 1]!, pairs[at] as string, this);
  }

  *entries(): MapIterator<[string, Value]> {
    for (let at = 0; at < this.pairs.length; at += 2) yield [this.pairs[at] as string, this.pairs[at + 1]!];
  }

  *keys(): MapIterator<string> {
    for (let at = 0; at < this.pairs.length; at += 2) yield this.pairs[at] as string;
  }

  *values(): MapIterator<Value> {
    for (let at = 1; at < this.pairs.length; at += 2) yield this.pairs[at]!;
  }

  [Symbol.iterator](): MapIterator<[string, Value]> {
    return this.entries();
  }
}

/** Attributes laid out as key, value, key, value, …, no key of which is there twice. */
export const attributesOf = (pairs: readonly Value[]): Attributes =>
  pairs.length > MAX_LIST * 2 ? mapOf(pairs) : new AttributeList(pairs);

function mapOf(pairs: readonly Value[]): Attributes {
  const map = new Map<string, Value>();
  for (let at = 0; at < pairs.length; at += 2) map.set(pairs[at] as string, pairs[at + 1]!);
  return map;
}

/**
 * Collects the attributes of a span and, nested in it, of its events and links, without a map for each: a stack of pairs,
 * where whoever begins takes what was added since. Of equal keys the last value stands, as in a map.
 */
export class AttributeStack {
  private readonly pairs: Value[] = [];
  private top = 0;

  constructor(private readonly harvest: Harvest) {}

  /** Where the attributes of one owner begin. */
  begin(): number {
    return this.top;
  }

  add(key: string, value: Value): void {
    this.pairs[this.top] = key;
    this.pairs[this.top + 1] = value;
    this.top += 2;
    this.harvest.charge(SIZES.pair);
  }

  /** The attributes added since `begin`; they leave the stack. */
  take(begin: number): Attributes {
    const end = this.top;
    this.top = begin;
    if (end === begin) return NO_ATTRIBUTES;
    const pairs = this.pairs.slice(begin, end);
    if (pairs.length > MAX_LIST * 2 || this.hasDuplicate(begin, end)) {
      this.harvest.charge(SIZES.map + (pairs.length / 2) * (SIZES.mapEntry - SIZES.pair));
      return mapOf(pairs);
    }
    this.harvest.charge(SIZES.attributes);
    return new AttributeList(pairs);
  }

  private hasDuplicate(begin: number, end: number): boolean {
    for (let at = begin + 2; at < end; at += 2) {
      const key = this.pairs[at];
      for (let other = begin; other < at; other += 2) if (this.pairs[other] === key) return true;
    }
    return false;
  }
}
