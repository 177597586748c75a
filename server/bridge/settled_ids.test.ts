import { SettledIds } from './settled_ids';
import { hexId } from './test_support/spans';

const key = (number: number): string => `["default"] ${hexId(number, 32)}`;

test('the last half of the capacity is remembered, at most the capacity', () => {
  const ids = new SettledIds(1_000, 42);
  for (let at = 0; at < 100_000; at += 1) {
    ids.add(key(at));
    if (at % 1_000 === 0) expect(ids.size).toBeLessThanOrEqual(1_000);
  }
  const remembered = (from: number, to: number): number => {
    let count = 0;
    for (let at = from; at < to; at += 1) if (ids.has(key(at))) count += 1;
    return count;
  };
  expect(remembered(99_500, 100_000)).toBe(500);
  expect(remembered(0, 99_000)).toBe(0);
});

test('half a million ids that count up are told apart and looked up quickly', () => {
  const ids = new SettledIds(1_000_000, 7);
  for (let at = 0; at < 500_000; at += 1) ids.add(key(at));
  const start = performance.now();
  let strangers = 0;
  for (let at = 500_000; at < 1_000_000; at += 1) if (ids.has(key(at))) strangers += 1;
  expect(strangers).toBe(0);
  expect(performance.now() - start).toBeLessThan(5_000);
});
