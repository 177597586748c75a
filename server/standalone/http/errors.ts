import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { BeTraceError, type ErrorCode, ERRORS } from '../../../common/errors';
import type { Problem } from '../../../common/problem';
import { answerClientError } from '../../bridge/client_error';
import { describeError, statusOf } from '../../elasticsearch/errors';

interface RequestProblem {
  readonly code: string;
  readonly message: string;
  readonly path?: string;
}

export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly problems: readonly (Problem | RequestProblem)[];
}

/** Codes for what Fastify itself refuses, by status. */
const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  404: 'BT_NOT_FOUND',
  405: 'BT_METHOD_NOT_ALLOWED',
  413: 'BT_BODY_TOO_LARGE',
  415: 'BT_UNSUPPORTED_MEDIA_TYPE',
};

/** In our words where Fastify's repeat what was sent. */
const MESSAGES: Readonly<Record<string, string>> = {
  FST_ERR_BAD_URL: 'The address is not well formed.',
  FST_ERR_MAX_PARAM_LENGTH: 'A part of the address is too long.',
};

/** The API's one form of error: `{code, message, problems}`; what is not ours is logged and answered without detail. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) => {
    const body: ErrorBody = {
      code: 'BT_NOT_FOUND',
      message: `There is nothing at ${request.method} on this address.`,
      problems: [],
    };
    return reply.status(404).send(body);
  });
}

/** The answer to an error that a route or, as `frameworkErrors`, the router has thrown. */
export function answerError(
  error: FastifyError | BeTraceError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { status, body } = errorBody(error);
  if (body.code === 'BT_INTERNAL') {
    const fields = { code: body.code, route: request.routeOptions.url, stack: stackOf(error) };
    request.log.error(fields, describeError(error));
  }
  if (status === 503) reply.header('retry-after', '1');
  return reply.status(status).send(body);
}

/** The answer, in the same form, to what is no request. */
export function answerNoRequest(error: Error, socket: Socket): void {
  answerClientError(error, socket, (_status, message) => {
    const body: ErrorBody = { code: 'BT_INVALID_REQUEST', message, problems: [] };
    return { contentType: 'application/json', body: Buffer.from(JSON.stringify(body)) };
  });
}

/** @returns the answer to an error: the code's status, and a body that says nothing about our insides */
export function errorBody(error: FastifyError | BeTraceError): { status: number; body: ErrorBody } {
  if (error instanceof BeTraceError) {
    const problems = (error.details['problems'] ?? []) as readonly Problem[];
    return { status: error.status, body: { code: error.code, message: error.message, problems } };
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const problems = error.validation.flatMap(({ instancePath, message, params }) => {
      const path = instancePath.split('/').filter(Boolean).join('.');
      const unknown = (params as { keys?: string[] }).keys;
      if (unknown)
        return unknown.map((key) => ({
          ...invalid(`Unknown field "${key}".`),
          path: [path, key].filter(Boolean).join('.'),
        }));
      return [{ ...invalid(message ?? 'Invalid value.'), ...(path ? { path } : {}) }];
    });
    const [first] = problems;
    const message = first ? `${first.path ? `${first.path}: ` : ''}${first.message}` : 'The request is not valid.';
    return { status: 400, body: { code: 'BT_INVALID_REQUEST', message, problems } };
  }
  // What Elasticsearch answers is no fault of the client's, and its words show our insides.
  const status = statusOf(error) === undefined ? (error.statusCode ?? 500) : 500;
  if (status >= 400 && status < 500) {
    const code = BY_STATUS[status] ?? 'BT_INVALID_REQUEST';
    return { status, body: { code, message: MESSAGES[error.code] ?? error.message, problems: [] } };
  }
  return { status: 500, body: { code: 'BT_INTERNAL', message: ERRORS.BT_INTERNAL.meaning, problems: [] } };
}

const invalid = (message: string): RequestProblem => ({ code: 'BT_INVALID_REQUEST', message });

/** Where it happened, without the message: that can hold what a document holds. */
const stackOf = (error: Error): string | undefined => error.stack?.split('\n').slice(1, 8).join('\n');
