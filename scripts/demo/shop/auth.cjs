/** Who is calling: `POST /check` with a token answers with its owner, or 401. */
const { Refusal, serve } = require('./http.cjs');
const { inSpan } = require('./span.cjs');

/** @type {Record<string, { id: string, role: string }>} */
const SESSIONS = {
  'session-ada': { id: 'ada', role: 'customer' },
  'session-grace': { id: 'grace', role: 'customer' },
  'session-linus': { id: 'linus', role: 'clerk' },
};

serve({
  'POST /check': ({ token = '' }) =>
    inSpan('auth.check', {}, async (span) => {
      const user = SESSIONS[token];
      if (!user) throw new Refusal(401, 'nobody is logged in');
      span.setAttributes({ 'enduser.id': user.id, 'enduser.role': user.role });
      return user;
    }),
});
