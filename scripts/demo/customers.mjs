import { SILENT_CARD } from './bank.mjs';

/** @typedef {{ method?: 'GET' | 'POST', path: string, as?: string, body?: object }} Visit */

const ORDER = { item: 'tea', amount: 12, card: '4000-good' };

/**
 * What people and programs do at the shop all day, and nothing is wrong.
 * @type {readonly Visit[]}
 */
export const ORDINARY = [
  { path: '/products/tea' },
  { method: 'POST', path: '/checkout', as: 'ada', body: ORDER },
  { path: '/account', as: 'grace' },
  { path: '/products/mug' },
  { method: 'POST', path: '/orders/1001/refund', as: 'linus', body: ORDER },
  { method: 'POST', path: '/checkout', as: 'grace', body: { ...ORDER, item: 'kettle', amount: 49 } },
];

/**
 * What they seldom do, and brings out a fault of the shop: each breaks another of the starter rules.
 * @type {Readonly<Record<string, Visit>>}
 */
export const UNLUCKY = {
  'Payment charged without a fraud check': {
    method: 'POST',
    path: '/checkout',
    as: 'ada',
    body: { ...ORDER, oneClick: true },
  },
  'Personal data read without an audit record': { path: '/customers/export', as: 'linus' },
  'Privileged action without an authenticated caller': {
    method: 'POST',
    path: '/refunds/batch',
    body: { orders: [{ id: '1001', ...ORDER }] },
  },
  'Payment timeout cascade': { method: 'POST', path: '/checkout', as: 'grace', body: { ...ORDER, card: SILENT_CARD } },
  'Slow or failed query during checkout': {
    method: 'POST',
    path: '/checkout',
    as: 'ada',
    body: { ...ORDER, item: 'teapot' },
  },
};

const TIMEOUT_MS = 10_000;
const MOST_AT_ONCE = 8;

/**
 * Does one thing after the other, around and around.
 * @param {number} ms
 * @param {readonly Visit[]} visits
 * @param {(visit: Visit) => void} send
 */
function every(ms, visits, send) {
  let next = 0;
  return setInterval(() => {
    const visit = visits[next++ % visits.length];
    if (visit) send(visit);
  }, ms);
}

/**
 * Sends visits to the shop: ordinary ones all the time, each unlucky one once in a period, evenly apart.
 * @param {string} storefront its address
 * @param {{ everyMs?: number, unluckyEveryMs?: number, unlucky?: boolean }} [options]
 *   `everyMs` between ordinary visits, `unluckyEveryMs` between one unlucky visit and the next, of another kind
 */
export function sendCustomers(storefront, { everyMs = 350, unluckyEveryMs = 5_000, unlucky = true } = {}) {
  const stopped = new AbortController();
  let inside = 0;
  const visit = async (/** @type {Visit} */ { method = 'GET', path, as, body }) => {
    if (inside >= MOST_AT_ONCE) return;
    inside += 1;
    try {
      const answer = await fetch(`${storefront}${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...(as && { authorization: `Bearer session-${as}` }) },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      await answer.arrayBuffer();
    } catch {
      // the shop is closed, or slow: they come again
    } finally {
      inside -= 1;
    }
  };
  const timers = [every(everyMs, ORDINARY, visit)];
  if (unlucky) timers.push(every(unluckyEveryMs, Object.values(UNLUCKY), visit));
  return () => {
    timers.forEach((timer) => clearInterval(timer));
    stopped.abort();
  };
}
