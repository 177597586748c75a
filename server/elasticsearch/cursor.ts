import { BeTraceError } from '../../common/errors';

type SortValue = string | number;

/** A place in a sorted listing, as an opaque string: the sort values of the last row. */
export const encodeCursor = (sort: readonly SortValue[]): string =>
  Buffer.from(JSON.stringify(sort)).toString('base64url');

/**
 * The sort values behind a cursor.
 * @param arity how many there must be
 * @throws BT_INVALID_CURSOR for anything that `encodeCursor` would not give
 */
export function decodeCursor(cursor: string, arity: number): SortValue[] {
  try {
    const sort: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(sort) && sort.length === arity && sort.every(isSortValue)) return sort;
  } catch {
    // answered below, as every other cursor that is not ours
  }
  throw new BeTraceError('BT_INVALID_CURSOR', "The cursor is not one of this listing's.");
}

const isSortValue = (value: unknown): value is SortValue => typeof value === 'string' || Number.isFinite(value);
