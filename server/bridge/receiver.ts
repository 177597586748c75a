import { chmod, lstat, unlink } from 'node:fs/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fastify from 'fastify';
import { BeTraceError } from '../../common/errors';
import { ByteLedger } from './byte_ledger';
import { answerClientError } from './client_error';
import { decodeJson } from './decode_json';
import { decodeProtobuf } from './decode_protobuf';
import type { BodyType } from './journal/records';
import { isAllowedHost } from './loopback';
import type { BridgeSettings } from './messages';
import type { OtlpSpan } from './otlp_span';
import { otlpTypeOf, rpcCodeOf, statusAnswer, successAnswer } from './otlp_answer';
import type { Encoding } from './read_body';
import { readBody, SenderGone } from './read_body';

const PATH = '/v1/traces';
/** For a whole request to arrive: senders give up after 10 s by default. */
const REQUEST_TIMEOUT_MS = 30_000;
const IDLE_TIMEOUT_MS = 75_000;
const RETRY_AFTER_SECONDS = 2;

export interface ReceiverOptions {
  readonly settings: Pick<BridgeSettings, 'listen' | 'maxBodyBytes' | 'maxInFlightBytes' | 'maxOpenBytes'>;
  /** Why nothing more can be taken just now; asked before a body is read and again before its spans are handed on. */
  refusal(): BeTraceError | undefined;
  /** Takes the spans of one request; once it has returned, they are acknowledged. */
  accept(
    spaces: readonly string[],
    spans: readonly OtlpSpan[],
    request: { readonly type: BodyType; readonly body: Buffer },
  ): void | Promise<void>;
  onUnexpected(error: unknown): void;
}

export interface ReceiverCounters {
  requests: number;
  spansReceived: number;
  spansRejected: number;
  /** By error code. */
  refused: Record<string, number>;
}

/** Credentials that name other spaces come later; until then every span belongs to the default one. */
const SPACES: readonly string[] = ['default'];

const header = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

/**
 * OTLP/HTTP for traces (opentelemetry-proto, docs/specification.md): reads, inflates and decodes requests within bounds and
 * answers them to the letter. 503 always comes with Retry-After; all other refusals must not be sent again.
 */
export class Receiver {
  readonly counters: ReceiverCounters = { requests: 0, spansReceived: 0, spansRejected: 0, refused: {} };
  private readonly inFlight: ByteLedger;
  private readonly app: FastifyInstance;

  constructor(private readonly options: ReceiverOptions) {
    this.inFlight = new ByteLedger(options.settings.maxInFlightBytes);
    this.app = fastify({
      logger: false,
      exposeHeadRoutes: false,
      bodyLimit: options.settings.maxBodyBytes,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionTimeout: IDLE_TIMEOUT_MS,
      http: { headersTimeout: 10_000, connectionsCheckingInterval: 2_000 },
      return503OnClosing: false,
      forceCloseConnections: 'idle',
      clientErrorHandler: (error, socket) =>
        answerClientError(error, socket, (status, message) => statusAnswer(undefined, rpcCodeOf(status), message)),
      frameworkErrors: (error, request, reply) => this.onError(error, request, reply),
    });
    this.app.removeAllContentTypeParsers();
    this.app.addContentTypeParser('*', (_request, _payload, done) => done(null));
    this.app.post(PATH, { onRequest: (request) => this.admit(request) }, (request, reply) => this.take(request, reply));
    this.app.setNotFoundHandler((request, reply) => this.notFound(request, reply));
    this.app.setErrorHandler((error, request, reply) => this.onError(error, request, reply));
  }

  get inFlightBytes(): number {
    return this.inFlight.bytes;
  }

  /** Gives the socket path, or the address as a URL. */
  async listen(): Promise<string> {
    const { listen } = this.options.settings;
    if (!('path' in listen)) return this.app.listen({ host: listen.host, port: listen.port });
    await removeStaleSocket(listen.path);
    await this.app.listen({ path: listen.path });
    await chmod(listen.path, 0o600);
    return listen.path;
  }

  /** Takes no more connections and waits for the requests that are being answered. */
  async close(): Promise<void> {
    await this.app.close();
  }

  /** What can be refused by the head alone, before anything of the body is read. */
  private async admit(request: FastifyRequest): Promise<void> {
    this.counters.requests += 1;
    this.assertHost(request);
    if (otlpTypeOf(request.headers['content-type']) === undefined) {
      throw new BeTraceError(
        'BT_UNSUPPORTED_MEDIA_TYPE',
        'The content type must be application/x-protobuf or application/json.',
      );
    }
    encodingOf(request);
    const { maxBodyBytes } = this.options.settings;
    if ((declaredLength(request) ?? 0) > maxBodyBytes) {
      throw new BeTraceError('BT_BODY_TOO_LARGE', `The body has more than ${maxBodyBytes} bytes; send fewer spans.`);
    }
    this.throwRefusal();
  }

  private async take(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { settings } = this.options;
    const type = otlpTypeOf(request.headers['content-type'])!;
    const reservation = this.inFlight.reserve(0)!;
    try {
      const body = await readBody(request.raw, {
        encoding: encodingOf(request),
        declared: declaredLength(request),
        maxBytes: settings.maxBodyBytes,
        reservation,
      });
      this.throwRefusal();
      const limits = { maxDecodedBytes: settings.maxOpenBytes };
      const decode = type === 'application/json' ? decodeJson : decodeProtobuf;
      const { spans, rejected } = body.length === 0 ? EMPTY : decode(body, limits);
      await this.options.accept(SPACES, spans, { type, body });
      this.counters.spansReceived += spans.length;
      this.counters.spansRejected += rejected.count;
      const answer = successAnswer(type, rejected);
      return reply.header('content-type', answer.contentType).send(answer.body);
    } finally {
      reservation.release();
    }
  }

  /** On a socket file the host in front has asked already. */
  private assertHost(request: FastifyRequest): void {
    const { listen } = this.options.settings;
    if ('path' in listen) return;
    const allowed = new Set(['localhost', ...(listen.allowedHosts ?? [])]);
    if (isAllowedHost(request.headers.host, allowed)) return;
    throw new BeTraceError('BT_HOST_NOT_ALLOWED', 'This host name is not on the allow-list.');
  }

  private throwRefusal(): void {
    const refusal = this.options.refusal();
    if (refusal !== undefined) throw refusal;
  }

  private notFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    if (request.url.split('?', 1)[0] !== PATH) {
      return this.refuse(request, reply, 404, 'BT_NOT_FOUND', `There is nothing here; traces go to POST ${PATH}.`);
    }
    const answer = `The method must be POST.`;
    return this.refuse(request, reply.header('allow', 'POST'), 405, 'BT_METHOD_NOT_ALLOWED', answer);
  }

  private onError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    if (error instanceof BeTraceError) return this.refuse(request, reply, error.status, error.code, error.message);
    if (error instanceof SenderGone) return this.refuse(request, reply, 400, 'BT_INVALID_REQUEST', error.message);
    const { statusCode } = error as { statusCode?: number };
    if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
      return this.refuse(request, reply, statusCode, 'BT_INVALID_REQUEST', 'The request is not well formed.');
    }
    this.options.onUnexpected(error);
    return this.refuse(request, reply, 500, 'BT_INTERNAL', 'Something went wrong here; the log has it.');
  }

  private refuse(
    request: FastifyRequest,
    reply: FastifyReply,
    status: number,
    code: string,
    message: string,
  ): FastifyReply {
    this.counters.refused[code] = (this.counters.refused[code] ?? 0) + 1;
    const answer = statusAnswer(request.headers['content-type'], rpcCodeOf(status), message);
    if (status === 503) void reply.header('retry-after', String(RETRY_AFTER_SECONDS));
    return reply.code(status).header('content-type', answer.contentType).send(answer.body);
  }
}

const EMPTY = { spans: [], rejected: { count: 0, reason: '' } };

function encodingOf(request: FastifyRequest): Encoding {
  const encoding = header(request.headers['content-encoding'])?.trim().toLowerCase() || 'identity';
  if (encoding === 'gzip' || encoding === 'identity') return encoding;
  throw new BeTraceError('BT_UNSUPPORTED_MEDIA_TYPE', 'The content encoding must be gzip or none.');
}

function declaredLength(request: FastifyRequest): number | undefined {
  const length = request.headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

/** A socket that a killed process left behind; anything else under that path is left alone, and listening fails. */
async function removeStaleSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSocket()) await unlink(path);
}
