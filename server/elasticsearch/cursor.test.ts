import fc from 'fast-check';
import { decodeCursor, encodeCursor } from './cursor';

const sort = fc.array(fc.oneof(fc.string(), fc.integer()), { minLength: 1, maxLength: 4 });
const typesOf = (values: readonly (string | number)[]): ('string' | 'number')[] =>
  values.map((value) => (typeof value === 'string' ? 'string' : 'number'));

test('a cursor is read back as it was given out', () => {
  fc.assert(fc.property(sort, (values) => expect(decodeCursor(encodeCursor(values), typesOf(values))).toEqual(values)));
});

/** Too many of too many kinds to be met by chance. */
const FIVE = ['string', 'number', 'string', 'number', 'number'] as const;

const refusal = (cursor: string, types: readonly ('string' | 'number')[]): unknown => {
  try {
    return decodeCursor(cursor, types);
  } catch (error) {
    return error;
  }
};
const isRefused = expect.objectContaining({ code: 'BT_INVALID_CURSOR', status: 400 }) as unknown;

test('anything else is refused by code', () => {
  const foreign = fc.oneof(
    fc.string(),
    fc.json().map((json) => Buffer.from(json).toString('base64url')),
    sort.map((values) => encodeCursor([...values, 'one more'])),
  );
  fc.assert(fc.property(foreign, (cursor) => expect(refusal(cursor, FIVE)).toEqual(isRefused)));
});

test.each([
  ['', ['string']],
  ['x', ['string', 'string']],
  [encodeCursor(['a']), ['string', 'string']],
  [encodeCursor([1, 'a']), ['string', 'string']],
  [encodeCursor(['1', 'a']), ['number', 'string']],
  [encodeCursor([1.5, 'a']), ['number', 'string']],
  [Buffer.from('[{"script":1},"a"]').toString('base64url'), ['string', 'string']],
] as const)('the cursor %p is none of a listing sorted by %p', (cursor, types) =>
  expect(refusal(cursor, types)).toEqual(isRefused),
);
