import { FastifyOtelInstrumentation } from '@fastify/otel';
import { context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { INSTANCE_KEY } from '../bridge/own_spans';
import type { SelfTracing } from './self_tracing';

/** Asked every few seconds by machines, and told in metrics; and the spans that we are sent. */
const UNTRACED = new Set(['/v1/traces', '/healthz', '/readyz', '/metrics']);

/**
 * Starts the OpenTelemetry SDK, which takes exporter, sampler, service name and limits from its own variables, for traces
 * only. Spans have no text of users: no query of an address, no message of an error.
 * @param instance by which the bridge tells these spans, should they come back
 */
export function traceSelf(instance: string, version: string): SelfTracing {
  const own = { 'service.name': 'betrace', 'service.version': version, [INSTANCE_KEY]: instance };
  const sdk = new NodeSDK({
    resource: defaultResource().merge(resourceFromAttributes(own)),
    // exceptions, with what Elasticsearch or a client said
    spanLimits: { eventCountLimit: 0 },
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  const fastify = new FastifyOtelInstrumentation({
    ignorePaths: ({ url }) => UNTRACED.has(url),
    instrumentHooks: false,
    instrumentHandler: false,
    recordExceptions: false,
    requestHook: (span, request) => {
      const { method, url, routeOptions } = request;
      span.updateName([method, routeOptions.url].filter(Boolean).join(' '));
      span.setAttribute('url.path', url.split('?', 1)[0] ?? '');
      const setStatus = span.setStatus.bind(span);
      span.setStatus = ({ code }) => setStatus({ code });
    },
  });
  return {
    instance,
    instrument: (app) => fastify.plugin()(app as never, {}, () => undefined),
    background: (work) => context.with(suppressTracing(context.active()), work),
    stop: () => sdk.shutdown().catch(() => undefined),
  };
}
