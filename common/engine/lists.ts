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
