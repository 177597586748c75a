import fc from 'fast-check';
import { Brake } from './brake';
import type { Suppression } from './document';
import { RuleCounts } from './rule_counts';
import { judgement } from './test_support/fixtures';

const at = (seconds: number): Date => new Date(Date.UTC(2026, 2, 1, 12) + seconds * 1_000);
const of = (id: string, space = 'default') => judgement({ rule: { id, space } });

test('in every minute and for every rule so many are let through, and the rest is told when the minute is over', () => {
  const event = fc.record({
    rule: fc.constantFrom('a', 'b'),
    space: fc.constantFrom('default', 'other'),
    after: fc.constantFrom(0, 0, 0, 0, 1, 10, 61, 300),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(event, { maxLength: 80 }), (limit, events) => {
      const brake = new Brake(limit);
      const found = new Map<string, number>();
      const written = new Map<string, number>();
      const told: Suppression[] = [];
      let seconds = 0;
      for (const { rule, space, after } of events) {
        seconds += after;
        const key = `${rule} ${space} ${Math.floor(seconds / 60)}`;
        told.push(...brake.over(at(seconds), { all: false }));
        found.set(key, (found.get(key) ?? 0) + 1);
        if (brake.admits(of(rule, space), at(seconds))) written.set(key, (written.get(key) ?? 0) + 1);
      }
      told.push(...brake.over(at(seconds), { all: true }));
      const suppressed = new Map(
        told.map(({ first: { rule }, from, count }) => {
          const minute = (from.getTime() - at(0).getTime()) / 60_000;
          return [`${rule.id} ${rule.space} ${minute}`, count];
        }),
      );
      expect(suppressed.size).toBe(told.length);
      expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
      for (const [key, count] of found) {
        expect(written.get(key)).toBe(Math.min(limit, count));
        expect(suppressed.get(key) ?? 0).toBe(Math.max(0, count - limit));
      }
    }),
  );
});

test('what was in the store already is not held against the rule, in the minute that it was let through in', () => {
  const brake = new Brake(1);
  expect(brake.admits(of('a'), at(0))).toBe(true);
  brake.giveBack(of('a'), at(0));
  expect(brake.admits(of('a'), at(1))).toBe(true);
  expect(brake.admits(of('a'), at(2))).toBe(false);
  brake.over(at(60), { all: false });
  expect(brake.admits(of('a'), at(60))).toBe(true);
  brake.giveBack(of('a'), at(59));
  expect(brake.admits(of('a'), at(61))).toBe(false);
});

test('a host never takes its count for that of another, or for its own before a restart', () => {
  const ids = [1, 2].map(() => {
    const brake = new Brake(0);
    brake.admits(of('a'), at(0));
    return brake.over(at(60), { all: false })[0]!.id;
  });
  expect(ids[0]).not.toBe(ids[1]);
  expect(ids[0]).toMatch(/^[0-9a-f]{32}$/);
});

test('counts by rule and space; the last minute is this or the one before', () => {
  const counts = new RuleCounts();
  const [a, b] = [of('a').rule, of('a', 'other').rule];
  for (const seconds of [0, 1, 59, 61]) counts.add('suppressed', a, at(seconds));
  counts.add('shadow', b, at(61));
  const seen = (seconds: number) =>
    counts
      .list(at(seconds))
      .map(({ space, ...rest }) => [space, rest.shadow, rest.suppressed, rest.suppressedLastMinute]);
  expect(seen(62)).toEqual([
    ['default', 0, 4, 3],
    ['other', 1, 0, 0],
  ]);
  expect(seen(121)[0]).toEqual(['default', 0, 4, 1]);
  expect(seen(600)[0]).toEqual(['default', 0, 4, 0]);
});
