import type { Aggregation } from '../dsl/plan';
import type { SpanView } from '../trace/span';
import { ValueMap } from './keys';

/** The most of the spans, which are sorted, that start in one closed window; and the first of the earliest such window. */
export function densest(
  spans: readonly SpanView[],
  windowUs: number,
): { readonly count: number; readonly from: number } {
  let best = { count: 0, from: 0 };
  let first = 0;
  spans.forEach(({ startUs }, i) => {
    while (startUs - spans[first]!.startUs > windowUs) first++;
    if (i - first + 1 > best.count) best = { count: i - first + 1, from: first };
  });
  return best;
}

/** A number made of values in the order of their spans; other values than finite numbers are left out. */
export function aggregate(name: Aggregation, values: readonly unknown[], rank: number): number | undefined {
  if (name === 'distinct') return distinct(values);
  const numbers: number[] = [];
  for (const value of values) {
    const number = typeof value === 'bigint' ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) numbers.push(number);
  }
  const sum = (): number => numbers.reduce((total, number) => total + number, 0);
  if (name === 'sum') return sum();
  if (numbers.length === 0) return undefined;
  switch (name) {
    case 'avg':
      return sum() / numbers.length;
    case 'min':
      return numbers.reduce((least, number) => Math.min(least, number));
    case 'max':
      return numbers.reduce((most, number) => Math.max(most, number));
    case 'percentile': {
      // The nearest rank: always one of the numbers.
      const place = Math.max(Math.ceil((rank / 100) * numbers.length), 1);
      return Float64Array.from(numbers).sort()[place - 1];
    }
  }
}

function distinct(values: readonly unknown[]): number {
  const seen = new ValueMap<true>();
  for (const value of values) if (value !== undefined) seen.set(value, true);
  return seen.size;
}
