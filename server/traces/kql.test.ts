import fc from 'fast-check';
import { BeTraceError } from '../../common/errors';
import { parseKql } from './kql';

const all = (...filter: object[]): object => ({ bool: { filter } });
const any = (...should: object[]): object => ({ bool: { should, minimum_should_match: 1 } });
const not = (query: object): object => ({ bool: { must_not: [query] } });
const match = (field: string, query: string): object => ({ match: { [field]: { query, lenient: true } } });

test.each<[string, object | undefined]>([
  ['', undefined],
  ['  ', undefined],
  ['name: pay', match('name', 'pay')],
  ['service.name : "a (b)"', { match_phrase: { 'service.name': 'a (b)' } }],
  ['name: *', { exists: { field: 'name' } }],
  ['name: pay*ment', { wildcard: { name: { value: 'pay*ment' } } }],
  ['name: a?b*', { wildcard: { name: { value: 'a\\?b*' } } }],
  ['name: a\\*b*', { wildcard: { name: { value: 'a\\*b*' } } }],
  ['name: a\\*b', match('name', 'a*b')],
  ['duration >= 5', { range: { duration: { gte: '5' } } }],
  ['duration < "2026-01-01"', { range: { duration: { lt: '2026-01-01' } } }],
  ['a: 1 or b: 2 and c: 3', any(match('a', '1'), all(match('b', '2'), match('c', '3')))],
  ['(a: 1 OR b: 2) AND c: 3', all(any(match('a', '1'), match('b', '2')), match('c', '3'))],
  ['not a: 1 and b: 2', all(not(match('a', '1')), match('b', '2'))],
  ['a: (1 or not 2)', any(match('a', '1'), not(match('a', '2')))],
  ['a: \\and', match('a', 'and')],
  ['labels.x: "say \\"yes\\""', { match_phrase: { 'labels.x': 'say "yes"' } }],
])('%s', (text, query) => expect(parseKql(text)).toEqual(query));

test.each([
  'a:',
  'a',
  '"a b"',
  'a: (1 or',
  'a: 1)',
  'a: "b',
  'a*: 1',
  'a:{b: 1}',
  'a > *',
  'and',
  'a: 1 b: 2',
  '('.repeat(40),
])('%s is refused', (text) =>
  expect(() => parseKql(text)).toThrow(expect.objectContaining({ code: 'BT_INVALID_KQL' }) as Error),
);

const pieces = fc.array(
  fc.oneof(
    fc.constantFrom('(', ')', ':', '<', '>=', '"', '\\', '*', '{', ' ', 'and', 'or', 'not', 'a', 'b.c', '?'),
    fc.string(),
  ),
  { maxLength: 30 },
);

test('whatever the text, there is a query or a refusal, and texts are never more than names and values', () => {
  fc.assert(
    fc.property(pieces, (parts) => {
      try {
        const query = parseKql(parts.join(''));
        const kinds = JSON.stringify(query ?? {}).match(/script|query_string|regexp|terms_lookup/);
        expect(kinds === null || parts.join('').includes(kinds[0])).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(BeTraceError);
      }
    }),
    { numRuns: 2_000 },
  );
});
