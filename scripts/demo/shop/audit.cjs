/** The audit trail: `POST /records` keeps who did what. */
const { serve } = require('./http.cjs');
const { inSpan } = require('./span.cjs');

/** @type {unknown[]} */
const trail = [];
const KEPT = 1_000;

serve({
  'POST /records': ({ body: { action, actor } }) =>
    inSpan('audit.log', { 'audit.action': action, 'enduser.id': actor }, async () => {
      trail.push({ at: new Date(), action, actor });
      trail.splice(0, trail.length - KEPT);
    }),
});
