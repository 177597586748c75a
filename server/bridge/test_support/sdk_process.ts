/** A program of its own, as SDKs are: sends one trace, a root and children of the names given; prints its trace id. */
import { ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

async function main(endpoint: string, encoding: string, compression: string, names: readonly string[]): Promise<void> {
  const Exporter = encoding === 'json' ? JsonExporter : ProtobufExporter;
  const exporter = new Exporter({
    url: `${endpoint}/v1/traces`,
    compression: compression as NonNullable<ConstructorParameters<typeof Exporter>[0]>['compression'] & string,
  });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'payment-api' }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer('test', '1.2.3');
  const root = tracer.startSpan('root', {}, ROOT_CONTEXT);
  for (const name of names) {
    const attributes = { 'order.id': 42, 'order.tags': ['a', 'b'] };
    const span = tracer.startSpan(name, { attributes }, trace.setSpan(ROOT_CONTEXT, root));
    span.addEvent('looked', { depth: 1.5 });
    if (name.includes('fail')) span.setStatus({ code: SpanStatusCode.ERROR, message: 'request timed out' });
    span.end();
  }
  root.end();
  await provider.forceFlush();
  await provider.shutdown();
  process.stdout.write(root.spanContext().traceId);
}

const [endpoint, encoding, compression, ...names] = process.argv.slice(2);
void main(endpoint!, encoding!, compression!, names);
