import { createSpan } from '../trace/span';
import type { TraceView } from '../trace/trace';
import type { EvidenceMode } from '../violations/evidence_document';
import { compile } from './compile';

const span = createSpan({
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  parentSpanId: null,
  name: 'x',
  kind: 'INTERNAL',
  status: 'UNSET',
  statusMessage: '',
  startUs: 1,
  endUs: 2,
  flags: 0,
  attributes: new Map([
    ['mentioned', '1'],
    ['other', '2'],
    ['both', 'own'],
  ]),
  resource: new Map([
    ['service.name', 's'],
    ['both', 'resource'],
  ]),
  scope: { name: '', version: '' },
  events: [],
  links: [],
  dropped: { attributes: 0, events: 0, links: 0 },
});
const trace: TraceView = {
  traceId: span.traceId,
  spaces: ['default'],
  source: 'otlp',
  spans: [span],
  flags: { orphans: 0, truncated: false, split: false, dropped: 0, lossy: [] },
};

test.each<[EvidenceMode, Record<string, string>]>([
  ['mentioned', { mentioned: '1' }],
  ['all', { mentioned: '1', other: '2', both: 'own', 'service.name': 's' }],
  ['none', {}],
])('evidence "%s" keeps these attributes of a witness', (evidence, expected) => {
  const compiled = compile("trace.has(span => span.attributes['mentioned'] === '1')");
  if (!('rule' in compiled)) throw new Error('does not compile');
  const { kind, witnesses } = compiled.rule.evaluate(trace, { evidence });
  expect(kind).toBe('violated');
  expect(Object.fromEntries(witnesses[0]?.attributes ?? [])).toEqual(expected);
});
