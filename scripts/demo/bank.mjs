import { once } from 'node:events';
import { createServer } from 'node:http';

const ANSWER_MS = 20;
/** The bank has trouble with these cards, and is silent. */
export const SILENT_CARD = '4000-silent';

/**
 * The world outside the shop, of which no spans come: a bank that moves money for whoever asks.
 * @returns {Promise<{ url: string, stop: () => void }>}
 */
export async function startBank() {
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    if (body.includes(SILENT_CARD)) return;
    setTimeout(() => response.setHeader('content-type', 'application/json').end('{"done":true}'), ANSWER_MS);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
