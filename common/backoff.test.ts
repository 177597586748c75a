import { Backoff } from './backoff';

test('waiting doubles up to the bound, and starts again after a reset', () => {
  const backoff = new Backoff({ firstMs: 100, maxMs: 1_000 }, () => 1);
  const five = (): number[] => Array.from({ length: 5 }, () => backoff.next());
  expect(five()).toEqual([100, 200, 400, 800, 1_000]);
  backoff.reset();
  expect(five()).toEqual([100, 200, 400, 800, 1_000]);
});

test('each waiting time is between half of itself and the whole', () => {
  const lowest = new Backoff({ firstMs: 100, maxMs: 1_000 }, () => 0);
  expect([lowest.next(), lowest.next()]).toEqual([50, 100]);
});

test('after any number of failures the wait is the bound, not more', () => {
  const backoff = new Backoff({ firstMs: 250, maxMs: 10_000 }, () => 1);
  const waits = Array.from({ length: 2_000 }, () => backoff.next());
  expect(waits.at(-1)).toBe(10_000);
});
