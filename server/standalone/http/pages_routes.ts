import { randomBytes } from 'node:crypto';
import fastifyStatic from '@fastify/static';
import type { FastifyPluginAsync } from 'fastify';
import type { RumSettings } from '../../../common/rum';

/**
 * The app under `/app/`, and of other spaces under `/s/<space>/app/`: its files, and one page for every other address below, for the app routes those itself. Scripts
 * come from files alone; styles may also be those that carry the page's nonce.
 */
export const pagesRoutes =
  (folder: string, rum?: RumSettings): FastifyPluginAsync =>
  async (app) => {
    const config = { role: 'reader', page: true, anySpace: true } as const;
    await app.register(fastifyStatic, { root: folder, serve: false, preCompressed: true, cacheControl: false });

    app.get('/', { config, schema: { hide: true } }, (_request, reply) => reply.redirect('/app/'));
    app.get('/app', { config, schema: { hide: true } }, (_request, reply) => reply.redirect('/app/'));
    for (const url of ['/s/:space', '/s/:space/', '/s/:space/app']) {
      app.get(url, { config, schema: { hide: true } }, ({ space }, reply) => reply.redirect(`/s/${space}/app/`));
    }

    app.get('/app/assets/*', { config, schema: { hide: true } }, (request, reply) => {
      // a browser asks every time whether its copy is the newest: frame and app must be of one version
      reply.header('cache-control', 'no-cache');
      return reply.sendFile((request.params as { '*': string })['*']);
    });

    for (const url of ['/app/*', '/s/:space/app/*']) {
      app.get(url, { config, schema: { hide: true } }, (_request, reply) => {
        const nonce = randomBytes(16).toString('base64');
        return reply
          .header('content-security-policy', contentSecurityPolicy(nonce, rum))
          .header('referrer-policy', 'no-referrer')
          .header('x-frame-options', 'DENY')
          .type('text/html; charset=utf-8')
          .send(page(nonce, rum));
      });
    }
  };

/** Pages talk with this host, and with the APM Server that their agent is for. */
const contentSecurityPolicy = (nonce: string, rum: RumSettings | undefined): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${rum ? ` ${new URL(rum.serverUrl).origin}` : ''}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

const escaped = (text: string): string => text.replace(/[&<>"]/g, (each) => `&#${each.charCodeAt(0)};`);

const page = (nonce: string, rum: RumSettings | undefined): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="betrace-styles" nonce="${nonce}">
    ${rum ? `<meta name="betrace-rum" content="${escaped(JSON.stringify(rum))}">\n    ` : ''}<title>BeTrace</title>
    <link rel="icon" href="/app/assets/logo.svg" type="image/svg+xml">
    <script type="module" src="/app/assets/betrace.standalone.js"></script>
  </head>
  <body>
    <div id="betrace"></div>
    <noscript>BeTrace's pages need JavaScript; its API does not.</noscript>
  </body>
</html>
`;
