import { chmod, lstat, unlink } from 'node:fs/promises';
import type { SecureContextOptions } from 'node:tls';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BeTraceError } from '../../common/errors';
import { ByteLedger } from './byte_ledger';
import { ACCEPTED_CODINGS, contentCodingOf } from './content_coding';
import { decoderOf } from './decode';
import type { BodyType } from './journal/records';
import { isAllowedHost } from './loopback';
import type { BridgeSettings, Level } from './messages';
import type { OtlpSpan } from './otlp_span';
import { createOtlpApp } from './otlp_app';
import { otlpTypeOf, rpcCodeOf, statusAnswer, successAnswer } from './otlp_answer';
import { OwnSpans } from './own_spans';
import { Quotas } from './quotas';
import { readBody, SenderGone } from './read_body';
import { readSender, type Sender, SENDER_HEADER, senderAt } from './sender';
import { openTls, type SecureServer, type Tls } from './tls';
import { TokenAccess } from './token_access';
import { unauthenticated } from './token_verifier';
import type { WantedAttributes } from './wanted_attributes';

const PATH = '/v1/traces';
const RETRY_AFTER_SECONDS = 2;

/** A request that was read and decoded. */
export interface AcceptedRequest {
  readonly spaces: readonly string[];
  readonly type: BodyType;
  readonly body: Buffer;
  readonly spans: readonly OtlpSpan[];
  /** Those by which the spans were decoded. */
  readonly wanted: WantedAttributes;
}

export interface ReceiverOptions {
  readonly settings: Pick<
    BridgeSettings,
    'listen' | 'ingest' | 'maxBodyBytes' | 'maxInFlightBytes' | 'maxOpenBytes' | 'ownInstance'
  >;
  /** Why nothing more can be taken just now; asked before a body is read and again before its spans are handed on. */
  refusal(): BeTraceError | undefined;
  /** Takes the spans of one request; once it has returned, they are acknowledged. */
  accept(request: AcceptedRequest): void | Promise<void>;
  /** Which attributes the spans are to have. */
  wanted(): WantedAttributes;
  log(level: Level, message: string, fields: Readonly<Record<string, unknown>>): void;
  onUnexpected(error: unknown): void;
}

export interface ReceiverCounters {
  requests: number;
  spansReceived: number;
  spansRejected: number;
  spansOwn: number;
  /** By error code. */
  refused: Record<string, number>;
}

const header = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

/**
 * OTLP/HTTP for traces (opentelemetry-proto, docs/specification.md): reads, inflates and decodes requests within bounds and
 * answers them to the letter. 429 and 503 always come with Retry-After; all other refusals must not be sent again.
 */
export class Receiver {
  readonly counters: ReceiverCounters = { requests: 0, spansReceived: 0, spansRejected: 0, spansOwn: 0, refused: {} };
  private readonly inFlight: ByteLedger;
  private readonly quotas: Quotas | undefined;
  private readonly own: OwnSpans;
  private app: FastifyInstance | undefined;
  private tls: Tls | undefined;
  private tokens: TokenAccess | undefined;

  constructor(private readonly options: ReceiverOptions) {
    const { maxInFlightBytes, ingest, ownInstance } = options.settings;
    this.inFlight = new ByteLedger(maxInFlightBytes);
    this.quotas = ingest?.quota && new Quotas(ingest.quota);
    this.own = new OwnSpans(ownInstance);
  }

  get inFlightBytes(): number {
    return this.inFlight.bytes;
  }

  /**
   * Gives the socket path, or the address as a URL.
   * @throws BT_TLS_INVALID, BT_TOKEN_KEYS_INVALID, or what the system says of the address
   */
  async listen(): Promise<string> {
    const { listen, ingest = {} } = this.options.settings;
    if ('path' in listen) {
      this.app = await this.build();
      await removeStaleSocket(listen.path);
      await this.app.listen({ path: listen.path });
      await chmod(listen.path, 0o600);
      return listen.path;
    }
    this.tokens = ingest.tokens && (await TokenAccess.open(ingest.tokens, this.options.log));
    this.tls = ingest.tls && (await openTls(ingest.tls, this.options.log));
    this.app = await this.build(this.tls?.options);
    const address = await this.app.listen({ host: listen.host, port: listen.port });
    this.tls?.serve(this.app.server as unknown as SecureServer);
    return address;
  }

  /** Takes no more connections and waits for the requests that are being answered. */
  async close(): Promise<void> {
    this.tokens?.stop();
    this.tls?.stop();
    await this.app?.close();
  }

  private build(https?: SecureContextOptions): Promise<FastifyInstance> {
    const { listen, ingest, maxBodyBytes } = this.options.settings;
    return createOtlpApp({
      path: PATH,
      https,
      maxBodyBytes,
      cors: 'path' in listen ? undefined : ingest?.cors,
      admit: (request) => this.admit(request),
      take: (request, reply) => this.take(request, reply),
      notFound: (request, reply) => this.notFound(request, reply),
      onError: (error, request, reply) => this.onError(error, request, reply),
    });
  }

  /** What can be refused by the head alone, before anything of the body is read. */
  private async admit(request: FastifyRequest): Promise<void> {
    this.counters.requests += 1;
    this.assertHost(request);
    const sender = this.identify(request);
    request.sender = sender;
    this.quotas?.assert(sender.id);
    if (otlpTypeOf(request.headers['content-type']) === undefined) {
      throw new BeTraceError(
        'BT_UNSUPPORTED_MEDIA_TYPE',
        'The content type must be application/x-protobuf or application/json.',
      );
    }
    contentCodingOf(header(request.headers['content-encoding']));
    const { maxBodyBytes } = this.options.settings;
    if ((declaredLength(request) ?? 0) > maxBodyBytes) {
      throw new BeTraceError('BT_BODY_TOO_LARGE', `The body has more than ${maxBodyBytes} bytes; send fewer spans.`);
    }
    this.throwRefusal();
  }

  private async take(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { settings } = this.options;
    const type = otlpTypeOf(request.headers['content-type'])!;
    const sender = request.sender!;
    const reservation = this.inFlight.reserve(0)!;
    try {
      const body = await readBody(request.raw, {
        coding: contentCodingOf(header(request.headers['content-encoding'])),
        declared: declaredLength(request),
        maxBytes: settings.maxBodyBytes,
        reservation,
      });
      this.throwRefusal();
      const own = this.own.mayBeIn(body) ? this.own : undefined;
      const { keys, generation } = this.options.wanted();
      const wanted = { keys: own ? undefined : keys, generation };
      const maxSpans = settings.ingest?.maxSpans;
      const limits = { maxDecodedBytes: settings.maxOpenBytes, maxSpans, wanted: wanted.keys };
      const { spans: sent, rejected } = body.length === 0 ? EMPTY : decoderOf(type)(body, limits);
      const spans = own ? own.without(sent) : sent;
      const { spaces } = sender;
      const use = { spans: spans.length, bytes: body.length };
      await this.charged(sender, use, () => this.options.accept({ spaces, type, body, spans, wanted }));
      this.counters.spansReceived += spans.length;
      this.counters.spansRejected += rejected.count;
      this.counters.spansOwn += sent.length - spans.length;
      const answer = successAnswer(type, rejected);
      return reply.header('content-type', answer.contentType).send(answer.body);
    } catch (error) {
      if (!isRetryable(error)) this.quotas?.take(sender.id, { bytes: reservation.bytes });
      throw error;
    } finally {
      reservation.release();
    }
  }

  /** What could not be taken after all, and so will be sent again, is given back. */
  private async charged(
    { id }: Sender,
    { spans, bytes }: { readonly spans: number; readonly bytes: number },
    work: () => void | Promise<void>,
  ): Promise<void> {
    this.quotas?.assert(id); // others of this sender may have come while this one was read
    this.quotas?.take(id, { spans, bytes });
    try {
      await work();
    } catch (error) {
      this.quotas?.take(id, { spans: -spans, bytes: -bytes });
      throw error;
    }
  }

  /** Behind a host, whom the host names; nobody is believed who comes without that. */
  private identify(request: FastifyRequest): Sender {
    const { listen } = this.options.settings;
    if (this.tokens) return this.tokens.identify(request.headers.authorization);
    if (!('path' in listen)) return senderAt(request.ip);
    const sender = readSender(request.headers[SENDER_HEADER]);
    if (sender === undefined) throw unauthenticated();
    return sender;
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
    if (error instanceof BeTraceError) {
      const { status, code, message, details } = error;
      return this.refuse(request, reply, status, code, message, details['retryAfter'] as number | undefined);
    }
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
    retryAfter = status === 503 ? RETRY_AFTER_SECONDS : undefined,
  ): FastifyReply {
    this.counters.refused[code] = (this.counters.refused[code] ?? 0) + 1;
    const answer = statusAnswer(request.headers['content-type'], rpcCodeOf(status), message, retryAfter);
    if (retryAfter !== undefined) void reply.header('retry-after', String(retryAfter));
    if (status === 401) void reply.header('www-authenticate', 'Bearer realm="BeTrace"');
    if (status === 415) void reply.header('accept-encoding', ACCEPTED_CODINGS);
    return reply.code(status).header('content-type', answer.contentType).send(answer.body);
  }
}

const isRetryable = (error: unknown): boolean =>
  error instanceof BeTraceError && (error.status === 429 || error.status === 503);

const EMPTY = { spans: [], rejected: { count: 0, reason: '' } };

function declaredLength(request: FastifyRequest): number | undefined {
  const length = request.headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

/** A socket that a killed process left behind; anything else under that path is left alone, and listening fails. */
async function removeStaleSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSocket()) await unlink(path);
}
