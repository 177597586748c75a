import fc from 'fast-check';
import { sketchSpan } from './test_support/traces';
import { TimeIndex } from './time_index';

test('finds the next span that ends between two times', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -5, max: 60 }), { maxLength: 70 }),
      fc.nat(75),
      fc.integer({ min: -10, max: 65 }),
      fc.nat(12),
      (ends, place, fromUs, length) => {
        const spans = ends.map((endUs, i) => sketchSpan(i + 1, { startUs: i, endUs }));
        const at = ends.findIndex((endUs, i) => i >= place && endUs >= fromUs && endUs <= fromUs + length);
        const found = TimeIndex.of(spans).next(place, fromUs, fromUs + length);
        expect(found < spans.length ? found : -1).toBe(at);
      },
    ),
    { numRuns: 2000 },
  );
});

test('looks at few blocks, however many spans there are', () => {
  const spans = Array.from({ length: 50_000 }, (_, i) => sketchSpan(i + 1, { startUs: i, endUs: (i * 7919) % 50_000 }));
  const index = TimeIndex.of(spans);
  const start = performance.now();
  let wrong = 0;
  for (let us = 0; us < 20_000; us++) if (spans[index.next(0, us, us)]?.endUs !== us) wrong++;
  expect(wrong).toBe(0);
  expect(performance.now() - start).toBeLessThan(10_000);
});
