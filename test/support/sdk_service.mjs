/**
 * A service as users have it: its own process with a plain OpenTelemetry Node SDK, whose default exporter sends to the
 * endpoint given. Makes the traces that the test asks for. Arguments: endpoint, service name, protobuf or json.
 */
import { ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

const [url = '', service = '', form] = process.argv.slice(2);
const exporter = form === 'json' ? new JsonExporter({ url }) : new ProtobufExporter({ url });
const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ 'service.name': service, 'deployment.environment.name': 'test' }),
  spanProcessors: [new BatchSpanProcessor(exporter)],
});
const tracer = provider.getTracer('test');

/**
 * @param {import('./telemetry').SpanSpec} spec
 * @param {import('@opentelemetry/api').Context} context
 * @param {number} now
 */
function record({ name, attributes = {}, status, message, startMs, endMs, children = [] }, context, now) {
  const span = tracer.startSpan(
    name,
    { attributes, ...(startMs === undefined ? {} : { startTime: now + startMs }) },
    context,
  );
  for (const child of children) record(child, trace.setSpan(context, span), now);
  if (status !== undefined) {
    span.setStatus({ code: SpanStatusCode[status], ...(message === undefined ? {} : { message }) });
  }
  span.end(endMs === undefined ? undefined : now + endMs);
  return span.spanContext().traceId;
}

const commands = {
  /** @param {import('./telemetry').SpanSpec} root */
  send: (root) => record(root, ROOT_CONTEXT, Date.now()),
  flush: () => provider.forceFlush(),
};

process.on(
  'message',
  async (/** @type {{ id: number, command: 'send' | 'flush', root?: any }} */ { id, command, root }) => {
    try {
      process.send?.({ id, result: await commands[command](root) });
    } catch (error) {
      process.send?.({ id, error: String(error) });
    }
  },
);
process.on('disconnect', () => process.exit());
