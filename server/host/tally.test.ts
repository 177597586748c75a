import type { Finding } from '../../common/violations/finding';
import { tooCostly } from '../../common/engine/verdict';
import type { TraceView } from '../../common/trace/trace';
import { Tally } from './tally';

const found = (id: string, verdict: Finding['verdict'], message = ''): Finding =>
  ({ rule: { id, space: 'default' }, verdict, message }) as Finding;

test('counts verdicts by rule, and beyond 1,000 series under one name, losing none', () => {
  const tally = new Tally();
  const verdicts = ['violated', 'inconclusive', 'retracted'] as const;
  for (let at = 0; at < 2_000; at += 1) tally.found(verdicts.map((verdict) => found(`rule-${at}`, verdict)));
  tally.found([found('rule-0', 'violated')]);
  const { rules } = tally.status();
  expect(rules).toHaveLength(1_000);
  expect(rules.reduce((sum, { count }) => sum + count, 0)).toBe(6_001);
  expect(rules).toContainEqual({ ruleId: 'rule-0', space: 'default', verdict: 'violated', count: 2, tooCostly: 0 });
  const others = rules.filter(({ ruleId }) => ruleId === 'other');
  expect(others.map(({ space, verdict }) => [space, verdict]).sort()).toEqual(
    verdicts.map((verdict) => ['', verdict]).sort(),
  );
});

test('knows how often deciding would have taken too long', () => {
  const tally = new Tally();
  const { message } = tooCostly({ spans: [] } as unknown as TraceView, 'all');
  tally.found([found('a', 'inconclusive', message), found('a', 'inconclusive', 'no span'), found('b', 'violated')]);
  expect(tally.status().rules.map(({ ruleId, count, tooCostly: costly }) => [ruleId, count, costly])).toEqual([
    ['a', 2, 1],
    ['b', 1, 0],
  ]);
});

test('knows what became of findings and how long batches took, and tells the next', () => {
  const next = { count: jest.fn(), batch: jest.fn() };
  const tally = new Tally(next);
  expect(tally.status()).toMatchObject({ batches: 0, lastBatchMs: null, meanBatchMs: null });
  tally.count('created', 'LOW');
  tally.count('suppressed', 'LOW');
  tally.count('created', 'HIGH');
  tally.batch(0.1);
  tally.batch(0.3);
  expect(tally.status()).toMatchObject({
    outcomes: { created: 2, suppressed: 1 },
    batches: 2,
    lastBatchMs: 300,
    meanBatchMs: 200,
  });
  expect(next.count).toHaveBeenCalledWith('suppressed', 'LOW');
  expect(next.batch).toHaveBeenLastCalledWith(0.3);
});
