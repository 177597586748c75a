import { statusSchema } from '../../common/api/status';
import type { BridgeStatus } from '../bridge/messages';
import { hostStatus } from './status';

const trouble = {
  code: 'BT_STORE_UNAVAILABLE',
  message: 'ConnectionError',
  since: '2026-03-01T12:00:00.000Z',
} as const;
const counters = { requests: 3, refused: { BT_OVERLOADED: 1 } } as unknown as BridgeStatus['counters'];
const gauges = { openTraces: 2 } as BridgeStatus['gauges'];
const count = { shadow: 0, suppressed: 4, suppressedLastMinute: 4 };
const problems = [{ code: 'x', message: 'y' }] as never;

const pipeline = {
  bridge: {
    state: 'running' as const,
    address: () => '/secret/socket',
    status: () => ({ counters, gauges }),
    restarts: { died: 1, hung: 2 },
  },
  accepting: true,
  indexer: () => ({
    prepared: true,
    pending: 5,
    trouble,
    deadLetters: { file: 'dead-letter.ndjson', kept: 1, lost: 0, full: false, last: { at: 'now', reason: '400 x' } },
    rules: [
      { ruleId: 'a', space: 'default', ...count },
      { ruleId: 'b', space: 'other', ...count },
    ],
  }),
  tally: () => ({
    outcomes: { created: 3 },
    batches: 2,
    lastBatchMs: 7,
    meanBatchMs: 8,
    rules: [
      { ruleId: 'a', space: 'default', verdict: 'violated' as const, count: 3, tooCostly: 0 },
      { ruleId: 'a', space: 'default', verdict: 'retracted' as const, count: 1, tooCostly: 0 },
      { ruleId: 'a', space: 'default', verdict: 'inconclusive' as const, count: 6, tooCostly: 2 },
      { ruleId: 'b', space: 'other', verdict: 'violated' as const, count: 5, tooCostly: 0 },
    ],
  }),
  emitted: () => undefined,
  rules: () => ({
    revision: 7,
    rejected: [
      { id: 'c', space: 'default', problems },
      { id: 'd', space: 'other', problems },
    ],
  }),
};

test('says all there is, of the rules of the space only, and no address', () => {
  const reasons = [{ code: 'BT_STORE_UNAVAILABLE', message: 'away' }];
  const status = hostStatus({ version: '1.2.3', reasons, pipeline }, 'default');
  expect(statusSchema.strict().parse(status)).toEqual(status);
  expect(status).toMatchObject({
    ready: false,
    reasons,
    bridge: { state: 'running', accepting: true, counters, gauges, restarts: { died: 1, hung: 2 } },
    indexer: {
      pending: 5,
      outcomes: { created: 3 },
      batches: { count: 2, lastMs: 7, meanMs: 8 },
      trouble,
      deadLetters: { kept: 1 },
    },
    rules: {
      revision: 7,
      rejected: [{ ruleId: 'c', problems }],
      verdicts: [{ ruleId: 'a', violated: 3, inconclusive: 6, tooCostly: 2, retracted: 1 }],
      notWritten: [{ ruleId: 'a', ...count }],
    },
  });
  expect(JSON.stringify(status)).not.toMatch(/other|secret/);
});

test.each([
  [true, 'starting'],
  [false, 'off'],
])('before there is a bridge (one is meant: %s) it is %s', (takesSpans, state) => {
  const status = hostStatus({ version: '1.2.3', reasons: [], pipeline: undefined, takesSpans }, 'default');
  expect(statusSchema.strict().parse(status)).toEqual(status);
  expect(status.bridge).toEqual({
    state,
    accepting: false,
    counters: null,
    gauges: null,
    restarts: { died: 0, hung: 0 },
  });
});

test('a bridge that runs and leaves spans to another stands by', () => {
  const status = hostStatus({ version: '1.2.3', reasons: [], pipeline, standby: true }, 'default');
  expect(status.bridge).toMatchObject({ state: 'standby', accepting: false });
});
