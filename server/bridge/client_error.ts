import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

export interface RawAnswer {
  readonly contentType: string;
  readonly body: Buffer;
}

/**
 * Answers what fails before there is a request: bytes that are no HTTP, or a request that did not arrive in time. The
 * connection ends with it.
 * @param answerOf the answer in the server's own form of error
 */
export function answerClientError(
  error: Error & { readonly code?: string },
  socket: Socket,
  answerOf: (status: number, message: string) => RawAnswer,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const { contentType, body } = answerOf(status, MESSAGES[status]);
  const head =
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: ${contentType}\r\n` +
    `content-length: ${body.length}\r\nconnection: close\r\n\r\n`;
  socket.end(Buffer.concat([Buffer.from(head, 'latin1'), body]));
  socket.once('finish', () => socket.destroy());
}

const MESSAGES = {
  400: 'This is no HTTP request.',
  408: 'The request took too long.',
  431: 'The head of the request is too large.',
};
