import fc from 'fast-check';
import { isFlat } from './flatness.mjs';

const noise = fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 20, maxLength: 80 });

test('noise on a level, also after a steep start, is flat', () => {
  fc.assert(
    fc.property(noise, (values) => {
      const level = values.map((off, at) => (at < values.length / 2 ? at * 20 : 1_000) + off / 10);
      expect(isFlat(level).flat).toBe(true);
    }),
  );
});

test('growth by a tenth in the second half is not, whatever the noise', () => {
  fc.assert(
    fc.property(noise, (values) => {
      const step = 200 / (values.length - 1);
      expect(isFlat(values.map((off, at) => 1_000 + at * step + off / 10)).flat).toBe(false);
    }),
  );
});

test('one outlier at the end is no trend', () => {
  expect(isFlat([...Array.from({ length: 30 }, () => 500), 900]).flat).toBe(true);
});

test('what is small may grow by little', () => {
  const grown = (by: number): boolean => isFlat(Array.from({ length: 60 }, (_, at) => 40 + (at * 2 * by) / 60)).flat;
  expect([grown(6), grown(10)]).toEqual([true, false]);
});
