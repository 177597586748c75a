import { randomBytes } from 'node:crypto';
import fastifyStatic from '@fastify/static';
import type { FastifyPluginAsync } from 'fastify';

/**
 * The app under `/app/`, and of other spaces under `/s/<space>/app/`: its files, and one page for every other address below, for the app routes those itself. Scripts
 * come from files alone; styles may also be those that carry the page's nonce.
 */
export const pagesRoutes =
  (folder: string): FastifyPluginAsync =>
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
          .header('content-security-policy', contentSecurityPolicy(nonce))
          .header('referrer-policy', 'no-referrer')
          .header('x-frame-options', 'DENY')
          .type('text/html; charset=utf-8')
          .send(page(nonce));
      });
    }
  };

const contentSecurityPolicy = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

const page = (nonce: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="betrace-styles" nonce="${nonce}">
    <title>BeTrace</title>
    <link rel="icon" href="/app/assets/logo.svg" type="image/svg+xml">
    <script type="module" src="/app/assets/betrace.standalone.js"></script>
  </head>
  <body>
    <div id="betrace"></div>
    <noscript>BeTrace's pages need JavaScript; its API does not.</noscript>
  </body>
</html>
`;
