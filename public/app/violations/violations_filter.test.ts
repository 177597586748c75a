import fc from 'fast-check';
import { SEVERITIES } from '../../../common/rules/rule';
import {
  DEFAULT_STATE,
  formatState,
  isFiltered,
  parseState,
  toFilter,
  type ViolationsState,
} from './violations_filter';

const text = fc.string({ minLength: 1, unit: 'grapheme' });
const states: fc.Arbitrary<ViolationsState> = fc.record({
  from: fc.constantFrom('now-24h', 'now-7d/d', '2026-01-31T12:00:00.000Z'),
  to: fc.constantFrom('now', 'now/d', '2026-02-01T00:00:00.000Z'),
  refreshMs: fc.constantFrom(0, 1_000, 5_000, 60_000),
  q: fc.string({ unit: 'grapheme' }),
  severity: fc.option(fc.constantFrom(...SEVERITIES), { nil: undefined }),
  ruleId: fc.option(text, { nil: undefined }),
  traceId: fc.option(text, { nil: undefined }),
});

test('an address says what the page shows, and nothing where that is the default', () => {
  fc.assert(fc.property(states, (state) => expect(parseState(formatState(state))).toEqual(state)));
  expect(formatState(DEFAULT_STATE)).toBe('');
});

test('an address that makes no sense is the default', () => {
  expect(parseState('?from=yesterday&to=%00&refresh=-1&severity=BAD&ruleId=&traceId=')).toEqual({
    ...DEFAULT_STATE,
    refreshMs: 0,
  });
});

test('relative times are those of the moment; an end of now is open', () => {
  const { from, to } = toFilter({ ...DEFAULT_STATE, from: 'now-1h' });
  expect(Math.abs(new Date(from!).getTime() - (Date.now() - 3_600_000))).toBeLessThan(5_000);
  expect(to).toBeUndefined();
  expect(toFilter({ ...DEFAULT_STATE, to: '2026-02-01' }).to).toMatch(/^2026-0[12]-/);
});

test('the time alone is no filter', () => {
  expect(isFiltered({ ...DEFAULT_STATE, from: 'now-1h' })).toBe(false);
  expect(isFiltered({ ...DEFAULT_STATE, severity: 'LOW' })).toBe(true);
});
