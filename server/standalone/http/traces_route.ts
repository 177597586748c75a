import replyFrom from '@fastify/reply-from';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { BeTraceError } from '../../../common/errors';
import { allowOrigins } from '../../bridge/cors';
import type { CorsSettings } from '../../bridge/ingest_settings';
import { rpcCodeOf, statusAnswer } from '../../bridge/otlp_answer';
import { SENDER_HEADER, writeSender } from '../../bridge/sender';
import type { IngestAccess } from '../ingest_access';
import { errorBody } from './errors';

const RETRY_AFTER_S = 1;
/** Longer than the bridge's own limits on slow senders, so that its answer is the one that is given. */
const ANSWER_TIMEOUT_MS = 120_000;
/** What only the host needs to know. */
const SECRETS = ['authorization', 'cookie', 'proxy-authorization'];

export interface TracesServices {
  readonly bridge: { readonly socketPath: string; readonly accepting: () => boolean };
  readonly access: IngestAccess;
  /** The origins whose pages may send; none without. */
  readonly cors: CorsSettings | undefined;
  /** Told the code of each refusal that the host gives itself. */
  onRefused(code: string): void;
}

/**
 * `/v1/traces`: who sends is found out here, the rest is handed through, unread, to the bridge's worker on its socket; the
 * worker's answers are OTLP's, and so are those that are given here in its place.
 */
export const tracesRoute =
  ({ bridge, access, cors, onRefused }: TracesServices): FastifyPluginAsync =>
  async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    await app.register(replyFrom, {
      base: `unix+http://${encodeURIComponent(bridge.socketPath)}/`,
      http: { agentOptions: { keepAlive: true, maxSockets: 64 }, requestOptions: { timeout: ANSWER_TIMEOUT_MS } },
      disableRequestLogging: true,
    });
    app.decorateRequest('sender', undefined);

    const refuse = (request: FastifyRequest, reply: FastifyReply, error: BeTraceError): FastifyReply => {
      const { status, body } = errorBody(error);
      onRefused(body.code);
      const retryAfter = status === 503 ? RETRY_AFTER_S : undefined;
      const answer = statusAnswer(request.headers['content-type'], rpcCodeOf(status), body.message, retryAfter);
      if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
      if (status === 401) reply.header('www-authenticate', access.challenge);
      return reply.status(status).header('content-type', answer.contentType).send(answer.body);
    };
    app.setErrorHandler((error, request, reply) => refuse(request, reply, error as BeTraceError));
    if (cors) await allowOrigins(app, cors);

    app.all(
      '',
      {
        config: { role: 'ingest' },
        schema: { hide: true }, // OpenTelemetry describes this one
        logLevel: 'error', // senders that go away in between are no news
        onRequest: async (request) => {
          request.sender = await access.identify(request.headers.authorization, request.ip);
        },
      },
      (request, reply) => {
        if (!bridge.accepting()) throw unavailable('The bridge is not ready to take spans; send again.');
        return reply.from('/v1/traces', {
          // whatever a client wrote there itself is overwritten
          rewriteRequestHeaders: (_request, headers) => ({
            ...Object.fromEntries(Object.entries(headers).filter(([name]) => !SECRETS.includes(name))),
            [SENDER_HEADER]: writeSender(request.sender!),
          }),
          onError: (failed) =>
            void refuse(
              request,
              failed as unknown as FastifyReply,
              unavailable('The bridge did not answer; send again.'),
            ),
        });
      },
    );
  };

const unavailable = (message: string): BeTraceError => new BeTraceError('BT_BRIDGE_UNAVAILABLE', message);
