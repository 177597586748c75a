import fc from 'fast-check';
import { evidenceStream, namespaceOf, violationsStream } from './namespace';

test('plain spaces keep their names', () => {
  expect(namespaceOf('default')).toBe('default');
  expect(namespaceOf('team_a')).toBe('team_a');
  expect(violationsStream('default')).toBe('traces-apm.betrace-default');
  expect(evidenceStream('default')).toBe('logs-betrace.evidence-default');
});

test('a dash becomes an underscore, and a hash keeps both apart', () => {
  expect(namespaceOf('team-a')).toMatch(/^team_a_[0-9a-f]{8}$/);
  expect(namespaceOf(namespaceOf('team-a'))).not.toBe(namespaceOf('team-a'));
});

test('whatever the space is called, the namespace is one that Elasticsearch takes, and its own', () => {
  const name = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('a', 'A', '-', '_', '*', ',', '\ud800') }));
  fc.assert(
    fc.property(name, name, (one, other) => {
      const namespace = namespaceOf(one);
      expect(namespace).toMatch(/^[a-z0-9_.]{1,89}$/);
      if (one.replace(/\p{Surrogate}/gu, '\ufffd') !== other.replace(/\p{Surrogate}/gu, '\ufffd'))
        expect(namespaceOf(other)).not.toBe(namespace);
    }),
    { numRuns: 2_000 },
  );
});
