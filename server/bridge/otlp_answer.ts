import { Buffer } from 'node:buffer';

/** The two encodings of OTLP/HTTP. */
export type OtlpType = 'application/x-protobuf' | 'application/json';

export interface Answer {
  readonly contentType: OtlpType;
  readonly body: Buffer;
}

/** The media type of a Content-Type header where it is one of OTLP/HTTP's; parameters such as charset don't matter. */
export function otlpTypeOf(header: string | undefined): OtlpType | undefined {
  const type = header?.split(';', 1)[0]!.trim().toLowerCase();
  return type === 'application/x-protobuf' || type === 'application/json' ? type : undefined;
}

/** google.rpc.Code by HTTP status, as google/rpc/code.proto maps them. */
const RPC_CODES: Readonly<Record<number, number>> = {
  400: 3, // INVALID_ARGUMENT
  401: 16, // UNAUTHENTICATED
  403: 7, // PERMISSION_DENIED
  404: 5, // NOT_FOUND
  405: 12, // UNIMPLEMENTED
  408: 4, // DEADLINE_EXCEEDED
  413: 8, // RESOURCE_EXHAUSTED
  415: 3,
  429: 8,
  431: 3,
  500: 13, // INTERNAL
  502: 14,
  503: 14, // UNAVAILABLE
  504: 14,
};

export const rpcCodeOf = (httpStatus: number): number => RPC_CODES[httpStatus] ?? (httpStatus >= 500 ? 13 : 3);

/**
 * The body of every 4xx and 5xx: a google.rpc.Status in the request's encoding, JSON where that is unknown
 * (opentelemetry-proto, specification.md, "OTLP/HTTP Response", "Failures").
 *
 * @param contentType the request's Content-Type header.
 * @param code a google.rpc.Code, see `rpcCodeOf`.
 * @param retryAfter seconds after which the same may be sent again; the header Retry-After says it too.
 */
export function statusAnswer(
  contentType: string | undefined,
  code: number,
  message: string,
  retryAfter?: number,
): Answer {
  const type = otlpTypeOf(contentType) ?? 'application/json';
  if (type === 'application/json') {
    const details =
      retryAfter === undefined ? {} : { details: [{ '@type': RETRY_INFO, retryDelay: `${retryAfter}s` }] };
    return { contentType: type, body: Buffer.from(JSON.stringify({ code, message, ...details })) };
  }
  const status = [varintField(1, code), textField(2, message)];
  if (retryAfter !== undefined) {
    const retryInfo = delimitedField(1, varintField(1, retryAfter)); // its Duration's seconds
    status.push(delimitedField(3, Buffer.concat([textField(1, RETRY_INFO), delimitedField(2, retryInfo)])));
  }
  return { contentType: type, body: Buffer.concat(status) };
}

/** google/rpc/error_details.proto, as google.protobuf.Any names it. */
const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';

/**
 * The body of a 200: an ExportTraceServiceResponse, its partial_success unset where nothing was rejected
 * (specification.md, "Full Success", "Partial Success").
 */
export function successAnswer(type: OtlpType, rejected: { readonly count: number; readonly reason: string }): Answer {
  const { count, reason } = rejected;
  if (type === 'application/json') {
    const partial = count === 0 ? {} : { partialSuccess: { rejectedSpans: String(count), errorMessage: reason } };
    return { contentType: type, body: Buffer.from(JSON.stringify(partial)) };
  }
  const partial = Buffer.concat([varintField(1, count), textField(2, reason)]);
  return { contentType: type, body: count === 0 ? Buffer.alloc(0) : delimitedField(1, partial) };
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}

const varintField = (field: number, value: number): Buffer => Buffer.concat([varint(field << 3), varint(value)]);

const delimitedField = (field: number, body: Buffer): Buffer =>
  Buffer.concat([varint((field << 3) | 2), varint(body.length), body]);

const textField = (field: number, text: string): Buffer => delimitedField(field, Buffer.from(text));
