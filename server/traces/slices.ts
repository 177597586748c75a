import type { estypes } from '@elastic/elasticsearch';
import { TRACE_ID } from './mapping';

const MOST_SLICES = 4_096;
const WHOLE = 2 ** 32;

/**
 * Queries that share trace ids out among themselves, by what they begin with, so that each sorts its own part only. Each
 * id is in exactly one, whatever its form; ids that aren't random make parts of different sizes, and no other harm.
 */
export function slicesOf(documents: number, perSlice: number): estypes.QueryDslQueryContainer[] {
  const count = Math.max(1, Math.min(MOST_SLICES, Math.ceil(documents / perSlice)));
  if (count === 1) return [{ match_all: {} }];
  return Array.from({ length: count }, (_, at) => ({
    range: {
      [TRACE_ID]: {
        ...(at === 0 ? {} : { gte: bound(at / count) }),
        ...(at === count - 1 ? {} : { lt: bound((at + 1) / count) }),
      },
    },
  }));
}

const bound = (share: number): string =>
  Math.floor(share * WHOLE)
    .toString(16)
    .padStart(8, '0');
