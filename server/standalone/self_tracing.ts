import { randomUUID } from 'node:crypto';
import { hostname, networkInterfaces } from 'node:os';
import type { FastifyInstance } from 'fastify';
import type { Log } from '../../common/log';

/** The host's own traces, sent where the environment says. */
export interface SelfTracing {
  /** The value of `betrace.instance.id` that the spans' resource has, and nothing else. */
  readonly instance: string;
  /** Before the app has any route: requests to it make spans, but for those to `/v1/traces`, health and metrics. */
  instrument(app: FastifyInstance): void;
  /** Runs what serves no request: nothing of it makes spans. */
  background<T>(work: () => T): T;
  /** Sends what is left. */
  stop(): Promise<void>;
}

export interface SelfTracingOptions {
  readonly version: string;
  readonly log: Log;
  /** Where this host listens, and the names that it goes by. */
  readonly port: number;
  readonly hosts: readonly string[];
}

const LOOPBACK = ['localhost', '127.0.0.1', '::1', '0.0.0.0', '::'];
const DEFAULT_PORT = { grpc: 4317, http: 4318 };

/**
 * Starts to trace the host where the variables of OpenTelemetry's SDKs switch that on: OTEL_TRACES_EXPORTER, or an
 * OTEL_EXPORTER_OTLP_ENDPOINT. The SDK is loaded only then.
 * @returns undefined where it is off, or where it would send to this very host
 */
export async function startSelfTracing(
  environment: NodeJS.ProcessEnv,
  options: SelfTracingOptions,
): Promise<SelfTracing | undefined> {
  const endpoint = endpointOf(environment);
  if (endpoint === undefined) return undefined;
  if (isSelf(endpoint, options)) {
    options.log.warn(
      { endpoint: endpoint.host },
      "The host's own traces are not sent: OTEL_EXPORTER_OTLP_ENDPOINT is this host, which does not judge itself",
    );
    return undefined;
  }
  const { traceSelf } = await import('./self_tracing_sdk');
  options.log.info({ endpoint: endpoint.host }, "The host's own traces are sent");
  return traceSelf(randomUUID(), options.version);
}

/** Where spans go; undefined where they are not wanted. What is no URL is left to the SDK to complain of. */
function endpointOf(environment: NodeJS.ProcessEnv): URL | undefined {
  const text = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const given = text('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') ?? text('OTEL_EXPORTER_OTLP_ENDPOINT');
  const exporters = text('OTEL_TRACES_EXPORTER')?.split(',') ?? (given ? ['otlp'] : ['none']);
  if (text('OTEL_SDK_DISABLED')?.toLowerCase() === 'true' || exporters.some((name) => name.trim() === 'none')) {
    return undefined;
  }
  const protocol = text('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') ?? text('OTEL_EXPORTER_OTLP_PROTOCOL');
  const usual = `http://localhost:${protocol === 'grpc' ? DEFAULT_PORT.grpc : DEFAULT_PORT.http}`;
  return new URL(given !== undefined && URL.canParse(given) ? given : usual);
}

function isSelf({ hostname: name, port, protocol }: URL, { port: ownPort, hosts }: SelfTracingOptions): boolean {
  if (Number(port || (protocol === 'https:' ? 443 : 80)) !== ownPort) return false;
  const addresses = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
  const own = [...LOOPBACK, ...hosts, ...addresses, hostname().toLowerCase()];
  return own.includes(name.toLowerCase().replace(/^\[(.*)\]$/, '$1'));
}
