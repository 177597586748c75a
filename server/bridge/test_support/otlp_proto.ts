import protobuf from 'protobufjs';

/** The messages of opentelemetry-proto (trace/v1, common/v1, resource/v1, collector/trace/v1) and google.rpc.Status. */
const PROTO = `
syntax = "proto3";
message AnyValue {
  oneof value {
    string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4;
    ArrayValue array_value = 5; KeyValueList kvlist_value = 6; bytes bytes_value = 7;
  }
}
message ArrayValue { repeated AnyValue values = 1; }
message KeyValueList { repeated KeyValue values = 1; }
message KeyValue { string key = 1; AnyValue value = 2; }
message InstrumentationScope {
  string name = 1; string version = 2; repeated KeyValue attributes = 3; uint32 dropped_attributes_count = 4;
}
message Resource { repeated KeyValue attributes = 1; uint32 dropped_attributes_count = 2; }
message Status { string message = 2; int32 code = 3; }
message Event {
  fixed64 time_unix_nano = 1; string name = 2; repeated KeyValue attributes = 3; uint32 dropped_attributes_count = 4;
}
message Link {
  bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; repeated KeyValue attributes = 4;
  uint32 dropped_attributes_count = 5; fixed32 flags = 6;
}
message Span {
  bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4; fixed32 flags = 16;
  string name = 5; int32 kind = 6; fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8;
  repeated KeyValue attributes = 9; uint32 dropped_attributes_count = 10;
  repeated Event events = 11; uint32 dropped_events_count = 12;
  repeated Link links = 13; uint32 dropped_links_count = 14; Status status = 15;
}
message ScopeSpans { InstrumentationScope scope = 1; repeated Span spans = 2; string schema_url = 3; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; string schema_url = 3; }
message ExportTraceServiceRequest { repeated ResourceSpans resource_spans = 1; }
message ExportTracePartialSuccess { int64 rejected_spans = 1; string error_message = 2; }
message ExportTraceServiceResponse { ExportTracePartialSuccess partial_success = 1; }
message Any { string type_url = 1; bytes value = 2; }
message Duration { int64 seconds = 1; int32 nanos = 2; }
message RetryInfo { Duration retry_delay = 1; }
message RpcStatus { int32 code = 1; string message = 2; repeated Any details = 3; }
`;

/** Requests with values deeper than a receiver takes are encoded, too. */
protobuf.util.recursionLimit = 1_000;

const { root } = protobuf.parse(PROTO);
const Request = root.lookupType('ExportTraceServiceRequest');

/** A request in the JSON form of protobufjs: camelCase, bytes as buffers, 64-bit integers as decimal strings. */
export type PlainRequest = Record<string, unknown>;

export const encodeRequest = (request: PlainRequest): Buffer =>
  Buffer.from(Request.encode(Request.fromObject(request)).finish());

const decoder = (name: string) => (body: Uint8Array) => {
  const type = root.lookupType(name);
  return type.toObject(type.decode(body), { longs: String, bytes: Buffer, defaults: false }) as Record<string, unknown>;
};

export const decodeRequest = decoder('ExportTraceServiceRequest');
export const decodeResponse = decoder('ExportTraceServiceResponse');
const decodeRpcStatus = decoder('RpcStatus');
const decodeRetryInfo = decoder('RetryInfo');

/** A google.rpc.Status, and the seconds of the RetryInfo among its details where there is one. */
export function decodeStatus(body: Uint8Array): { code: number; message: string; retrySeconds?: number } {
  const { code, message, details, ...rest } = decodeRpcStatus(body) as {
    code: number;
    message: string;
    details?: { typeUrl: string; value: Buffer }[];
  };
  if (Object.keys(rest).length > 0) throw new Error(`unknown fields: ${Object.keys(rest).join()}`);
  if (details === undefined) return { code, message };
  const [detail, ...others] = details;
  if (others.length > 0 || detail?.typeUrl !== 'type.googleapis.com/google.rpc.RetryInfo') throw new Error('a detail');
  const { retryDelay } = decodeRetryInfo(detail.value) as { retryDelay: { seconds: string } };
  return { code, message, retrySeconds: Number(retryDelay.seconds) };
}
