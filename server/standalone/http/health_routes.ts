import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Registry } from 'prom-client';
import { z } from 'zod';

export interface Readiness {
  readonly ready: boolean;
  /** Why not, each with a code. */
  readonly reasons: readonly { readonly code: string; readonly message: string }[];
}

const readinessSchema = z.object({
  ready: z.boolean(),
  reasons: z.array(z.object({ code: z.string(), message: z.string() })),
});

const tags = ['operation'];

/** `/healthz`: the process answers. `/readyz`: it can do its work. `/metrics`: Prometheus. */
export const healthRoutes =
  (readiness: () => Readiness, metrics: Registry): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/healthz',
      {
        config: { role: 'open' },
        schema: {
          tags,
          summary: 'The process answers',
          security: [],
          response: { 200: z.object({ status: z.literal('ok') }) },
        },
      },
      () => ({ status: 'ok' as const }),
    );

    app.get(
      '/readyz',
      {
        config: { role: 'reader', anySpace: true },
        schema: {
          tags,
          summary: 'Spans are taken, judged and written; 503 with the reasons where not',
          response: { 200: readinessSchema, 503: readinessSchema },
        },
      },
      async (_request, reply) => {
        const state = readiness();
        return reply.status(state.ready ? 200 : 503).send({ ready: state.ready, reasons: [...state.reasons] });
      },
    );

    app.get(
      '/metrics',
      {
        config: { role: 'reader', anySpace: true },
        schema: { tags, summary: 'Metrics in the Prometheus text format' },
      },
      async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()),
    );
  };
