/** What the customers and clerks of the shop talk to. */
const { call, Refusal, serve } = require('./http.cjs');
const { inSpan } = require('./span.cjs');

const { AUTH_URL = '', PAYMENT_URL = '', DATABASE_URL = '', AUDIT_URL = '' } = process.env;

/** @param {string | undefined} token */
const authenticate = (token) => call('POST', `${AUTH_URL}/check`, { token });

/**
 * @param {string} action
 * @param {string} actor
 */
const record = (action, actor) => call('POST', `${AUDIT_URL}/records`, { body: { action, actor } });

/** @param {{ id: string, amount: number, card: string }} order */
const refund = ({ id, amount, card }) =>
  inSpan('order.refund', { privileged: true, 'order.id': id }, async () => {
    await call('POST', `${PAYMENT_URL}/refunds`, { body: { amount, card } });
    await call('POST', `${DATABASE_URL}/refunds`, { body: { order: id, amount } });
  });

serve({
  'GET /products/:item': ({ params: [item] }) => call('GET', `${DATABASE_URL}/stock/${item}`),

  'POST /checkout': async ({ token, body: { item, amount, card, oneClick } }) => {
    const { id: customer } = await authenticate(token);
    const { left } = await call('GET', `${DATABASE_URL}/stock/${item}`);
    if (left === 0) throw new Refusal(409, `${item} is sold out`);
    await call('POST', `${PAYMENT_URL}/charges`, { body: { customer, amount, card, oneClick } });
    return call('POST', `${DATABASE_URL}/orders`, { body: { customer, item, amount } });
  },

  'GET /account': async ({ token }) => {
    const { id } = await authenticate(token);
    const account = await call('GET', `${DATABASE_URL}/customers/${id}`);
    await record('account.read', id);
    return account;
  },

  // for the newsletter
  'GET /customers/export': async ({ token }) => {
    await authenticate(token);
    return call('GET', `${DATABASE_URL}/customers`);
  },

  'POST /orders/:id/refund': async ({ token, params: [id = ''], body: { amount, card } }) => {
    const { id: clerk, role } = await authenticate(token);
    if (role !== 'clerk') throw new Refusal(403, 'only clerks give refunds');
    await refund({ id, amount, card });
    await record('order.refund', clerk);
  },

  // called by the nightly job, which has no session
  'POST /refunds/batch': async ({ body: { orders } }) => {
    for (const order of orders) await refund(order);
    await record('order.refund_batch', 'nightly-job');
  },
});
