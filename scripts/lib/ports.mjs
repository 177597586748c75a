import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// below the ports that systems hand out to connections, and away from those that programs are known to use
const FIRST = 21_000;
const LAST = 29_999;

/**
 * A port of 127.0.0.1 that nobody listens on. Chosen at random: a server that is stopped and started again on its port
 * must not find that another one was given it meanwhile.
 * @returns {Promise<number>}
 */
export async function freePort() {
  for (;;) {
    const port = randomInt(FIRST, LAST + 1);
    if (await isFree(port)) return port;
  }
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
