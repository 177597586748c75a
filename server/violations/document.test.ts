import { digestOf } from '../../common/violations/canonical';
import { violationId } from '../../common/violations/identity';
import { toViolation } from '../../common/violations/violation';
import { draftOf } from './document';
import { CONTEXT, START_US, judgement, signed, testRing, witness } from './test_support/fixtures';

const ID = violationId('default', 'rule-1', '0123456789abcdef', ['0af7651916cd43dd8448eb211c80319c']);

test('a violation is a failed span below its witness, an alert, and itself', () => {
  const { violation, evidence } = draftOf(judgement(), CONTEXT);
  expect(violation).toMatchObject({
    '@timestamp': '2026-03-01T12:00:00.000Z',
    timestamp: { us: START_US },
    data_stream: { type: 'traces', dataset: 'apm.betrace', namespace: 'default' },
    processor: { event: 'span', name: 'transaction' },
    trace: { id: '0af7651916cd43dd8448eb211c80319c' },
    transaction: { id: ID },
    parent: { id: 'b7ad6b7169203331' },
    span: {
      id: ID.slice(0, 16),
      name: 'betrace.violation: Charges are audited',
      type: 'betrace',
      subtype: 'violation',
      duration: { us: 1_500 },
    },
    service: { name: 'payment-api', environment: 'production' },
    agent: { name: 'betrace', version: '1.2.3' },
    event: {
      kind: 'alert',
      action: 'betrace.violation',
      outcome: 'failure',
      created: '2026-03-01T12:00:10.000Z',
      severity: 73,
    },
    labels: { betrace_rule_id: 'rule-1', severity: 'HIGH' },
    rule: {
      id: 'rule-1',
      version: '0123456789abcdef',
      category: 'trace',
      reference: 'https://example.org/rules/rule-1',
    },
  });
  expect(violation.error?.message).toBe(violation.betrace.violation.message);
  expect(violation.betrace.violation).toMatchObject({
    id: ID,
    revision: 1,
    verdict: 'violated',
    priority: 2,
    witness_count: 2,
    status: 'open',
    superseded: false,
    evidence_digest: digestOf(evidence),
    created_at: '2026-03-01T12:00:10.000Z',
  });
  expect(evidence.betrace.evidence).toMatchObject({ id: ID, revision: 1, space_id: 'default', truncated: false });
});

test('what another bridge finds later, in other words of time, is the same verdict and the same evidence', () => {
  const one = draftOf(judgement(), CONTEXT);
  const other = draftOf({ ...judgement(), waitedMs: 9 }, { ...CONTEXT, foundAt: new Date(), version: '2.0.0' });
  expect(other.violation.betrace.violation.verdict_digest).toBe(one.violation.betrace.violation.verdict_digest);
  expect(other.evidence).toEqual(one.evidence);
  const different = draftOf(judgement({ message: 'something else' }), CONTEXT);
  expect(different.violation.betrace.violation.verdict_digest).not.toBe(one.violation.betrace.violation.verdict_digest);
});

test('odd spans: no witness, no service, no duration, times out of any calendar, names without end', () => {
  const none = draftOf(judgement({ witnesses: [] }), CONTEXT).violation;
  expect(none.parent).toBeUndefined();
  expect(none).toMatchObject({
    '@timestamp': '1970-01-01T00:00:00.000Z',
    service: { name: 'unknown' },
    span: { duration: { us: 1 } },
  });

  const odd = witness({
    startUs: 2 ** 64,
    endUs: 0,
    service: undefined,
    environment: undefined,
    name: '\ud800'.repeat(9_999),
  });
  const { violation } = draftOf(judgement({ witnesses: Array.from({ length: 500 }, () => odd) }), CONTEXT);
  expect(violation['@timestamp']).toBe('9999-12-31T23:59:59.999Z');
  expect(violation.span?.duration.us).toBe(1);
  expect(violation.betrace.violation.span_references).toHaveLength(100);
  expect(violation.betrace.violation.witness_count).toBe(500);
  expect(violation.betrace.violation.span_references[0]!.name).toHaveLength(1_024);
  expect(JSON.stringify(violation)).not.toContain('\\ud8');
});

test('the API gives it in camelCase', () => {
  const { violation } = signed(judgement(), testRing());
  const fields = violation.betrace.violation;
  expect(toViolation(violation)).toMatchObject({
    id: ID,
    ruleId: 'rule-1',
    ruleName: 'Charges are audited',
    severity: 'HIGH',
    traceIds: ['0af7651916cd43dd8448eb211c80319c'],
    spanReferences: [
      {
        traceId: '0af7651916cd43dd8448eb211c80319c',
        spanId: 'b7ad6b7169203331',
        service: 'payment-api',
        role: 'match',
      },
      { spanId: '1111111111111111' },
    ],
    completeness: { rootSeen: true, lateSpans: 0, waitedMs: 5_012 },
    occurredAt: '2026-03-01T12:00:00.000Z',
    createdAt: '2026-03-01T12:00:10.000Z',
    signature: fields.signature,
    keyId: fields.key_id,
    digest: fields.digest,
  });
});
