import { compile } from '../../common/engine';
import type { SpanSketch } from '../../common/engine/test_support/traces';
import { sketchTrace } from '../../common/engine/test_support/traces';

/** What users of other systems ask for in vain: each rule with traces that violate it and traces that don't. */
interface Golden {
  readonly rule: string;
  readonly violated: readonly (readonly SpanSketch[])[];
  readonly satisfied: readonly (readonly SpanSketch[])[];
}

const id = (number: number): string => number.toString(16).padStart(16, '0');
const below = (parent: number): Pick<SpanSketch, 'parentSpanId'> => ({ parentSpanId: id(parent) });
const at = (startUs: number, endUs = startUs): Pick<SpanSketch, 'startUs' | 'endUs'> => ({ startUs, endUs });

const PRIVILEGED = { name: 'delete', attributes: { privileged: true } };
const SERVER: SpanSketch = { name: 'request', kind: 'SERVER', ...below(99) };
const order = (name: string, orderId: string, startUs: number): SpanSketch => ({
  name,
  attributes: { 'order.id': orderId, amount: startUs },
  ...at(startUs),
});
const queries = (count: number, parent: number): SpanSketch[] =>
  Array.from({ length: count }, () => ({
    name: 'query',
    attributes: { 'db.statement': 'SELECT 1' },
    ...below(parent),
  }));

const GOLDEN: Readonly<Record<string, Golden>> = {
  'a privileged action without an authenticated ancestor': {
    rule: "trace.has(s => s.attributes.privileged === true && !s.ancestors.some(a => a.name === 'auth.check'))",
    violated: [[{ name: 'auth.check' }, { name: 'root' }, { ...PRIVILEGED, ...below(2) }]],
    satisfied: [[{ name: 'auth.check' }, { name: 'step', ...below(1) }, { ...PRIVILEGED, ...below(2) }]],
  },
  'the same below an entry span whose parent never came': {
    rule: "trace.has(s => s.attributes.privileged === true && !s.ancestors.some(a => a.name === 'auth.check'))",
    violated: [[SERVER, { ...PRIVILEGED, ...below(1) }]],
    satisfied: [[SERVER, { name: 'auth.check', ...below(1) }, { ...PRIVILEGED, ...below(2) }]],
  },
  'a follow-up that never came': {
    rule: "trace.has(s => s.name === 'order.paid').followedBy(trace.missing(s => s.name === 'mail.sent'))",
    violated: [
      [
        { name: 'mail.sent', ...at(0) },
        { name: 'order.paid', ...at(5, 9) },
      ],
    ],
    satisfied: [
      [
        { name: 'order.paid', ...at(0, 5) },
        { name: 'mail.sent', ...at(5) },
      ],
      [{ name: 'mail.sent' }],
    ],
  },
  'a follow-up that came too late': {
    rule: "trace.has(s => s.name === 'order.paid').followedBy(trace.missing(s => s.name === 'mail.sent')).within('1 s')",
    violated: [
      [
        { name: 'order.paid', ...at(0, 5) },
        { name: 'mail.sent', ...at(1_000_006) },
      ],
    ],
    satisfied: [
      [
        { name: 'order.paid', ...at(0, 5) },
        { name: 'mail.sent', ...at(1_000_005) },
      ],
    ],
  },
  'a trace without any span of a service': {
    rule: "trace.has(s => s.name === 'checkout') && !trace.services.includes('fraud')",
    violated: [[{ name: 'checkout' }]],
    satisfied: [[{ name: 'checkout' }, { service: 'fraud' }], [{ name: 'other' }]],
  },
  'a gap between two spans over a limit': {
    rule: "trace.has((a, b) => a.name === 'enqueue' && b.name === 'dequeue' && b.startTime - a.endTime > '1 minute')",
    violated: [
      [
        { name: 'enqueue', ...at(0, 10) },
        { name: 'dequeue', ...at(60_000_011) },
      ],
    ],
    satisfied: [
      [
        { name: 'enqueue', ...at(0, 10) },
        { name: 'dequeue', ...at(60_000_010) },
      ],
    ],
  },
  'the same gap where the root never came': {
    rule: "trace.has((a, b) => a.name === 'enqueue' && b.name === 'dequeue' && b.startTime - a.endTime > '1 minute')",
    violated: [
      [
        { ...SERVER, name: 'enqueue' },
        { name: 'dequeue', kind: 'CONSUMER', ...below(98), ...at(60_000_001) },
      ],
    ],
    satisfied: [[{ ...SERVER, name: 'enqueue' }]],
  },
  'a value in one span compared with a value in another': {
    rule: `trace.has((charge, quote) => charge.name === 'charge' && quote.name === 'quote' &&
      charge.attributes['order.id'] === quote.attributes['order.id'] && charge.attributes.amount > quote.attributes.amount)`,
    violated: [[order('quote', 'o1', 5), order('charge', 'o1', 9)]],
    satisfied: [
      [order('quote', 'o1', 5), order('charge', 'o2', 9)],
      [order('quote', 'o1', 9), order('charge', 'o1', 5)],
    ],
  },
  'N+1: more than ten queries with one statement under one parent': {
    rule: `trace.groupBy(s => [s.parentSpanId, s.attributes['db.statement']])
      .count(s => 'db.statement' in s.attributes) > 10`,
    violated: [[{ name: 'root' }, ...queries(11, 1)]],
    satisfied: [[{ name: 'root' }, { name: 'other' }, ...queries(10, 1), ...queries(10, 2)]],
  },
  'a retry that comes too soon': {
    rule: `trace.has(s => s.attributes['http.response.status_code'] === 429)
      .followedBy((a, b) => b.name === a.name).within('100 ms')`,
    violated: [
      [
        { name: 'GET', attributes: { 'http.response.status_code': 429 }, ...at(0, 10) },
        { name: 'GET', ...at(100_010) },
      ],
    ],
    satisfied: [
      [
        { name: 'GET', attributes: { 'http.response.status_code': 429 }, ...at(0, 10) },
        { name: 'GET', ...at(100_011) },
        { name: 'POST', ...at(20) },
      ],
    ],
  },
  'a charge for which no fraud check ended before it': {
    rule: `trace.has(p => p.name === 'charge' && trace.missing(f => f.name === 'fraud.check' &&
      f.attributes['order.id'] === p.attributes['order.id'] && f.endTime <= p.startTime))`,
    violated: [
      [order('fraud.check', 'o1', 5), order('charge', 'o1', 4)],
      [order('fraud.check', 'o2', 1), order('charge', 'o1', 4)],
    ],
    satisfied: [[order('fraud.check', 'o1', 4), order('charge', 'o1', 4)]],
  },
  'shipped after payment with no review in between': {
    rule: `trace.has(s => s.name === 'paid').followedBy(trace.missing(s => s.name === 'reviewed'))
      .followedBy(s => s.name === 'shipped')`,
    violated: [
      [
        { name: 'reviewed', ...at(0) },
        { name: 'paid', ...at(1, 2) },
        { name: 'shipped', ...at(5) },
      ],
    ],
    satisfied: [
      [
        { name: 'paid', ...at(1, 2) },
        { name: 'reviewed', ...at(3, 4) },
        { name: 'shipped', ...at(5) },
      ],
    ],
  },
  'ten failures in a minute': {
    rule: "trace.has(s => s.status === 'ERROR').within('1 minute').count() >= 10",
    violated: [Array.from({ length: 10 }, (_, i) => ({ status: 'ERROR' as const, ...at(i * 6_000_000) }))],
    satisfied: [Array.from({ length: 20 }, (_, i) => ({ status: 'ERROR' as const, ...at(i * 7_000_000) }))],
  },
};

describe.each(Object.entries(GOLDEN))('%s', (_name, { rule, violated, satisfied }) => {
  const result = compile(rule);
  if (!('rule' in result)) throw new Error(JSON.stringify(result.problems));
  const { evaluate } = result.rule;

  test.each(violated)('is found', (...sketches) => {
    expect(evaluate(sketchTrace(sketches)).kind).toBe('violated');
  });

  test.each(satisfied)('is not seen where there is none', (...sketches) => {
    expect(evaluate(sketchTrace(sketches)).kind).toBe('satisfied');
  });
});
