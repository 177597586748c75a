import fc from 'fast-check';
import type { Value } from '../../common/trace/value';
import type { EvidenceAttribute, EvidenceMode } from '../../common/violations/evidence_document';
import { MAX_EVIDENCE_BYTES, evidenceDocument } from './evidence';
import { MAX_VALUE, evidenceAttribute, redactedText } from './evidence_value';
import { judgement, withAttributes, witness } from './test_support/fixtures';

const ID = { id: 'f'.repeat(32), revision: 1 };
const evidenceOf = (attributes: [string, Value][], mode: EvidenceMode = 'mentioned') =>
  evidenceDocument(judgement({ witnesses: [withAttributes(new Map(attributes))] }), ID, mode).betrace.evidence;
const attributesOf = (attributes: [string, Value][]): readonly EvidenceAttribute[] =>
  evidenceOf(attributes).spans[0]!.attributes;

test('values keep their kind', () => {
  expect(
    attributesOf([
      ['s', 'text'],
      ['n', 1.5],
      ['big', 2n ** 60n],
      ['b', false],
      ['none', null],
      ['a', ['x', 1]],
      ['m', new Map<string, Value>([['__proto__', 'p']])],
      ['nan', Number.NaN],
    ]),
  ).toEqual([
    { key: 's', value: 'text', type: 'string' },
    { key: 'n', value: '1.5', type: 'number' },
    { key: 'big', value: '1152921504606846976', type: 'number' },
    { key: 'b', value: 'false', type: 'boolean' },
    { key: 'none', value: 'null', type: 'empty' },
    { key: 'a', value: '["x",1]', type: 'array' },
    { key: 'm', value: '{"__proto__":"p"}', type: 'map' },
    { key: 'nan', value: 'NaN', type: 'number' },
  ]);
});

test('secrets are taken out by key and by value, however deep, and counted', () => {
  const evidence = evidenceOf([
    ['http.request.header.authorization', ['Bearer abcdefghij']],
    [
      'user',
      new Map<string, Value>([
        ['email', 'ann@example.com'],
        ['password', 42],
      ]),
    ],
    ['card', 4111111111111111n],
    ['gen_ai.usage.input_tokens', 12],
    ['plain', 'ok'],
  ]);
  expect(evidence.redacted).toBe(3);
  expect(evidence.spans[0]!.attributes.map(({ value }) => value)).toEqual([
    '[redacted]',
    '{"email":"[redacted]","password":"[redacted]"}',
    '[redacted]',
    '12',
    'ok',
  ]);
});

test('the status message is redacted, names are not', () => {
  const span = witness({ statusMessage: 'no such user ann@example.com', name: 'find ann@example.com' });
  const { spans, redacted } = evidenceDocument(judgement({ witnesses: [span] }), ID, 'all').betrace.evidence;
  expect(spans[0]).toMatchObject({ status_message: 'no such user [redacted]', name: 'find ann@example.com' });
  expect(redacted).toBe(1);
});

test('a secret at the edge of what is kept is not half kept', () => {
  for (let at = MAX_VALUE - 40; at < MAX_VALUE + 5; at++) {
    const { text } = redactedText(`${' '.repeat(at)}4111 1111 1111 1111${' x'.repeat(MAX_VALUE)}`, MAX_VALUE);
    expect(text).not.toContain('4111');
  }
});

test('mode none keeps spans without their attributes', () => {
  expect(evidenceOf([['a', 'b']], 'none').spans[0]!.attributes).toEqual([]);
  expect(evidenceOf([['a', 'b']], 'all').spans[0]!.attributes).toHaveLength(1);
});

test('an attribute of 10 MB is cut, fast, and says so', () => {
  const from = performance.now();
  const evidence = evidenceOf([
    ['body', 'x'.repeat(10_000_000)],
    ['after', 'kept'],
  ]);
  expect(performance.now() - from).toBeLessThan(1_000);
  const [body, after] = evidence.spans[0]!.attributes;
  expect(body).toMatchObject({ truncated: true });
  expect(body!.value.length).toBeLessThanOrEqual(MAX_VALUE);
  expect(after).toEqual({ key: 'after', value: 'kept', type: 'string' });
  expect(evidence.truncated).toBe(true);
});

test('deep and wide values are cut', () => {
  let deep: Value = 'end';
  for (let level = 0; level < 100_000; level++) deep = [deep];
  expect(evidenceAttribute('deep', deep).truncated).toBe(true);
  const wide = evidenceAttribute(
    'wide',
    Array.from({ length: 1_000_000 }, () => 1),
  );
  expect(wide.truncated).toBe(true);
  expect(wide.value.length).toBeLessThan(MAX_VALUE);
});

test('however much there is, the document stays within its bytes and keeps whole spans', () => {
  const text = fc.oneof(fc.string(), fc.string({ minLength: 2_000, maxLength: 9_000, unit: 'binary' }));
  const value = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.double(),
      fc.bigInt(),
      fc.constant(null),
      fc.array(tie('value')),
      fc.array(fc.tuple(text, tie('value'))).map((entries) => new Map(entries)),
    ),
  })).value;
  const span = fc
    .record({ name: text, statusMessage: text, attributes: fc.array(fc.tuple(text, value), { maxLength: 30 }) })
    .map((fields) => witness({ ...fields, attributes: new Map(fields.attributes) }));
  fc.assert(
    fc.property(fc.array(span, { maxLength: 60 }), (witnesses) => {
      const document = evidenceDocument(judgement({ witnesses }), ID, 'all');
      const json = JSON.stringify(document);
      expect(Buffer.byteLength(json)).toBeLessThanOrEqual(MAX_EVIDENCE_BYTES);
      expect(json).not.toMatch(/(?<!\\)(\\\\)*\\ud[89a-f]/);
      if (!document.betrace.evidence.truncated) expect(document.betrace.evidence.spans).toHaveLength(witnesses.length);
    }),
    { numRuns: 60 },
  );
});

test('too many spans: the first are kept, and it is said', () => {
  const many = Array.from({ length: 2_000 }, () => witness());
  const { spans, truncated } = evidenceDocument(judgement({ witnesses: many }), ID, 'mentioned').betrace.evidence;
  expect(truncated).toBe(true);
  expect(spans.length).toBeGreaterThan(50);
  expect(spans.length).toBeLessThan(2_000);
});
