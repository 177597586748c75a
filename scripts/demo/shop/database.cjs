/** The tables of the shop, and the time that queries take. */
const { setTimeout: sleep } = require('node:timers/promises');
const { serve } = require('./http.cjs');
const { inSpan } = require('./span.cjs');

const PERSONAL_DATA = { 'data.contains_pii': true };

/** @type {Record<string, object>} */
const CUSTOMERS = {
  ada: { id: 'ada', email: 'ada@shop.example', address: '12 St James Square' },
  grace: { id: 'grace', email: 'grace@shop.example', address: '1 Navy Yard' },
};

/** What the stock table has an index for; anything else is looked for in all its rows. */
const INDEXED = new Set(['tea', 'mug', 'kettle']);
const INDEX_MS = 8;
const SCAN_MS = 1_500;

/**
 * @param {string} operation
 * @param {string} table
 * @param {string} condition
 * @param {() => unknown} answer
 * @param {{ ms?: number, attributes?: object }} [options]
 */
function query(operation, table, condition, answer, { ms = INDEX_MS, attributes = {} } = {}) {
  const text = `${operation} ${table}${condition && ` WHERE ${condition}`}`;
  const standard = {
    'db.system.name': 'other_sql',
    'db.namespace': 'shop',
    'db.operation.name': operation,
    'db.collection.name': table,
    'db.query.text': text,
  };
  return inSpan('db.query', { ...standard, ...attributes }, async () => {
    await sleep(ms);
    return answer();
  });
}

serve({
  'GET /stock/:item': ({ params: [item = ''] }) =>
    query('SELECT', 'stock', 'item = ?', () => ({ item, left: 7 }), { ms: INDEXED.has(item) ? INDEX_MS : SCAN_MS }),
  'GET /payments': () => query('SELECT', 'payments', 'customer = ?', () => ({ refused: 0 })),
  'POST /orders': () => query('INSERT', 'orders', '', () => ({ id: '1001' })),
  'POST /refunds': () => query('INSERT', 'refunds', '', () => ({ id: '2001' })),
  'GET /customers/:id': ({ params: [id = ''] }) =>
    query('SELECT', 'customers', 'id = ?', () => CUSTOMERS[id] ?? {}, { attributes: PERSONAL_DATA }),
  'GET /customers': () =>
    query('SELECT', 'customers', '', () => Object.values(CUSTOMERS), { attributes: PERSONAL_DATA }),
});
