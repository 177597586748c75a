import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { freePort } from '../scripts/lib/ports.mjs';
import { call, eventually } from './support/api';
import { type Host, startHost } from './support/host';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
}
interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string };
}
interface Export {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
}

const [SERVER, CLIENT] = [2, 3];

/** As much of a Collector as takes traces as JSON and keeps them. */
class Collector {
  readonly bodies: string[] = [];
  readonly paths = new Set<string | undefined>();
  private readonly server: Server;

  constructor() {
    this.server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      this.paths.add(request.url);
      this.bodies.push(body);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }

  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as { port: number }).port}`;
  }

  get exports(): Export[] {
    return this.bodies.map((body) => JSON.parse(body) as Export);
  }

  get spans(): Span[] {
    return this.exports.flatMap(({ resourceSpans }) =>
      resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    );
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

const bridgeMetric = async (host: Host, name: string): Promise<number> => {
  const text = await (await fetch(`${host.url}/metrics`)).text();
  return Number(new RegExp(`^betrace_bridge_${name} (\\S+)`, 'm').exec(text)?.[1]);
};

describe('a host whose own traces are sent', () => {
  const collector = new Collector();
  let host: Host;
  beforeAll(async () => {
    host = await startHost({
      OTEL_EXPORTER_OTLP_ENDPOINT: await collector.listen(),
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '200',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
      BETRACE_SETTLE_MS: '200',
      NODE_DEBUG: 'module',
    });
  });
  afterAll(async () => {
    expect(await host.stop()).toBe(0);
    collector.close();
  });

  test('sends a span for each request of the API, what it asks of Elasticsearch below it, and no text of users', async () => {
    const traceId = randomBytes(16).toString('hex');
    const parent = randomBytes(8).toString('hex');
    const headers = { traceparent: `00-${traceId}-${parent}-01` };
    expect((await call('GET', `${host.url}/api/v1/rules?q=private-words`, undefined, headers)).status).toBe(200);
    const wrong = await call('POST', `${host.url}/api/v1/rules`, { 'private-field': 1 });
    expect(wrong.status).toBe(400);
    expect(JSON.stringify(wrong.body)).toContain('private-field');
    const span = { traceId, spanId: randomBytes(8).toString('hex'), name: 'any', startTimeUnixNano: '1' };
    const body = { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] };
    expect((await call('POST', `${host.url}/v1/traces`, body)).status).toBe(200);
    await call('GET', `${host.url}/healthz`);
    // polls of rules, questions whether Elasticsearch is there
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const spans = await eventually(
      async () => collector.spans,
      (all) => all.some(({ name }) => name === 'POST /api/v1/rules'),
    );

    const listing = spans.find(({ name }) => name === 'GET /api/v1/rules')!;
    expect(listing).toMatchObject({ traceId, parentSpanId: parent, kind: SERVER });
    const below = spans.filter(({ parentSpanId }) => parentSpanId === listing.spanId);
    expect(below.map(({ name, kind }) => [name, kind])).toContainEqual(['search', CLIENT]);
    const ids = new Set(spans.map(({ spanId }) => spanId));
    const roots = spans.filter(({ parentSpanId }) => !parentSpanId || !ids.has(parentSpanId));
    expect(roots.map(({ name }) => name).sort()).toEqual(['GET /api/v1/rules', 'POST /api/v1/rules']);
    expect(collector.bodies.join('')).not.toContain('private-');
    expect([...collector.paths]).toEqual(['/v1/traces']);

    const [first] = collector.exports[0]!.resourceSpans;
    const resource = Object.fromEntries(first!.resource.attributes.map(({ key, value }) => [key, value.stringValue]));
    expect(resource).toMatchObject({ 'service.name': 'betrace', 'deployment.environment.name': 'test' });
  });

  test('does not take them back; another host does', async () => {
    const other = await startHost({ BETRACE_SETTLE_MS: '200' });
    try {
      const { length } = collector.spans;
      const before = await bridgeMetric(host, 'spans_received_total');
      const all = { resourceSpans: collector.exports.flatMap(({ resourceSpans }) => resourceSpans) };
      for (const { url } of [host, other]) expect((await call('POST', `${url}/v1/traces`, all)).status).toBe(200);
      await eventually(
        () => bridgeMetric(host, 'spans_own_total'),
        (own) => own === length,
      );
      expect(await bridgeMetric(host, 'spans_received_total')).toBe(before);
      await eventually(
        () => bridgeMetric(other, 'spans_received_total'),
        (received) => received === length,
      );
      expect(await bridgeMetric(other, 'spans_own_total')).toBe(0);
    } finally {
      await other.stop();
    }
  });

  test('has loaded the SDK for it', () => expect(host.output()).toContain('sdk-node'));
});

test('where the endpoint is the host itself it says so and sends nothing', async () => {
  const port = await freePort();
  const host = await startHost({
    BETRACE_HTTP_PORT: String(port),
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://localhost:${port}`,
    OTEL_BSP_SCHEDULE_DELAY: '100',
  });
  try {
    expect(host.output()).toContain('which does not judge itself');
    await call('GET', `${host.url}/api/v1/rules`);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(await bridgeMetric(host, 'requests_total')).toBe(0);
  } finally {
    await host.stop();
  }
});

test.each<[string, Record<string, string>]>([
  ['it is not asked for', {}],
  ['the SDK is disabled', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_SDK_DISABLED: 'true' }],
  ['there is no exporter', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_TRACES_EXPORTER: 'none' }],
])('where %s nothing of the SDK is loaded', async (_why, environment) => {
  const host = await startHost({ ...environment, NODE_DEBUG: 'module' });
  try {
    await call('GET', `${host.url}/api/v1/rules`);
    expect(host.output()).toContain('looking for "fastify"');
    expect(host.output()).not.toMatch(/sdk-node|@fastify\/otel/);
  } finally {
    await host.stop();
  }
});
