import type { TraceView } from '../trace/trace';
import { compile } from './compile';
import type { Verdict } from './judgement';
import type { SpanSketch } from './test_support/traces';
import { sketchTrace } from './test_support/traces';

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

function judge(dsl: string, trace: TraceView): Verdict {
  const result = compile(dsl);
  if (!('rule' in result)) throw new Error(JSON.stringify(result.problems));
  return result.rule.evaluate(trace);
}

describe('the four rules', () => {
  test.each<[string, string, SpanSketch[], Verdict['kind'], string[]]>([
    ['both logins 1 s apart', LOGIN, [failed(0), succeeded(1e6)], 'violated', ['1', '2']],
    ['in the other order', LOGIN, [failed(1e6), succeeded(0)], 'violated', ['1', '2']],
    ['exactly 5 s apart', LOGIN, [failed(0), succeeded(5e6)], 'violated', ['1', '2']],
    ['a microsecond over 5 s', LOGIN, [failed(0), succeeded(5e6 + 1)], 'satisfied', []],
    ['only failures', LOGIN, [failed(0), failed(1)], 'satisfied', []],
    [
      'the least pair of several',
      LOGIN,
      [failed(0), failed(9e6), succeeded(10e6), failed(11e6)],
      'violated',
      ['2', '3'],
    ],
    ['personal data and no audit', AUDIT, [pii, { name: 'other' }], 'violated', ['1']],
    ['personal data and an audit', AUDIT, [pii, { name: 'audit.log' }], 'satisfied', []],
    ['no personal data', AUDIT, [{ attributes: { 'data.contains_pii': false } }], 'satisfied', []],
    ['a string is not true', AUDIT, [{ attributes: { 'data.contains_pii': 'true' } }], 'satisfied', []],
    ['a slow query in a payment', SLOW_PAYMENT, [payment, query(1_000_001)], 'violated', ['2']],
    ['a query of exactly 1000 ms', SLOW_PAYMENT, [payment, query(1_000_000)], 'satisfied', []],
    ['a slow query and no payment', SLOW_PAYMENT, [query(2_000_000)], 'satisfied', []],
    ['one span both sides', SLOW_PAYMENT, [{ name: 'payment.db.query', endUs: 2e6 }], 'violated', ['1']],
    [
      'a timeout by message',
      TIMEOUT,
      [payment, { status: 'ERROR', statusMessage: 'Request timed out' }],
      'violated',
      ['2'],
    ],
    [
      'a timeout by HTTP status',
      TIMEOUT,
      [payment, { status: 'ERROR', attributes: { 'http.response.status_code': 504 } }],
      'violated',
      ['2'],
    ],
    [
      'a timeout by gRPC code',
      TIMEOUT,
      [payment, { status: 'ERROR', attributes: { 'rpc.grpc.status_code': 4 } }],
      'violated',
      ['2'],
    ],
    ['an error of another kind', TIMEOUT, [payment, { status: 'ERROR', statusMessage: 'refused' }], 'satisfied', []],
    ['a timeout that is no error', TIMEOUT, [payment, { status: 'OK', statusMessage: 'timeout' }], 'satisfied', []],
    ['a timeout and no payment', TIMEOUT, [{ status: 'ERROR', statusMessage: 'timeout' }], 'satisfied', []],
  ])('%s', (_name, dsl, sketches, kind, witnesses) => {
    const verdict = judge(dsl, sketchTrace(sketches));
    expect(verdict.kind).toBe(kind);
    expect(verdict.witnesses.map(({ spanId }) => spanId.replace(/^0+/, ''))).toEqual(witnesses);
  });

  test('a missing audit is not certain where spans are missing', () => {
    expect(judge(AUDIT, sketchTrace([pii, { name: 'other' }], { orphans: 1 })).kind).toBe('inconclusive');
    expect(
      judge(TIMEOUT, sketchTrace([payment, { status: 'ERROR', statusMessage: 'timeout' }], { orphans: 1 })).kind,
    ).toBe('violated');
  });
});
