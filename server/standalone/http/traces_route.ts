import replyFrom from '@fastify/reply-from';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { BeTraceError } from '../../../common/errors';
import { rpcCodeOf, statusAnswer } from '../../bridge/otlp_answer';
import { errorBody } from './errors';

const RETRY_AFTER_S = 1;
/** Longer than the bridge's own limits on slow senders, so that its answer is the one that is given. */
const ANSWER_TIMEOUT_MS = 120_000;

/**
 * `/v1/traces`: handed through, unread, to the bridge's worker on its socket; the worker's answers are OTLP's, and so are
 * those that are given here in its place.
 */
export const tracesRoute =
  (bridge: { readonly socketPath: string; readonly accepting: () => boolean }): FastifyPluginAsync =>
  async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    await app.register(replyFrom, {
      base: `unix+http://${encodeURIComponent(bridge.socketPath)}/`,
      http: { agentOptions: { keepAlive: true, maxSockets: 64 }, requestOptions: { timeout: ANSWER_TIMEOUT_MS } },
      disableRequestLogging: true,
    });

    const refuse = (request: FastifyRequest, reply: FastifyReply, status: number, message: string): FastifyReply => {
      const answer = statusAnswer(request.headers['content-type'], rpcCodeOf(status), message);
      if (status === 503) reply.header('retry-after', RETRY_AFTER_S);
      return reply.status(status).header('content-type', answer.contentType).send(answer.body);
    };

    app.setErrorHandler((error: Error, request, reply) => {
      const { status, body } = errorBody(error as BeTraceError);
      return refuse(request, reply, status, body.message);
    });

    // OpenTelemetry describes this one; senders that go away in between are no news for the log
    const options = { config: { role: 'ingest' }, schema: { hide: true }, logLevel: 'error' } as const;
    app.all('/v1/traces', options, (request, reply) => {
      if (!bridge.accepting()) {
        throw new BeTraceError('BT_BRIDGE_UNAVAILABLE', 'The bridge is not ready to take spans; send again.');
      }
      return reply.from('/v1/traces', {
        onError: (failed) =>
          void refuse(request, failed as unknown as FastifyReply, 503, 'The bridge did not answer; send again.'),
      });
    });
  };
