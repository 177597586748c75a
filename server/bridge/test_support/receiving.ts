import { randomBytes } from 'node:crypto';
import type { BeTraceError } from '../../../common/errors';
import type { OtlpSpan } from '../otlp_span';
import { Receiver, type ReceiverOptions } from '../receiver';
import { toOtlpJson } from './generate';
import type { Reply, Sending } from './http';
import { send } from './http';
import { decodeStatus, encodeRequest } from './otlp_proto';
import { ALL_ATTRIBUTES } from '../wanted_attributes';

export const PROTOBUF = 'application/x-protobuf';
export const JSON_TYPE = 'application/json';
export const MIB = 1024 * 1024;
const SETTINGS = { maxBodyBytes: MIB, maxInFlightBytes: 4 * MIB, maxOpenBytes: 64 * MIB };

/** A receiver on a port of its own that takes everything, unless told to refuse. */
export interface Receiving {
  readonly endpoint: string;
  readonly receiver: Receiver;
  /** What was accepted, until `forget`. */
  readonly received: OtlpSpan[];
  readonly spaces: string[][];
  readonly logs: { level: string; message: string; fields: Readonly<Record<string, unknown>> }[];
  readonly unexpected: unknown[];
  refusal: BeTraceError | undefined;
  /** What accepting fails with. */
  failure: BeTraceError | undefined;
  /** Sends a body of one of OTLP's types, or of none. */
  post(type: string | undefined, body: Sending['body'], headers?: object): Promise<Reply>;
  forget(): void;
  stop(): Promise<void>;
}

export async function startReceiver(settings: Partial<ReceiverOptions['settings']> = {}): Promise<Receiving> {
  const received: OtlpSpan[] = [];
  const spaces: string[][] = [];
  const logs: Receiving['logs'] = [];
  const unexpected: unknown[] = [];
  const receiver = new Receiver({
    settings: { listen: { host: '127.0.0.1', port: 0 }, ...SETTINGS, ...settings },
    refusal: () => receiving.refusal,
    wanted: () => ALL_ATTRIBUTES,
    accept: ({ spaces: to, spans }) => {
      if (receiving.failure) throw receiving.failure;
      spaces.push([...to]);
      received.push(...spans);
    },
    log: (level, message, fields) => void logs.push({ level, message, fields }),
    onUnexpected: (error) => void unexpected.push(error),
  });
  const endpoint = await receiver.listen();
  const receiving: Receiving = {
    endpoint,
    receiver,
    received,
    spaces,
    logs,
    unexpected,
    refusal: undefined,
    failure: undefined,
    post: (type, body, headers = {}) =>
      send(endpoint, {
        headers: { ...(type === undefined ? {} : { 'content-type': type }), ...headers },
        ...(body === undefined ? {} : { body }),
      }),
    forget: () => {
      received.length = spaces.length = logs.length = unexpected.length = 0;
      receiving.refusal = receiving.failure = undefined;
    },
    stop: () => receiver.close(),
  };
  return receiving;
}

export const span = (fields: object = {}): object => ({
  traceId: randomBytes(16),
  spanId: randomBytes(8),
  name: 'a',
  ...fields,
});
const requestOf = (spans: object[]) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
export const protobufOf = (...spans: object[]): Buffer => encodeRequest(requestOf(spans));
export const jsonOf = (...spans: object[]): string => toOtlpJson(requestOf(spans));

export interface RpcStatus {
  readonly code: number;
  readonly message: string;
  /** Of a RetryInfo. */
  readonly retrySeconds?: number;
}

/** The google.rpc.Status of an answer, which must be in the encoding that it says it is in. */
export function statusOf(reply: Reply): RpcStatus {
  if (reply.headers['content-type'] === PROTOBUF) return decodeStatus(reply.body);
  expect(reply.headers['content-type']).toBe(JSON_TYPE);
  const { code, message, details, ...rest } = JSON.parse(reply.body.toString()) as RpcStatus & {
    details?: { '@type': string; retryDelay: string }[];
  };
  expect(rest).toEqual({});
  if (details === undefined) return { code, message };
  expect(details).toEqual([
    { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: expect.stringMatching(/^\d+s$/) },
  ]);
  return { code, message, retrySeconds: Number(details[0]!.retryDelay.slice(0, -1)) };
}
