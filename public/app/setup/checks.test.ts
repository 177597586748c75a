import * as fixtures from './test_support/setup_answers';
import { type Check, checksOf, isIncomplete } from './checks';

const { allSetUp, nothingSetUp, running } = fixtures;
const statesOf = (checks: readonly Check[]): string => checks.map(({ id, state }) => `${id} ${state}`).join(', ');
const detailsOf = (checks: readonly Check[], id: Check['id']): string =>
  checks.find((check) => check.id === id)!.details.join(' ');

test('what is in order is said without a word more', () => {
  const checks = checksOf(allSetUp, running);
  expect(statesOf(checks)).toBe('encryption good, assets good, retention good, keys good, bridge good');
  expect(detailsOf(checks, 'assets')).toBe('');
  expect(detailsOf(checks, 'retention')).toBe('New streams keep violations 30d, evidence 7d, metrics 14d.');
  expect(isIncomplete(allSetUp)).toBe(false);
});

test('what is missing is named, each with its reason', () => {
  const checks = checksOf(nothingSetUp, fixtures.forbidden);
  expect(statesOf(checks)).toBe('encryption good, assets missing, retention good, keys missing, bridge missing');
  for (const { name } of nothingSetUp.assets) {
    expect(detailsOf(checks, 'assets').includes(name)).toBe(!name.endsWith('@lifecycle'));
  }
  expect(detailsOf(checks, 'retention')).toBe('');
  for (const lack of nothingSetUp.access.missing) expect(detailsOf(checks, 'keys')).toContain(lack);
  expect(detailsOf(checks, 'bridge')).toContain('BT_STORE_FORBIDDEN');
  expect(isIncomplete(nothingSetUp)).toBe(true);
});

test('without encryption the reason and the remedy are there; with a configured key it matters less', () => {
  const { access } = fixtures.withoutEncryption;
  const checks = checksOf(fixtures.withoutEncryption, undefined);
  expect(statesOf(checks)).toContain('encryption missing');
  expect(detailsOf(checks, 'encryption')).toMatch(/encryptionKey is not set\..*kibana\.yml/);
  const configured = { ...fixtures.withoutEncryption, access: { ...access, source: 'configuration' as const } };
  expect(statesOf(checksOf(configured, undefined))).toContain('encryption attention');
});

test('keys of before there were metrics are good for violations, and what they lack is told', () => {
  const checks = checksOf(fixtures.withoutMetrics, running);
  expect(statesOf(checks)).toContain('retention good, keys attention, bridge good');
  expect(detailsOf(checks, 'keys')).toMatch(/Metrics.*create_doc on metrics-betrace\.bridge-\*\./);
  expect(isIncomplete(fixtures.withoutMetrics)).toBe(false);
});

test('a standby is no fault, a port that is taken is one', () => {
  expect(statesOf(checksOf(undefined, fixtures.standby))).toBe('bridge attention');
  expect(statesOf(checksOf(undefined, fixtures.portTaken))).toBe('bridge missing');
});

test('templates that somebody changed or made are told apart from those that set-up would bring up to date', () => {
  const text = detailsOf(checksOf(fixtures.mixedAssets, undefined), 'assets');
  const [changed, older, foreign] = fixtures.mixedAssets.assets.map(({ name }) => name);
  expect(text).toMatch(new RegExp(`earlier version: ${older}.*somebody else.*: ${foreign}.*Changed by.*: ${changed}`));
  expect(isIncomplete(fixtures.mixedAssets)).toBe(true);
});

test('where the cluster knows no lifecycles theirs are not missed, and it is said', () => {
  const { withoutLifecycles } = fixtures;
  const checks = checksOf(withoutLifecycles, undefined);
  expect(statesOf(checks)).toContain('assets good, retention attention');
  expect(detailsOf(checks, 'retention')).toMatch(/^This Elasticsearch has no data stream lifecycle/);
  expect(isIncomplete(withoutLifecycles)).toBe(false);
  const policies = { ...withoutLifecycles, retention: { ...withoutLifecycles.retention, lifecycles: 'ilm' as const } };
  expect(detailsOf(checksOf(policies, undefined), 'retention')).toContain('a policy (ILM) of yours');
});

test('a retention that the settings have changed since, and streams of their own, are told', () => {
  const checks = checksOf(fixtures.otherRetention, undefined);
  expect(statesOf(checks)).toContain('assets good, retention missing');
  const details = detailsOf(checks, 'retention');
  expect(details).toMatch(
    /violations 90d, evidence 7d, metrics 14d.*say 30d, 7d and 14d.*another time: traces-apm\.betrace-audit/,
  );
  expect(isIncomplete(fixtures.otherRetention)).toBe(true);
});
