import type { SpanSketch } from '../../common/engine/test_support/traces';
import { sketchTrace } from '../../common/engine/test_support/traces';
import type { TraceFlags, TraceView } from '../../common/trace/trace';
import type { VerdictKind } from '../../common/engine';

/** A rule and a trace, and what every evaluator has to say of them. */
export interface Case {
  readonly name: string;
  readonly rule: string;
  readonly trace: TraceView;
  readonly verdict: VerdictKind;
  /** The numbers of the witnesses, from 1; left out where the case is not about them. */
  readonly witnesses?: readonly number[];
}

const LOGIN = `trace.has(span => span.name === 'auth.login' && span.status === 'ERROR')
  .and(trace.has(span => span.name === 'auth.login' && span.status === 'OK'))
  .within('5 seconds')`;

const AUDIT = `trace.has(span => span.attributes['data.contains_pii'] === true)
  .and(trace.missing(span => span.name === 'audit.log'))`;

const SLOW_PAYMENT = `trace.where(span => span.name.startsWith('payment'))
  .has(span =>
    span.name.includes('db.query') &&
    span.duration > 1000
  )`;

const TIMEOUT = `trace.where(span => span.name.startsWith("payment")).has(span => span.status === "TIMEOUT")`;

const failed = (startUs: number): SpanSketch => ({ name: 'auth.login', status: 'ERROR', startUs });
const succeeded = (startUs: number): SpanSketch => ({ name: 'auth.login', status: 'OK', startUs });
const pii: SpanSketch = { name: 'user.read', attributes: { 'data.contains_pii': true } };
const query = (us: number): SpanSketch => ({ name: 'pg.db.query', endUs: us });
const payment: SpanSketch = { name: 'payment.charge' };

const FOUR_RULES: readonly (readonly [string, string, SpanSketch[], VerdictKind, number[]])[] = [
  ['both logins 1 s apart', LOGIN, [failed(0), succeeded(1e6)], 'violated', [1, 2]],
  ['in the other order', LOGIN, [failed(1e6), succeeded(0)], 'violated', [1, 2]],
  ['exactly 5 s apart', LOGIN, [failed(0), succeeded(5e6)], 'violated', [1, 2]],
  ['a microsecond over 5 s', LOGIN, [failed(0), succeeded(5e6 + 1)], 'satisfied', []],
  ['only failures', LOGIN, [failed(0), failed(1)], 'satisfied', []],
  ['the least pair of several', LOGIN, [failed(0), failed(9e6), succeeded(10e6), failed(11e6)], 'violated', [2, 3]],
  ['personal data and no audit', AUDIT, [pii, { name: 'other' }], 'violated', [1]],
  ['personal data and an audit', AUDIT, [pii, { name: 'audit.log' }], 'satisfied', []],
  ['no personal data', AUDIT, [{ attributes: { 'data.contains_pii': false } }], 'satisfied', []],
  ['a string is not true', AUDIT, [{ attributes: { 'data.contains_pii': 'true' } }], 'satisfied', []],
  ['a slow query in a payment', SLOW_PAYMENT, [payment, query(1_000_001)], 'violated', [2]],
  ['a query of exactly 1000 ms', SLOW_PAYMENT, [payment, query(1_000_000)], 'satisfied', []],
  ['a slow query and no payment', SLOW_PAYMENT, [query(2_000_000)], 'satisfied', []],
  ['one span both sides', SLOW_PAYMENT, [{ name: 'payment.db.query', endUs: 2e6 }], 'violated', [1]],
  [
    'a timeout by message',
    TIMEOUT,
    [payment, { status: 'ERROR', statusMessage: 'Request timed out' }],
    'violated',
    [2],
  ],
  [
    'a timeout by HTTP status',
    TIMEOUT,
    [payment, { status: 'ERROR', attributes: { 'http.response.status_code': 504 } }],
    'violated',
    [2],
  ],
  [
    'a timeout by gRPC code',
    TIMEOUT,
    [payment, { status: 'ERROR', attributes: { 'rpc.grpc.status_code': 4 } }],
    'violated',
    [2],
  ],
  ['an error of another kind', TIMEOUT, [payment, { status: 'ERROR', statusMessage: 'refused' }], 'satisfied', []],
  ['a timeout that is no error', TIMEOUT, [payment, { status: 'OK', statusMessage: 'timeout' }], 'satisfied', []],
  ['a timeout and no payment', TIMEOUT, [{ status: 'ERROR', statusMessage: 'timeout' }], 'satisfied', []],
];

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

const ASKED_FOR_IN_VAIN: Readonly<Record<string, Golden>> = {
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

const a: SpanSketch = { name: 'a' };
const is = (name: string): string => `s => s.name === '${name}'`;
const orphans = { orphans: 1 };

/** Of a trace with one span, `a`, of which something is missing. */
const INCOMPLETE: readonly (readonly [string, Partial<TraceFlags>, VerdictKind])[] = [
  [`trace.has(${is('a')})`, orphans, 'violated'],
  [`trace.missing(${is('b')})`, {}, 'violated'],
  [`trace.missing(${is('b')})`, orphans, 'inconclusive'],
  [`trace.missing(${is('b')})`, { truncated: true }, 'inconclusive'],
  [`trace.missing(${is('b')})`, { split: true }, 'inconclusive'],
  [`trace.missing(${is('b')})`, { dropped: 9 }, 'violated'],
  [`trace.missing(${is('a')})`, orphans, 'satisfied'],
  [`trace.has(${is('a')}).and(trace.missing(${is('b')}))`, orphans, 'inconclusive'],
  [`trace.missing(${is('b')}).or(${is('a')})`, orphans, 'violated'],
  [`trace.has(${is('b')}).not().not().not()`, orphans, 'inconclusive'],
  [`trace.count(${is('a')}) > 0`, orphans, 'violated'],
  [`trace.count(${is('a')}) < 2`, orphans, 'inconclusive'],
  [`trace.count(${is('a')}) === 1`, orphans, 'inconclusive'],
  [`!trace.has(${is('b')}).within('1s')`, orphans, 'inconclusive'],
  [`!trace.where(${is('b')}).has(${is('a')})`, orphans, 'inconclusive'],
  [`trace.has(${is('a')}).and(trace.missing(${is('b')})).within('1s')`, orphans, 'inconclusive'],
];

const lossy: SpanSketch = { name: 'a', dropped: { attributes: 1, events: 0, links: 0 } };

/** Of a trace with one span, `a`, that lost an attribute. */
const DROPPED: readonly (readonly [string, VerdictKind])[] = [
  ['trace.has(s => s.attributes.k === undefined)', 'inconclusive'],
  ["trace.has(s => !('k' in s.attributes))", 'inconclusive'],
  ["trace.has(s => s.attributes.k !== 'x' && s.name === 'a')", 'inconclusive'],
  ["trace.missing(s => s.attributes.k === 'x')", 'inconclusive'],
  ["trace.count(s => s.attributes.k === 'x') === 0", 'inconclusive'],
  ["trace.has(s => s.name === 'a')", 'violated'],
  ["trace.missing(s => s.name === 'b')", 'violated'],
  ["trace.missing(s => s.attributes.k !== 'x' && s.name === 'b')", 'violated'],
];

const asked = Object.entries(ASKED_FOR_IN_VAIN).flatMap(([name, { rule, violated, satisfied }]) => [
  ...violated.map((spans): Case => ({ name, rule, trace: sketchTrace(spans), verdict: 'violated' })),
  ...satisfied.map((spans): Case => ({ name, rule, trace: sketchTrace(spans), verdict: 'satisfied' })),
]);

/** What went wrong once. */
const FOUND: readonly Case[] = [
  {
    ...{ name: 'every group of a trace without spans', verdict: 'violated', trace: sketchTrace([]) },
    rule: 'trace.groupBy(s => s.name).every(g => g.count(s => s.duration > 1) < 0)',
  },
  {
    ...{ name: 'a count of the whole trace beside a group', verdict: 'violated', witnesses: [1, 2] },
    trace: sketchTrace([a, { name: 'b' }]),
    rule: `trace.groupBy(s => s.name).some(g => g.has(${is('a')}).and(trace.count(s => s.duration >= 0) >= 2))`,
  },
];

export const CASES: readonly Case[] = [
  ...FOUND,
  {
    ...{ name: 'a missing audit where spans are missing', rule: AUDIT, verdict: 'inconclusive' },
    trace: sketchTrace([pii, { name: 'other' }], orphans),
  },
  {
    ...{ name: 'a timeout where spans are missing', rule: TIMEOUT, verdict: 'violated' },
    trace: sketchTrace([payment, { status: 'ERROR', statusMessage: 'timeout' }], orphans),
  },
  ...FOUR_RULES.map(([name, rule, spans, verdict, witnesses]) => ({
    ...{ name, rule, verdict, trace: sketchTrace(spans) },
    ...(verdict === 'violated' && { witnesses }),
  })),
  ...asked,
  ...INCOMPLETE.map(([rule, flags, verdict]) => ({
    ...{ name: `${rule} with ${JSON.stringify(flags)}`, rule, verdict, trace: sketchTrace([a], flags) },
  })),
  ...DROPPED.map(([rule, verdict]) => ({
    ...{ name: `${rule} with dropped attributes`, rule, verdict, trace: sketchTrace([lossy], { dropped: 1 }) },
  })),
];
