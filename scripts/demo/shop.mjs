import { freePort } from '../lib/ports.mjs';
import { startBank } from './bank.mjs';
import { runService } from './service.mjs';

const SERVICES = ['auth', 'payment', 'database', 'audit', 'storefront'];

/**
 * Opens the shop: five services on ports of 127.0.0.1 that nobody else uses, each with a plain OpenTelemetry SDK, and a
 * bank outside of it. Rejects, with all of them ended, where one does not start or `signal` is aborted meanwhile.
 * @param {{ endpoint: string, log: (line: string) => void, signal?: AbortSignal }} options
 *   `endpoint` is where their spans go, e.g. `http://localhost:8080/v1/traces`
 */
export async function openShop({ endpoint, log, signal }) {
  const bank = await startBank();
  const ports = new Map();
  for (const name of SERVICES) ports.set(name, String(await freePort()));
  const addresses = Object.fromEntries(
    SERVICES.map((name) => [`${name.toUpperCase()}_URL`, `http://127.0.0.1:${ports.get(name)}`]),
  );
  const telemetry = {
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint,
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    OTEL_RESOURCE_ATTRIBUTES: 'service.namespace=shop,deployment.environment.name=demo',
    // half a second instead of five, for who waits for the first violation
    OTEL_BSP_SCHEDULE_DELAY: '500',
  };
  const shared = { ...addresses, BANK_URL: bank.url, ...telemetry };
  const services = SERVICES.map((name) => runService({ name, environment: { ...shared, PORT: ports.get(name) }, log }));
  const kill = () => {
    bank.stop();
    services.forEach((service) => service.kill());
  };
  signal?.addEventListener('abort', kill);
  if (signal?.aborted) kill();
  try {
    await Promise.all(services.map((service) => service.start()));
  } catch (error) {
    kill();
    await Promise.all(services.map((service) => service.stop()));
    throw error;
  } finally {
    signal?.removeEventListener('abort', kill);
  }
  return {
    /** Where customers go. */
    url: `http://127.0.0.1:${ports.get('storefront')}`,
    names: SERVICES,
    pids: () => services.map((service) => service.pid()),
    kill,
    /** Closes it, after its last spans have been sent. */
    stop: async () => {
      await Promise.all(services.map((service) => service.stop()));
      bank.stop();
    },
  };
}
