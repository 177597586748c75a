import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ViolationDocument } from '../../../common/violations/violation_document';
import { decoderOf } from '../../bridge/decode';
import { OwnSpans } from '../../bridge/own_spans';
import { decodeRequest } from '../../bridge/test_support/otlp_proto';
import { CONTEXT, hex, judgement, recordingLog, signed, testRing } from '../../violations/test_support/fixtures';
import { draftOf, suppressionDraft } from '../../violations/document';
import { createSigner } from '../../violations/sign';
import { atRevision } from '../../violations/revision';
import { SpanEmitter } from './span_emitter';

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** As much of an OTLP receiver as keeps what it is sent. */
class Receiver {
  readonly bodies: Buffer[] = [];
  readonly requests: IncomingMessage[] = [];
  /** What the next requests are answered; 200 after the last. */
  answers: Answer[] = [];
  /** Requests are answered only while this is not a promise that waits. */
  gate: Promise<unknown> = Promise.resolve();
  readonly server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    this.requests.push(request);
    await this.gate;
    const { status = 200, headers = {}, body } = this.answers.shift() ?? {};
    if (status === 200) this.bodies.push(Buffer.concat(chunks));
    response.writeHead(status, { 'content-type': 'application/x-protobuf', ...headers }).end(body);
  });

  async listen(port = 0): Promise<number> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    return (this.server.address() as AddressInfo).port;
  }

  get spans(): PlainSpan[] {
    return this.bodies.flatMap((body) =>
      (decodeRequest(body) as unknown as PlainExport).resourceSpans.flatMap(({ scopeSpans, resource }) =>
        scopeSpans.flatMap(({ spans, scope }) => spans.map((span) => ({ ...span, scope, resource }))),
      ),
    );
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

interface Pair {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}
interface PlainSpan {
  readonly traceId: Buffer;
  readonly spanId: Buffer;
  readonly parentSpanId: Buffer;
  readonly attributes: readonly Pair[];
  readonly scope: object;
  readonly resource: { readonly attributes: readonly Pair[] };
}
interface PlainExport {
  readonly resourceSpans: {
    resource: PlainSpan['resource'];
    scopeSpans: { scope: object; spans: PlainSpan[] }[];
  }[];
}

const attributesOf = ({ attributes }: { readonly attributes: readonly Pair[] }): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

const ring = testRing();
const violation = (traceId = hex(16)): ViolationDocument => signed(judgement({ traceId }), ring).violation;

let receiver: Receiver;
let emitter: SpanEmitter;
let log: ReturnType<typeof recordingLog>;
beforeEach(async () => {
  receiver = new Receiver();
  log = recordingLog();
  const port = await receiver.listen();
  emitter = new SpanEmitter({ url: `http://127.0.0.1:${port}/v1/traces`, headers: { authorization: 'ApiKey x' } }, log);
});
afterEach(async () => {
  await emitter.stop(0);
  receiver.close();
});

const until = async (isSo: () => boolean, ms = 10_000): Promise<void> => {
  const deadline = performance.now() + ms;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`not so within ${ms} ms: ${JSON.stringify(emitter.status())}`);
    await sleep(20);
  }
};

test('a violation is a failed span below the offending one, with all that verifies it', async () => {
  const document = violation();
  emitter.emit(document);
  await until(() => emitter.status().sent === 1);
  const [span] = receiver.spans;
  const fields = document.betrace.violation;
  expect({
    traceId: span!.traceId.toString('hex'),
    spanId: span!.spanId.toString('hex'),
    parent: span!.parentSpanId.toString('hex'),
  }).toEqual({ traceId: document.trace!.id, spanId: document.span!.id, parent: document.parent!.id });
  const start = BigInt(document.timestamp!.us) * 1_000n;
  expect(span).toMatchObject({
    name: 'betrace.violation: Charges are audited',
    kind: 1,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + BigInt(document.span!.duration.us) * 1_000n),
    status: { code: 2, message: fields.message },
    scope: { name: 'betrace', version: '1.2.3' },
  });
  expect(attributesOf(span!)).toEqual({
    'betrace.violation.id': fields.id,
    'betrace.violation.revision': '1',
    'betrace.violation.verdict': 'violated',
    'betrace.violation.rule_id': 'rule-1',
    'betrace.violation.rule_name': 'Charges are audited',
    'betrace.violation.rule_version': '0123456789abcdef',
    'betrace.violation.severity': 'HIGH',
    'betrace.violation.priority': '2',
    'betrace.violation.message': fields.message,
    'betrace.violation.space_id': 'default',
    'betrace.violation.created_at': fields.created_at,
    'betrace.violation.digest': fields.digest,
    'betrace.violation.signature': fields.signature,
    'betrace.violation.key_id': fields.key_id,
  });
  expect(attributesOf(span!.resource)).toMatchObject({
    'service.name': 'payment-api',
    'deployment.environment.name': 'production',
  });
  expect(receiver.requests[0]).toMatchObject({ url: '/v1/traces', headers: { authorization: 'ApiKey x' } });
});

test('a retraction has not failed, and a span id of its own; what is of no trace is no span', async () => {
  const found = judgement();
  const first = signed(found, ring).violation;
  const retraction = draftOf({ ...found, verdict: 'retracted', lateSpans: 1 }, CONTEXT);
  const second = createSigner(ring)(atRevision(retraction, 2)).violation;
  const [from, to] = [new Date(0), new Date(60_000)];
  const counted = suppressionDraft({ id: hex(16), first: found, count: 3, from, to, written: 1 }, CONTEXT);
  for (const document of [first, second, createSigner(ring)(counted).violation]) emitter.emit(document);
  await until(() => emitter.status().sent === 2);
  const [one, other] = receiver.spans;
  expect(other).toMatchObject({ name: 'betrace.retraction: Charges are audited', status: {} });
  expect(attributesOf(other!)).toMatchObject({
    'betrace.violation.verdict': 'retracted',
    'betrace.violation.revision': '2',
  });
  expect(other!.traceId).toEqual(one!.traceId);
  expect(other!.spanId).not.toEqual(one!.spanId);
});

test('no bridge judges what is sent, though it carries a trace of spans that are judged', async () => {
  emitter.emit(violation());
  await until(() => receiver.bodies.length === 1);
  const body = receiver.bodies[0]!;
  const own = new OwnSpans();
  expect(own.mayBeIn(body)).toBe(true);
  const { spans } = decoderOf('application/x-protobuf')(body, { maxDecodedBytes: 1e6 });
  expect(spans).toHaveLength(1);
  expect(own.without(spans)).toEqual([]);
});

test('what comes together goes together, by service', async () => {
  for (let n = 0; n < 700; n += 1) emitter.emit(violation());
  await until(() => emitter.status().sent === 700);
  expect(receiver.bodies.map((body) => (decodeRequest(body) as unknown as PlainExport).resourceSpans.length)).toEqual([
    1, 1,
  ]);
  expect(new Set(receiver.spans.map(({ traceId }) => traceId.toString('hex'))).size).toBe(700);
});

test.each([429, 502, 503, 504])('after %i it tries again, and says so once', async (status) => {
  receiver.answers = [{ status, headers: { 'retry-after': '1' } }];
  emitter.emit(violation());
  await until(() => emitter.status().trouble !== null);
  expect(emitter.status()).toMatchObject({ pending: 1, sent: 0, retried: 1, trouble: `HTTP ${status}` });
  const from = performance.now();
  await until(() => emitter.status().sent === 1);
  expect(performance.now() - from).toBeGreaterThan(800); // as the receiver asked
  expect(emitter.status()).toMatchObject({ pending: 0, rejected: 0, dropped: 0, trouble: null });
  expect(log.lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(['warn', 'info']);
});

test.each([400, 401, 403, 404, 413, 500])('after %i it does not', async (status) => {
  receiver.answers = [{ status }];
  emitter.emit(violation());
  await until(() => emitter.status().rejected === 1);
  emitter.emit(violation());
  await until(() => emitter.status().sent === 1);
  expect(receiver.requests).toHaveLength(2);
});

test('what a receiver takes only in part is counted as it says', async () => {
  // ExportTraceServiceResponse { partial_success { rejected_spans: 1 } }
  receiver.answers = [{ body: Buffer.from([0x0a, 0x02, 0x08, 0x01]) }];
  emitter.emit(violation());
  emitter.emit(violation());
  await until(() => emitter.status().rejected === 1);
  expect(emitter.status()).toMatchObject({ sent: 1, rejected: 1, dropped: 0 });
});

test('a receiver that is away is waited for, and came back it gets all', async () => {
  const { port } = receiver.server.address() as AddressInfo;
  receiver.close();
  emitter.emit(violation());
  await until(() => emitter.status().trouble !== null);
  expect(emitter.status().trouble).toBe('ECONNREFUSED');
  emitter.emit(violation());
  receiver = new Receiver();
  await receiver.listen(port);
  await until(() => emitter.status().sent === 2);
});

test('it holds no more than its bound, and the newest stay', async () => {
  let open: (value: unknown) => void = () => undefined;
  receiver.gate = new Promise((resolve) => (open = resolve));
  const document = violation();
  const numbered = (n: number): ViolationDocument => ({
    ...document,
    trace: { id: n.toString(16).padStart(32, '0') },
  });
  for (let n = 1; n <= 10_400; n += 1) emitter.emit(numbered(n));
  expect(emitter.status()).toMatchObject({ pending: 10_000, dropped: 400 });
  await until(() => receiver.requests.length === 1);
  open(undefined);
  await until(() => emitter.status().sent === 10_000);
  const ids = receiver.spans.map(({ traceId }) => Number.parseInt(traceId.toString('hex'), 16));
  expect(Math.min(...ids)).toBe(401);
  expect(new Set(ids).size).toBe(10_000);
});

test('when it stops it sends what it has, and not longer than it may', async () => {
  emitter.emit(violation());
  await emitter.stop(5_000);
  expect(emitter.status()).toMatchObject({ sent: 1, pending: 0 });
  const late = new SpanEmitter({ url: 'http://127.0.0.1:1/v1/traces', headers: {} }, log);
  late.emit(violation());
  const from = performance.now();
  await late.stop(300);
  expect(performance.now() - from).toBeLessThan(2_000);
  expect(late.status()).toMatchObject({ sent: 0, dropped: 1, pending: 0 });
});
