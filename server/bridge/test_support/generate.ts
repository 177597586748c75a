import fc from 'fast-check';
import type { PlainRequest } from './otlp_proto';

const int64 = fc.oneof(
  fc.integer(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(
    2n ** 53n,
    -(2n ** 53n),
    2n ** 53n - 1n,
    1n - 2n ** 53n,
    2n ** 53n + 1n,
    -(2n ** 53n) - 2n,
    2n ** 32n,
    -(2n ** 32n),
    -1n,
  ),
);
const nanos = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: 1_700_000_000_000_000_000n, max: 1_800_000_000_000_000_000n }),
  fc.constantFrom(0n, 1n, 999n, 1000n, 2n ** 32n, 2n ** 63n),
);
const texts = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'constructor', 'service.name', 'http.method', 'toString', ''),
  fc.string({ minLength: 60, maxLength: 70 }),
);
const uint32 = fc.oneof(fc.constant(0), fc.nat({ max: 5 }), fc.nat({ max: 2 ** 32 - 1 }));

const { value: anyValue } = fc.letrec<{ value: unknown; pair: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant({}),
    fc.record({ stringValue: texts }),
    fc.record({ boolValue: fc.boolean() }),
    fc.record({ intValue: int64.map(String) }),
    fc.record({ doubleValue: fc.double() }),
    fc.record({ bytesValue: fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)) }),
    fc.record({ arrayValue: fc.record({ values: fc.array(tie('value'), { maxLength: 4 }) }) }),
    fc.record({ kvlistValue: fc.record({ values: fc.array(tie('pair'), { maxLength: 4 }) }) }),
  ),
  pair: fc.record({ key: texts, value: tie('value') }),
}));
const attributes = fc.array(fc.record({ key: texts, value: anyValue }), { maxLength: 20 });

const bytes = (length: number): fc.Arbitrary<Buffer> =>
  fc
    .oneof(
      { weight: 12, arbitrary: fc.uint8Array({ minLength: length, maxLength: length }) },
      { weight: 1, arbitrary: fc.constant(new Uint8Array(length)) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }) },
    )
    .map((id) => Buffer.from(id));
const traceIds = fc.oneof(bytes(16), fc.constantFrom(Buffer.alloc(16, 1), Buffer.alloc(16, 2)));
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });

const span = fc.record(
  {
    traceId: traceIds,
    spanId: bytes(8),
    traceState: texts,
    parentSpanId: maybe(bytes(8)),
    flags: uint32,
    name: texts,
    kind: fc.integer({ min: -1, max: 7 }),
    startTimeUnixNano: nanos.map(String),
    endTimeUnixNano: nanos.map(String),
    attributes,
    droppedAttributesCount: uint32,
    events: fc.array(
      fc.record({ timeUnixNano: nanos.map(String), name: texts, attributes, droppedAttributesCount: uint32 }),
      { maxLength: 3 },
    ),
    droppedEventsCount: uint32,
    links: fc.array(
      fc.record({ traceId: traceIds, spanId: bytes(8), traceState: texts, attributes, droppedAttributesCount: uint32 }),
      { maxLength: 3 },
    ),
    droppedLinksCount: uint32,
    status: maybe(fc.record({ message: texts, code: fc.integer({ min: -1, max: 4 }) })),
  },
  { requiredKeys: ['traceId', 'spanId'] },
);

/** Export requests of every shape, some of their spans with bad ids. */
export const requests: fc.Arbitrary<PlainRequest> = fc.record({
  resourceSpans: fc.array(
    fc.record({
      resource: maybe(fc.record({ attributes, droppedAttributesCount: uint32 })),
      scopeSpans: fc.array(
        fc.record({
          scope: maybe(fc.record({ name: texts, version: texts, attributes })),
          spans: fc.array(span, { maxLength: 4 }),
          schemaUrl: texts,
        }),
        { maxLength: 3 },
      ),
    }),
    { maxLength: 3 },
  ),
});

const HEX = new Set(['traceId', 'spanId', 'parentSpanId']);

/** The same request in OTLP/JSON: ids in hex, other bytes in base64, numbers that JSON lacks as strings. */
export const toOtlpJson = (request: PlainRequest): string =>
  JSON.stringify(request, function replace(this: Record<string, unknown>, key, serialised: unknown) {
    const value = this[key];
    if (Buffer.isBuffer(value)) return value.toString(HEX.has(key) ? 'hex' : 'base64');
    if (Object.is(value, -0)) return '-0'; // as a number JSON.stringify would lose the sign
    if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
    return serialised;
  });
