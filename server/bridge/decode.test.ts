import fc from 'fast-check';
import { BeTraceError } from '../../common/errors';
import type { SpanView } from '../../common/trace/span';
import type { Attributes } from '../../common/trace/value';
import { decodeJson } from './decode_json';
import { decodeProtobuf } from './decode_protobuf';
import type { Decoded } from './otlp_span';
import { mutate, mutations } from './test_support/damage';
import { requests, toOtlpJson } from './test_support/generate';
import { oracle } from './test_support/oracle';
import { encodeRequest } from './test_support/otlp_proto';
import { plain } from './test_support/plain';

const LIMITS = { maxDecodedBytes: 64 * 1024 * 1024 };
const content = (decoded: Decoded): unknown => ({
  spans: decoded.spans.map(plain),
  rejected: decoded.rejected.count,
});
const expected = (body: Buffer): unknown => {
  const { spans, rejected } = oracle(body);
  return { spans: spans.map(plain), rejected };
};

/** The decoder's result or error; anything else that is thrown fails the test. */
function attempt(decode: typeof decodeJson, body: Buffer): Decoded | BeTraceError {
  try {
    return decode(body, LIMITS);
  } catch (error) {
    if (!(error instanceof BeTraceError)) throw error;
    expect(error.code).toBe('BT_MALFORMED_OTLP');
    return error;
  }
}

describe('any request', () => {
  it('is decoded from protobuf as protobufjs decodes it', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const body = encodeRequest(request);
        expect(content(decodeProtobuf(body, LIMITS))).toEqual(expected(body));
      }),
      { numRuns: 200 },
    );
  });

  it('is the same from JSON as from protobuf', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const fromJson = decodeJson(Buffer.from(toOtlpJson(request)), LIMITS);
        const fromProtobuf = decodeProtobuf(encodeRequest(request), LIMITS);
        expect(content(fromJson)).toEqual(content(fromProtobuf));
        expect(fromJson.rejected).toEqual(fromProtobuf.rejected);
      }),
      { numRuns: 200 },
    );
  });
});

describe('of a request', () => {
  const keysOf = ({ spans }: Decoded): string[] =>
    spans.flatMap(({ attributes, events, links }) =>
      [{ attributes }, ...events, ...links].flatMap((part) => [...part.attributes.keys()]),
    );
  const only = (attributes: Attributes, wanted: ReadonlySet<string>): Attributes =>
    new Map([...attributes].filter(([key]) => wanted.has(key)));
  const restricted = ({ spans, rejected }: Decoded, wanted: ReadonlySet<string>): unknown => ({
    spans: spans.map((span) =>
      plain({
        ...span,
        resource: span.resource,
        scope: span.scope,
        attributes: only(span.attributes, wanted),
        events: span.events.map((event) => ({ ...event, attributes: only(event.attributes, wanted) })),
        links: span.links.map((link) => ({ ...link, attributes: only(link.attributes, wanted) })),
      } as unknown as SpanView),
    ),
    rejected: rejected.count,
  });

  it.each(['protobuf', 'JSON'])('%s only the wanted attributes are decoded, and all else as ever', (form) => {
    fc.assert(
      fc.property(requests, fc.infiniteStream(fc.boolean()), (request, choices) => {
        const body = form === 'JSON' ? Buffer.from(toOtlpJson(request)) : encodeRequest(request);
        const decode = form === 'JSON' ? decodeJson : decodeProtobuf;
        const whole = decode(body, LIMITS);
        const wanted = new Set(keysOf(whole).filter(() => choices.next().value));
        const some = decode(body, { ...LIMITS, wanted });
        expect(content(some)).toEqual(restricted(whole, wanted));
        expect(some.bytes).toBeLessThanOrEqual(whole.bytes);
      }),
      { numRuns: 200 },
    );
  });

  it.each(['protobuf', 'JSON'])('%s only the spans of one trace are decoded', (form) => {
    fc.assert(
      fc.property(requests, fc.nat(), (request, choice) => {
        const body = form === 'JSON' ? Buffer.from(toOtlpJson(request)) : encodeRequest(request);
        const decode = form === 'JSON' ? decodeJson : decodeProtobuf;
        const { spans } = decode(body, LIMITS);
        const onlyTrace = spans[choice % Math.max(spans.length, 1)]?.traceId ?? 'f'.repeat(32);
        const found = decode(body, { ...LIMITS, onlyTrace }).spans;
        expect(found.map(plain)).toEqual(spans.filter(({ traceId }) => traceId === onlyTrace).map(plain));
      }),
      { numRuns: 200 },
    );
  });
});

describe('damaged input', () => {
  it('of protobuf is malformed or decoded, never anything else', () => {
    let malformed = 0;
    fc.assert(
      fc.property(requests, mutations, (request, changes) => {
        if (attempt(decodeProtobuf, mutate(encodeRequest(request), changes)) instanceof BeTraceError) malformed += 1;
      }),
      { numRuns: 600 },
    );
    expect(malformed).toBeGreaterThan(60);
  });

  it('of JSON is malformed exactly where JSON.parse says so, or by its content', () => {
    fc.assert(
      fc.property(requests, mutations, (request, changes) => {
        const body = mutate(Buffer.from(toOtlpJson(request)), changes);
        const result = attempt(decodeJson, body);
        if (result instanceof BeTraceError) return;
        expect(() => JSON.parse(body.toString())).not.toThrow();
      }),
      { numRuns: 600 },
    );
  });

  it('of random bytes is malformed or decoded', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        attempt(decodeProtobuf, Buffer.from(bytes));
        attempt(decodeJson, Buffer.from(bytes));
      }),
      { numRuns: 600 },
    );
  });

  it('a request cut anywhere is malformed or decoded', () => {
    const [request] = fc.sample(requests, { numRuns: 1, seed: 7 });
    for (const [decode, body] of [
      [decodeProtobuf, encodeRequest(request!)],
      [decodeJson, Buffer.from(toOtlpJson(request!))],
    ] as const) {
      const step = Math.ceil(body.length / 500);
      for (let end = 0; end < body.length; end += step) attempt(decode, body.subarray(0, end));
    }
  });
});

describe('any JSON', () => {
  it('that is well formed is passed over where its fields are unknown', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), (a, b) => {
        const body = Buffer.from(`{"unknown": ${a}, "resourceSpans": [], "more": [${b}]}`);
        expect(decodeJson(body, LIMITS).spans).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
