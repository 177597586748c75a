import type { Activity } from '../../../common/api/activity';
import type { Rule } from '../../../common/rules/rule';
import { flawsOf } from './rule_state';

const HOUR_MS = 3_600_000;
const activity = { complete: true, rules: [] } as unknown as Activity;

function kindsOf(
  ageMs: number,
  dsl = "trace.has(span => span.name === 'pay')",
  attributes?: ReadonlySet<string>,
): readonly string[] {
  const updatedAt = new Date(Date.now() - ageMs).toISOString();
  const rule = { id: 'r', mode: 'on', dsl, updatedAt } as Rule;
  return flawsOf(rule, { status: undefined, activity, attributes }).map(({ kind }) => kind);
}

test('a rule without a violation needs a look once it is a day old', () => {
  expect(kindsOf(HOUR_MS)).toEqual([]);
  expect(kindsOf(25 * HOUR_MS)).toEqual(['silent']);
});

test('attributes that a rule asks for must have been seen, those that only tell a timeout need not', () => {
  const seen = new Set(['payment.amount']);
  expect(kindsOf(0, 'trace.has(span => span.timedOut)', seen)).toEqual([]);
  expect(kindsOf(0, "trace.has(span => span.attributes['payment.amount'] > 1)", seen)).toEqual([]);
  expect(kindsOf(0, "trace.has(span => span.attributes['http.status_code'] > 1)", seen)).toEqual(['unseen']);
  expect(kindsOf(0, "trace.has(span => span.timedOut && span.attributes['order.id'] > 1)", seen)).toEqual(['unseen']);
});
