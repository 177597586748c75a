import type { Status } from '../../../common/api/status';
import { running } from '../setup/test_support/setup_answers';
import { ailmentsOf } from './health';

const emit: NonNullable<Status['emit']> = { pending: 0, sent: 7, rejected: 0, dropped: 0, retried: 3, trouble: null };
const textsOf = (status: Status): string[] => ailmentsOf(status).map(({ text }) => text);

test('a host that fares well has no ailments, also where it sends violations on', () => {
  expect(ailmentsOf(running)).toEqual([]);
  expect(ailmentsOf({ ...running, emit })).toEqual([]);
});

test('that violations are not sent on is told, with the reason and how many wait', () => {
  const away = { ...running, emit: { ...emit, pending: 12, trouble: 'ECONNREFUSED' } };
  expect(textsOf(away)).toEqual(['Violations are not sent as spans at present (ECONNREFUSED); 12 wait.']);
});

test('those that were never sent are told for good', () => {
  const some = { ...running, emit: { ...emit, rejected: 1, dropped: 2 } };
  expect(textsOf(some)).toEqual([
    '3 violations were not sent as spans: refused by the receiver, or too many while it was away.',
  ]);
});
