import type { Status } from '../../../common/api/status';
import { hasInput } from './health';
import { judge } from './judgement';

const NOTHING = { count: 0, severities: [] };

test('no violations are good news only where something was judged', () => {
  expect(judge(NOTHING, [], true).level).toBe('success');
  expect(judge(NOTHING, [], false).level).toBe('primary');
  expect(judge({ ...NOTHING, count: 2 }, [], false).level).toBe('warning');
  expect(judge(NOTHING, [{ level: 'danger', text: 'The disk is full.' }], false).level).toBe('danger');
});

test.each([
  ['running', { spansReceived: 0, tracesJudged: 0 }, false],
  ['running', { spansReceived: 3, tracesJudged: 0 }, true],
  // read from Elasticsearch, in pull mode
  ['running', { spansReceived: 0, tracesJudged: 2 }, true],
  ['running', null, true],
  ['standby', { spansReceived: 0, tracesJudged: 0 }, true],
] as const)('%s with %j: has input %s', (state, counters, expected) => {
  expect(hasInput({ bridge: { state, counters } } as unknown as Status)).toBe(expected);
});
