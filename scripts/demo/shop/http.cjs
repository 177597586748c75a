const http = require('node:http');
const { trace } = require('@opentelemetry/api');

/**
 * @typedef {{ params: string[], query: URLSearchParams, body: any, token: string | undefined }} Request
 * @typedef {(request: Request) => Promise<unknown>} Handler answers with what becomes the body, or throws a Refusal
 */

/** An answer other than 200. */
class Refusal extends Error {
  /**
   * @param {number} status
   * @param {string} message
   */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * Serves routes like `POST /orders/:id/refund` on PORT of 127.0.0.1, and tells a parent process once it does.
 * @param {Record<string, Handler>} handlers by method and path
 */
function serve(handlers) {
  const routes = Object.entries(handlers).map(([name, handler]) => {
    const [method = '', path = ''] = name.split(' ');
    return { method, path, handler, pattern: path.split('/') };
  });
  const server = http.createServer(async (incoming, outgoing) => {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://localhost');
    const parts = pathname.split('/');
    const route = routes.find(({ method, pattern }) => method === incoming.method && fits(pattern, parts));
    try {
      if (!route) throw new Refusal(404, `no ${pathname} here`);
      trace.getActiveSpan()?.updateName(`${route.method} ${route.path}`).setAttribute('http.route', route.path);
      const answer = await route.handler({
        params: parts.filter((_, i) => route.pattern[i]?.startsWith(':')),
        query: searchParams,
        body: await readJson(incoming),
        token: incoming.headers.authorization?.replace('Bearer ', ''),
      });
      send(outgoing, 200, answer ?? {});
    } catch (error) {
      const { status = 500, message } = /** @type {Partial<Refusal>} */ (error);
      send(outgoing, status, { error: message });
    }
  });
  server.listen(Number(process.env['PORT']), '127.0.0.1', () => process.send?.('listening'));
}

/**
 * @param {string[]} pattern
 * @param {string[]} parts
 */
function fits(pattern, parts) {
  return pattern.length === parts.length && pattern.every((part, i) => part.startsWith(':') || part === parts[i]);
}

/**
 * @param {http.ServerResponse} outgoing
 * @param {number} status
 * @param {unknown} body
 */
function send(outgoing, status, body) {
  outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** @param {http.IncomingMessage} stream */
async function readJson(stream) {
  const chunks = await stream.toArray();
  return chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : undefined;
}

/**
 * Calls another service; rejects with a Refusal unless it answers 200, with 504 where it takes too long.
 * @param {string} method
 * @param {string} url
 * @param {{ body?: unknown, token?: string | undefined, timeoutMs?: number }} [options]
 * @returns {Promise<any>}
 */
function call(method, url, { body, token, timeoutMs = 10_000 } = {}) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    const request = http.request(url, { method, headers }, async (answer) => {
      try {
        const content = await readJson(answer);
        if (answer.statusCode === 200) resolve(content);
        else reject(new Refusal(answer.statusCode ?? 500, content.error));
      } catch (error) {
        reject(error);
      }
    });
    request.setTimeout(timeoutMs, () => request.destroy(new Refusal(504, `timed out after ${timeoutMs} ms`)));
    request.on('error', reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

module.exports = { call, Refusal, serve };
