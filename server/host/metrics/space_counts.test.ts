import type { Finding } from '../../../common/violations/finding';
import { SpaceCounts } from './space_counts';

const found = (space: string, verdict: Finding['verdict']): Finding =>
  ({ rule: { id: 'x', space }, verdict }) as Finding;

test('counts verdicts of each space, what was only suppressed too, and begins anew once they are taken', () => {
  const counts = new SpaceCounts();
  const findings = [
    found('a', 'violated'),
    found('b', 'inconclusive'),
    found('a', 'violated'),
    found('a', 'retracted'),
  ];
  counts.answered(findings, ['created', 'counted', 'suppressed', 'exists']);
  expect([...counts.take()]).toEqual([
    ['a', { violated: 2, inconclusive: 0, retracted: 1, suppressed: 1 }],
    ['b', { violated: 0, inconclusive: 1, retracted: 0, suppressed: 0 }],
  ]);
  expect(counts.take().size).toBe(0);
});

test('keeps no more than 1,000 spaces, and those that it has go on being counted', () => {
  const counts = new SpaceCounts();
  for (let time = 0; time < 2; time += 1) {
    for (let at = 0; at < 1_500; at += 1) counts.answered([found(`space-${at}`, 'violated')], ['created']);
  }
  const taken = counts.take();
  expect(taken.size).toBe(1_000);
  expect([...taken.values()].every(({ violated }) => violated === 2)).toBe(true);
});
