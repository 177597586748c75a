import fc from 'fast-check';
import { evidenceId, revisionId, violationId } from './identity';

test('an id is pinned: it names what is stored for years', () => {
  const id = violationId('default', 'rule-1', '0123456789abcdef', ['0af7651916cd43dd8448eb211c80319c']);
  expect(id).toBe('79e677b857863733e3d361319bb7a9f8');
});

test('the order of traces is no matter, anything else is', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ unit: 'grapheme' }), { minLength: 2 }), (traces) => {
      const id = violationId('s', 'r', 'v', traces);
      expect(violationId('s', 'r', 'v', [...traces].reverse())).toBe(id);
      expect(id).toMatch(/^[0-9a-f]{32}$/);
    }),
  );
  const ids = [
    violationId('s', 'r', 'v', ['a', 'b']),
    violationId('s', 'r', 'v', ['ab']),
    violationId('sr', '', 'v', ['a', 'b']),
    violationId('s', 'r', 'w', ['a', 'b']),
    violationId('t', 'r', 'v', ['a', 'b']),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});

test('documents are named after the violation, the revision and the evidence', () => {
  expect(revisionId('abc', 2)).toBe('abc-2');
  expect(evidenceId('abc-2', `sha256:${'0123456789abcdef'.repeat(4)}`)).toBe('abc-2-0123456789abcdef');
});
