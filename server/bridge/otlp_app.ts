import type { Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fastify from 'fastify';
import { answerClientError } from './client_error';
import { allowOrigins } from './cors';
import type { CorsSettings } from './ingest_settings';
import { rpcCodeOf, statusAnswer } from './otlp_answer';

/** For a whole request to arrive: senders give up after 10 s by default. */
const REQUEST_TIMEOUT_MS = 30_000;
const IDLE_TIMEOUT_MS = 75_000;

export interface OtlpAppOptions {
  readonly path: string;
  /** Certificate and key; without, it speaks HTTP. */
  readonly https: SecureContextOptions | undefined;
  readonly maxBodyBytes: number;
  readonly cors: CorsSettings | undefined;
  /** By the head alone; throws what the request is refused for. */
  admit(request: FastifyRequest): Promise<void>;
  /** Reads the body, which nobody else has, and answers. */
  take(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
  notFound(request: FastifyRequest, reply: FastifyReply): FastifyReply;
  onError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply;
}

/** An HTTP server with one path, to which requests are posted; not listening yet. */
export async function createOtlpApp(options: OtlpAppOptions): Promise<FastifyInstance> {
  const { path, https, maxBodyBytes, cors, admit, take, notFound, onError } = options;
  const common = {
    logger: false,
    exposeHeadRoutes: false,
    bodyLimit: maxBodyBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: IDLE_TIMEOUT_MS,
    return503OnClosing: false,
    forceCloseConnections: 'idle' as const,
    clientErrorHandler: answerNoRequest,
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
      void onError(error, request, reply),
  };
  const timing = { headersTimeout: 10_000, connectionsCheckingInterval: 2_000 };
  const app: FastifyInstance = https
    ? (fastify({ ...common, https: { ...https, ...timing } }) as unknown as FastifyInstance)
    : fastify({ ...common, http: timing });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  app.decorateRequest('sender', undefined);
  app.setNotFoundHandler(notFound);
  app.setErrorHandler(onError);
  await app.register(
    async (context) => {
      if (cors) {
        await allowOrigins(context, cors);
        context.options('', notFound);
      }
      context.post('', { onRequest: admit }, take);
    },
    { prefix: path },
  );
  return app;
}

const answerNoRequest = (error: Error & { code?: string }, socket: Socket): void =>
  answerClientError(error, socket, (status, message) => statusAnswer(undefined, rpcCodeOf(status), message));
