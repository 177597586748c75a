import fc from 'fast-check';
import { decodeCursor, encodeCursor } from './cursor';

const sort = fc.array(fc.oneof(fc.string(), fc.integer()), { minLength: 1, maxLength: 4 });

test('a cursor is read back as it was given out', () => {
  fc.assert(fc.property(sort, (values) => expect(decodeCursor(encodeCursor(values), values.length)).toEqual(values)));
});

test('anything else is refused by code', () => {
  const foreign = fc.oneof(
    fc.string(),
    fc.json().map((json) => Buffer.from(json).toString('base64url')),
    sort.map((values) => encodeCursor([...values, 'one more'])),
  );
  fc.assert(
    fc.property(foreign, (cursor) => {
      try {
        expect(decodeCursor(cursor, 1)).toHaveLength(1);
      } catch (error) {
        expect(error).toMatchObject({ code: 'BT_INVALID_CURSOR', status: 400 });
      }
    }),
  );
  expect(() => decodeCursor('x', 2)).toThrow();
  expect(() => decodeCursor(encodeCursor(['a']), 2)).toThrow();
  expect(() => decodeCursor(Buffer.from('[{"script":1},2]').toString('base64url'), 2)).toThrow();
});
