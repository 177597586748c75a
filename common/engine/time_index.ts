import type { SpanView } from '../trace/span';

const KNOWN = new WeakMap<readonly SpanView[], TimeIndex>();

/** Lists shorter than this are as quickly walked over. */
const WORTHWHILE = 16;

/**
 * Finds, of spans sorted by start, the next one that ends between two times, in time that grows with the square of the
 * logarithm of their number: blocks of 1, 2, 4, … neighbours, each with its ends in order.
 */
export class TimeIndex {
  private readonly levels: readonly Float64Array[];

  private constructor(private readonly spans: readonly SpanView[]) {
    const levels: Float64Array[] = [Float64Array.from(spans, ({ endUs }) => endUs)];
    for (let size = 2; size < spans.length * 2 && spans.length >= WORTHWHILE; size *= 2) {
      levels.push(mergePairs(levels.at(-1)!, size));
    }
    this.levels = levels;
  }

  /** The one index of a list, which must not change. */
  static of(spans: readonly SpanView[]): TimeIndex {
    let index = KNOWN.get(spans);
    if (!index) KNOWN.set(spans, (index = new TimeIndex(spans)));
    return index;
  }

  /** The place of the first span at or after a place that ends in a closed interval; their number where there is none. */
  next(place: number, fromUs: number, toUs: number): number {
    const { levels, spans } = this;
    let [at, level] = [place, 0];
    while (at < spans.length) {
      if (this.contains(level, at, fromUs, toUs)) {
        if (level === 0) return at;
        level--;
      } else {
        at += 1 << level;
        while (level + 1 < levels.length && at % (2 << level) === 0) level++;
      }
    }
    return spans.length;
  }

  private contains(level: number, from: number, fromUs: number, toUs: number): boolean {
    const ends = this.levels[level]!;
    const to = Math.min(from + (1 << level), ends.length);
    let [low, high] = [from, to];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ends[middle]! < fromUs) low = middle + 1;
      else high = middle;
    }
    return low < to && ends[low]! <= toUs;
  }
}

/** Blocks of a size, sorted, of the blocks of half of it. */
function mergePairs(halves: Float64Array, size: number): Float64Array {
  const merged = new Float64Array(halves.length);
  for (let start = 0; start < halves.length; start += size) {
    const middle = Math.min(start + size / 2, halves.length);
    const end = Math.min(start + size, halves.length);
    let [left, right] = [start, middle];
    for (let at = start; at < end; at++) {
      const isLeft = left < middle && (right >= end || halves[left]! <= halves[right]!);
      merged[at] = halves[isLeft ? left++ : right++]!;
    }
  }
  return merged;
}
