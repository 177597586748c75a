import type { Activity } from '../../../common/api/activity';
import type { Rule } from '../../../common/rules/rule';
import { flawsOf } from './rule_state';

const HOUR_MS = 3_600_000;
const activity = { complete: true, rules: [] } as unknown as Activity;

function kindsOf(ageMs: number): readonly string[] {
  const updatedAt = new Date(Date.now() - ageMs).toISOString();
  const rule = { id: 'r', mode: 'on', dsl: "trace.has(span => span.name === 'pay')", updatedAt } as Rule;
  return flawsOf(rule, { status: undefined, activity, attributes: undefined }).map(({ kind }) => kind);
}

test('a rule without a violation needs a look once it is a day old', () => {
  expect(kindsOf(HOUR_MS)).toEqual([]);
  expect(kindsOf(25 * HOUR_MS)).toEqual(['silent']);
});
