import { context, type Span, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-node';

export interface Telemetry {
  readonly tracer: Tracer;
  /** Exports what has ended; rejects if an export failed. */
  flush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** A plain OpenTelemetry Node SDK whose default exporter sends to `url`, e.g. `http://localhost:8080/v1/traces`. */
export function startTelemetry(url: string, service: string, form: 'protobuf' | 'json' = 'protobuf'): Telemetry {
  const exporter = form === 'protobuf' ? new ProtobufExporter({ url }) : new JsonExporter({ url });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'deployment.environment.name': 'test' }),
    spanProcessors: [new BatchSpanProcessor(exporter) as unknown as SpanProcessor],
  });
  return {
    tracer: provider.getTracer('test'),
    flush: () => provider.forceFlush(),
    shutdown: () => provider.shutdown(),
  };
}

/** A trace of one root span with children, each ended with its status; returns the trace id. */
export function sendTrace(
  tracer: Tracer,
  root: string,
  children: readonly {
    name: string;
    attributes?: Record<string, string | number | boolean>;
    error?: string;
  }[],
): string {
  const parent = tracer.startSpan(root);
  const inside = trace.setSpan(context.active(), parent);
  for (const { name, attributes, error } of children) {
    const child: Span = tracer.startSpan(name, attributes ? { attributes } : {}, inside);
    if (error !== undefined) child.setStatus({ code: SpanStatusCode.ERROR, message: error });
    child.end();
  }
  parent.end();
  return parent.spanContext().traceId;
}

/**
 * A trace that breaks every rule of `docs/reference/language.md`'s first section: logins 5 s apart, personal data read
 * without an audit, a slow query of a payment.
 */
export function breakFamily(tracer: Tracer): string {
  const root = tracer.startSpan('payment.checkout', { root: true });
  const inside = trace.setSpan(context.active(), root);
  const now = Date.now();
  const child = (name: string, fromMs: number, toMs: number, code = SpanStatusCode.UNSET, pii = false): void => {
    const attributes = pii ? { 'data.contains_pii': true } : {};
    const span = tracer.startSpan(name, { startTime: now + fromMs, attributes }, inside);
    span.setStatus({ code });
    span.end(now + toMs);
  };
  child('auth.login', 0, 10, SpanStatusCode.ERROR);
  child('auth.login', 5_000, 5_010, SpanStatusCode.OK);
  child('user.read', 10, 20, SpanStatusCode.UNSET, true);
  child('payment.db.query', 20, 1_500);
  root.end();
  return root.spanContext().traceId;
}
