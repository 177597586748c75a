import { randomFillSync } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import protobuf from 'protobufjs';

export const SPANS_PER_TRACE = 20;
/** Names of equal length, so that one can be put in the other's place. */
const GOOD = Buffer.from('order.read');
const BAD = Buffer.from('bench.boom');

/** The part of opentelemetry-proto (trace/v1) that load needs. */
const { root } = protobuf.parse(`
syntax = "proto3";
message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; } }
message KeyValue { string key = 1; AnyValue value = 2; }
message Resource { repeated KeyValue attributes = 1; }
message Scope { string name = 1; string version = 2; }
message Status { string message = 2; int32 code = 3; }
message Span {
  bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
  fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9; Status status = 15;
}
message ScopeSpans { Scope scope = 1; repeated Span spans = 2; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
message Request { repeated ResourceSpans resource_spans = 1; }
`);
const Request = root.lookupType('Request');

const text = (/** @type {string} */ key, /** @type {string} */ value) => ({ key, value: { stringValue: value } });
const number = (/** @type {string} */ key, /** @type {number} */ value) => ({ key, value: { intValue: value } });

/** A span of an ordinary web service: ten attributes, some of which repeat in every span and some in none. */
function spanOf(/** @type {number} */ at, /** @type {bigint} */ startNano) {
  const place = at % SPANS_PER_TRACE;
  return {
    traceId: Buffer.alloc(16, 0xaa),
    spanId: Buffer.from((0x1000 + place).toString(16).padStart(16, '1'), 'hex'),
    ...(place === 0
      ? {}
      : { parentSpanId: Buffer.from((0x1000 + (place >> 1)).toString(16).padStart(16, '1'), 'hex') }),
    name: place === 7 ? GOOD.toString() : `GET /api/orders/${place}`,
    kind: place % 3 === 0 ? 2 : 3,
    startTimeUnixNano: String(startNano + BigInt(place) * 1_000_000n),
    endTimeUnixNano: String(startNano + BigInt(place + 3) * 1_000_000n),
    attributes: [
      text('http.request.method', 'GET'),
      number('http.response.status_code', 200),
      text('url.path', `/api/orders/${(at * 7919) % 100_000}`),
      text('user_agent.original', 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101'),
      text('server.address', 'orders.internal'),
      number('server.port', 8443),
      text('network.protocol.version', '1.1'),
      text('client.address', `10.0.${at % 256}.${(at * 31) % 256}`),
      text('enduser.id', `user-${(at * 104_729) % 1_000_000}`),
      number('thread.id', at % 64),
    ],
    status: place === 19 ? { code: 2, message: 'timeout' } : {},
  };
}

/** A request whose trace ids can be put in. */
class Template {
  constructor(/** @type {number} */ spans) {
    const startNano = BigInt(Date.now()) * 1_000_000n;
    this.spans = spans;
    this.body = Buffer.from(
      Request.encode(
        Request.fromObject({
          resourceSpans: [
            {
              resource: {
                attributes: [
                  text('service.name', 'orders'),
                  text('deployment.environment.name', 'bench'),
                  text('host.name', 'h1'),
                ],
              },
              scopeSpans: [
                {
                  scope: { name: 'bench', version: '1' },
                  spans: Array.from({ length: spans }, (_, at) => spanOf(at, startNano)),
                },
              ],
            },
          ],
        }),
      ).finish(),
    );
    this.traceIds = offsetsOf(this.body, Buffer.alloc(16, 0xaa));
    this.names = offsetsOf(this.body, GOOD);
  }

  /**
   * A body of its own, and the ids of its traces that violate.
   * @param {() => boolean} isBad asked for each trace
   */
  fill(isBad) {
    const body = Buffer.from(this.body);
    const id = Buffer.alloc(16);
    /** @type {string[]} */
    const bad = [];
    let trace = -1;
    this.traceIds.forEach((offset, span) => {
      if (Math.floor(span / SPANS_PER_TRACE) !== trace) {
        trace += 1;
        randomFillSync(id);
        const name = this.names[trace];
        if (name !== undefined && isBad()) {
          BAD.copy(body, name);
          bad.push(id.toString('hex'));
        }
      }
      id.copy(body, offset);
    });
    return { body, bad, traces: trace + 1 };
  }
}

function offsetsOf(/** @type {Buffer} */ body, /** @type {Buffer} */ part) {
  const offsets = [];
  for (let at = body.indexOf(part); at >= 0; at = body.indexOf(part, at + part.length)) offsets.push(at);
  return offsets;
}

/**
 * Makes requests of so many spans each: 20 spans a trace, 1 trace in 1,000 violates.
 * @param {{ spans: number, gzip: boolean }} options
 */
export function requestMaker({ spans, gzip }) {
  const template = new Template(spans);
  let traces = 0;
  const isBad = () => (traces += 1) % 1_000 === 500;
  return () => {
    const { body, bad, traces } = template.fill(isBad);
    return { body: gzip ? gzipSync(body, { level: 1 }) : body, bad, traces };
  };
}

/**
 * So many of them, made before the clock runs.
 * @param {{ requests: number, spans: number, gzip: boolean }} options
 */
export function makeRequests({ requests, ...options }) {
  const make = requestMaker(options);
  return Array.from({ length: requests }, make);
}
