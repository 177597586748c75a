import type { Agent, IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Sending {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  /** Pieces are sent chunked, without a Content-Length. */
  readonly body?: Buffer | string | Iterable<Buffer>;
  readonly agent?: Agent;
  readonly socketPath?: string;
}

/** One request over a real socket, by its own connection unless an agent keeps one. */
export function send(
  endpoint: string,
  { method = 'POST', path = '/v1/traces', headers = {}, body, agent, socketPath }: Sending,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${endpoint}${path}`,
      { method, headers, agent: agent ?? false, ...(socketPath && { socketPath }) },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode!, headers: incoming.headers, body: Buffer.concat(chunks) }),
        );
        incoming.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) outgoing.end(body);
    else {
      for (const chunk of body) outgoing.write(chunk);
      outgoing.end();
    }
  });
}

/** Sends bytes that need be no HTTP, gives what comes back until the other side closes. */
export async function sendRaw(endpoint: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(endpoint);
  const socket = connect(Number(port), hostname);
  socket.write(bytes);
  return text(socket);
}
