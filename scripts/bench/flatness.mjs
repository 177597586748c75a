/** Growth over the watched time that counts as none: a share of what there is, or so many MiB where that is more. */
const TOLERANCE = 0.05;
const TOLERANCE_MIB = 8;

/** @param {readonly number[]} values */
export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/**
 * Whether the second half of the values, in MiB and taken at equal times, has no upward trend. The slope is the median of those of all
 * pairs (Theil and Sen), which a few outliers don't move.
 * @param {readonly number[]} values
 */
export function isFlat(values) {
  const half = values.slice(Math.floor(values.length / 2));
  const slopes = half.flatMap((from, at) => half.slice(at + 1).map((to, after) => (to - from) / (after + 1)));
  const typical = median(half);
  const growth = median(slopes) * (half.length - 1);
  return {
    flat: growth <= Math.max(typical * TOLERANCE, TOLERANCE_MIB),
    median: typical,
    growth: Math.round(growth * 10) / 10,
  };
}
