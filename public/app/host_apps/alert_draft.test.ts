import { SEVERITIES } from '../../../common/rules/rule';
import { draftProblem, newDraft, requestOf } from './alert_draft';

const email = { id: 'mail', name: 'Mail', needsAddress: true };
const log = { id: 'log', name: 'Log', needsAddress: false };
const draft = newDraft(undefined, undefined);

test.each([
  [{}, undefined],
  [{ severities: [] }, 'severities'],
  [{ atLeast: '0' }, 'atLeast'],
  [{ atLeast: '' }, 'atLeast'],
  [{ atLeast: '1.5' }, 'atLeast'],
  [{ atLeast: '1e3' }, 'atLeast'],
  [{ withinMinutes: '1441' }, 'withinMinutes'],
  [{ connectorIds: ['log'] }, undefined],
  [{ connectorIds: ['mail'] }, 'addresses'],
  [{ connectorIds: ['mail'], addresses: ' a@example.org, ' }, undefined],
])('%j lacks %s', (change, problem) => expect(draftProblem({ ...draft, ...change }, [email, log])).toBe(problem));

test('what is chosen is asked for; all severities are none in particular', () => {
  const chosen = { ...draft, connectorIds: ['mail', 'gone'], addresses: 'a@x.org;b@x.org c@x.org' };
  expect(requestOf(chosen, [email, log], [])).toMatchObject({
    name: 'BeTrace: CRITICAL, HIGH',
    severities: ['CRITICAL', 'HIGH'],
    connectors: [email],
    addresses: ['a@x.org', 'b@x.org', 'c@x.org'],
    atLeast: 1,
  });
  expect(requestOf({ ...draft, severities: SEVERITIES }, [], []).severities).toEqual([]);
  expect(requestOf({ ...draft, ruleId: 'r' }, [], [{ id: 'r', name: 'Slow' } as never]).name).toBe('BeTrace: Slow');
});
