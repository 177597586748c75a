/** Charges and refunds cards at the bank, which is outside the shop. */
const { call, serve } = require('./http.cjs');
const { inSpan } = require('./span.cjs');

const { BANK_URL = '', DATABASE_URL = '' } = process.env;
const BANK_TIMEOUT_MS = 1_000;

serve({
  'POST /charges': async ({ body: { customer, amount, card, oneClick } }) => {
    // who buys with one click has bought here before
    if (!oneClick) await checkForFraud(customer, amount);
    return move('payment.charge', 'charges', { amount, card });
  },
  'POST /refunds': ({ body: { amount, card } }) => move('payment.refund', 'refunds', { amount, card }),
});

/**
 * @param {string} customer
 * @param {number} amount
 */
function checkForFraud(customer, amount) {
  return inSpan('fraud.check', { 'enduser.id': customer, 'payment.amount': amount }, async (span) => {
    const { refused } = await call('GET', `${DATABASE_URL}/payments?customer=${customer}`);
    span.setAttribute('fraud.score', refused * 10);
  });
}

/**
 * @param {string} name
 * @param {string} path
 * @param {{ amount: number, card: string }} body
 */
function move(name, path, body) {
  const attributes = { 'payment.amount': body.amount, 'payment.currency': 'EUR' };
  return inSpan(name, attributes, () => call('POST', `${BANK_URL}/${path}`, { body, timeoutMs: BANK_TIMEOUT_MS }));
}
