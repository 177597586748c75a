/** The first of the spans, which are sorted, that starts at a time or later. */
export function lowerBound(spans: readonly { readonly startUs: number }[], startUs: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (spans[middle]!.startUs < startUs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many pairs of sorted numbers, each with itself too, are no further apart than a limit. */
export function countPairs(sorted: readonly number[], limit: number): number {
  let pairs = 0;
  let first = 0;
  sorted.forEach((value, i) => {
    while (value - sorted[first]! > limit) first++;
    pairs += i - first + 1;
  });
  return pairs;
}
