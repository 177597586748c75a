import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import type { CorsSettings } from './ingest_settings';

/**
 * Lets pages of these origins send spans from browsers (fetch.spec.whatwg.org, "CORS protocol"): for the routes of this
 * context, whose OPTIONS must be among them. Exact origins may send with cookies, as `navigator.sendBeacon` always does;
 * we use none.
 */
export async function allowOrigins(context: FastifyInstance, { origins, maxAgeSeconds }: CorsSettings): Promise<void> {
  const any = origins.includes('*');
  // what the plugin adds for addresses of any name below ours is no business of browsers
  context.addHook('onRoute', (route) => {
    if (route.url.endsWith('*')) route.config = { ...route.config, cors: false } as NonNullable<typeof route.config>;
  });
  await context.register(cors, {
    origin: any ? '*' : [...origins],
    credentials: !any,
    methods: ['POST'],
    allowedHeaders: ['authorization', 'content-encoding', 'content-type'],
    exposedHeaders: ['retry-after'],
    maxAge: maxAgeSeconds,
    strictPreflight: false,
  });
}

/** Whether a page's origin, as browsers send it, could be this text: scheme, host and, where it isn't the usual one, port. */
export const isOrigin = (text: string): boolean =>
  URL.canParse(text) && new URL(text).origin === text && text !== 'null';
