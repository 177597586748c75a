import { BeTraceError } from '../../common/errors';

type SortValue = string | number;
type SortType = 'string' | 'number';

/** A place in a sorted listing, as an opaque string: the sort values of the last row. */
export const encodeCursor = (sort: readonly SortValue[]): string =>
  Buffer.from(JSON.stringify(sort)).toString('base64url');

/**
 * The sort values behind a cursor.
 * @param types of the listing's sort values, in order; numbers are integers
 * @throws BT_INVALID_CURSOR for anything that `encodeCursor` would not give for such a listing
 */
export function decodeCursor(cursor: string, types: readonly SortType[]): SortValue[] {
  try {
    const sort: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(sort) && sort.length === types.length && sort.every((value, i) => isOfType(value, types[i]))) {
      return sort as SortValue[];
    }
  } catch {
    // answered below, as every other cursor that is not ours
  }
  throw new BeTraceError('BT_INVALID_CURSOR', "The cursor is not one of this listing's.");
}

const isOfType = (value: unknown, type: SortType | undefined): boolean =>
  type === 'number' ? Number.isSafeInteger(value) : typeof value === type;
