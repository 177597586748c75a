// OpenTelemetry's set-up as its documentation has it; everything else is in the standard OTEL_ environment variables.
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
const { NodeSDK } = require('@opentelemetry/sdk-node');

const sdk = new NodeSDK({ instrumentations: [new HttpInstrumentation()] });
sdk.start();

const flush = () => void sdk.shutdown().finally(() => process.exit());
process.once('SIGTERM', flush);
// the shop's owner is gone
process.once('disconnect', flush);
