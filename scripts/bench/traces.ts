import { joinTrace } from '../../common/trace/join';
import type { Kind, SpanFields, SpanView, Status } from '../../common/trace/span';
import { createSpan } from '../../common/trace/span';
import type { TraceView } from '../../common/trace/trace';
import type { Attributes, Value } from '../../common/trace/value';
import { randomOf } from '../lib/random.mjs';

const SERVICES = ['storefront', 'checkout', 'payment', 'inventory', 'shipping', 'accounts'];
const NO_SCOPE = { name: '@opentelemetry/instrumentation-http', version: '0.223.0' };

/**
 * Traces of a shop of six services as its SDKs would send them (semantic conventions of 2025): requests, calls of other
 * services, queries, work without attributes, and in every eighth trace an agent with its calls of a model and of tools.
 * Nearly none violates a starter rule, as in a shop that goes well.
 */
export function realisticTraces(count: number, spansPerTrace: number, seed = 1): TraceView[] {
  return Array.from({ length: count }, (_, i) => new Shop(seed * 1000 + i).trace(spansPerTrace, i % 8 === 7));
}

class Shop {
  private readonly random: () => number;
  private readonly traceId: string;
  private readonly spans: SpanView[] = [];
  private readonly resources = new Map<string, Attributes>();
  private number = 0;

  constructor(seed: number) {
    this.random = randomOf(seed);
    this.traceId = this.hex(32);
  }

  trace(size: number, withAgent: boolean): TraceView {
    const start = 1_760_000_000_000_000 + Math.floor(this.random() * 1e12);
    const root = this.serve(null, SERVICES[0]!, start, 400_000);
    const parents = [{ id: root, service: SERVICES[0]!, startUs: start }];
    if (withAgent && size >= 5) this.agent(root, start + 1000);
    while (this.spans.length < size) {
      const parent = parents[Math.floor(this.random() * parents.length)]!;
      const startUs = parent.startUs + 500 + Math.floor(this.random() * 20_000);
      const kind = this.random();
      if (kind < 0.3 && this.spans.length + 2 <= size) {
        const service = this.pick(SERVICES);
        const call = this.call(parent.id, parent.service, service, startUs);
        const served = this.serve(call, service, startUs + 300, 30_000);
        parents.push({ id: served, service, startUs: startUs + 300 });
      } else if (kind < 0.7) this.query(parent.id, parent.service, startUs);
      else this.work(parent.id, parent.service, startUs);
    }
    return joinTrace({
      ...{ traceId: this.traceId, spaces: ['default'], source: 'otlp' },
      ...{ spans: this.spans, truncated: false, split: false, lossy: [] },
    });
  }

  private serve(parent: string | null, service: string, startUs: number, us: number): string {
    const route = `/${service}/${this.pick(['items', 'orders', 'carts'])}/:id`;
    return this.span(parent, service, `GET ${route}`, 'SERVER', startUs, us, {
      'http.request.method': 'GET',
      'http.route': route,
      'url.path': route.replace(':id', this.hex(8)),
      'url.scheme': 'https',
      'http.response.status_code': 200,
      'server.address': `${service}.shop.example`,
      'server.port': 443,
      'client.address': '10.1.2.3',
      'user_agent.original': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36',
      'network.protocol.version': '1.1',
    });
  }

  private call(parent: string, service: string, to: string, startUs: number): string {
    return this.span(parent, service, 'GET', 'CLIENT', startUs, 31_000, {
      'http.request.method': 'GET',
      'url.full': `https://${to}.shop.example/${to}/items/${this.hex(8)}`,
      'http.response.status_code': 200,
      'server.address': `${to}.shop.example`,
      'server.port': 443,
      'network.protocol.version': '1.1',
    });
  }

  private query(parent: string, service: string, startUs: number): void {
    const table = this.pick(['items', 'orders', 'carts', 'prices', 'stock', 'sessions']);
    this.span(parent, service, `SELECT ${table}`, 'CLIENT', startUs, 1500, {
      'db.system.name': 'postgresql',
      'db.namespace': 'shop',
      'db.collection.name': table,
      'db.operation.name': 'SELECT',
      'db.query.text': `SELECT * FROM ${table} WHERE id = $1 AND version = $2 LIMIT 100`,
      'server.address': 'db.shop.example',
      'server.port': 5432,
    });
  }

  private work(parent: string, service: string, startUs: number): void {
    const name = this.pick(['render', 'validate', 'price', 'cache.get', 'serialize']);
    this.span(
      parent,
      service,
      name,
      'INTERNAL',
      startUs,
      700,
      this.random() < 0.5 ? {} : { 'code.function.name': name },
    );
  }

  private agent(parent: string, startUs: number): void {
    const agent = this.span(parent, 'storefront', 'invoke_agent helper', 'INTERNAL', startUs, 300_000, {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': 'helper',
    });
    for (let i = 0; i < 2; i++) {
      this.span(agent, 'storefront', 'chat gpt', 'CLIENT', startUs + 1000 + i * 100_000, 80_000, {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'azure.ai.openai',
        'gen_ai.request.model': 'gpt-5',
        'gen_ai.response.model': 'gpt-5-2025-08-07',
        'gen_ai.request.max_tokens': 1000,
        'gen_ai.usage.input_tokens': 900,
        'gen_ai.usage.output_tokens': 200,
        'gen_ai.response.finish_reasons': ['stop'],
        'server.address': 'models.example',
      });
    }
    this.span(agent, 'storefront', 'execute_tool search', 'INTERNAL', startUs + 90_000, 10_000, {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'search',
      'gen_ai.tool.call.id': this.hex(8),
    });
  }

  private span(
    parentSpanId: string | null,
    service: string,
    name: string,
    kind: Kind,
    startUs: number,
    us: number,
    attributes: Readonly<Record<string, Value>>,
  ): string {
    const spanId = (++this.number).toString(16).padStart(16, '0');
    const fields: SpanFields = {
      ...{ traceId: this.traceId, spanId, parentSpanId, name, kind, startUs, endUs: startUs + us, flags: 0 },
      ...{ status: 'UNSET' as Status, statusMessage: '', scope: NO_SCOPE, events: [], links: [] },
      attributes: new Map(Object.entries(attributes)),
      resource: this.resourceOf(service),
      dropped: { attributes: 0, events: 0, links: 0 },
    };
    this.spans.push(createSpan(fields));
    return spanId;
  }

  private resourceOf(service: string): Attributes {
    const known = this.resources.get(service);
    if (known) return known;
    const resource = new Map<string, Value>([
      ['service.name', service],
      ['service.version', '1.4.2'],
      ['service.instance.id', this.hex(32)],
      ['deployment.environment.name', 'staging'],
      ['host.name', `node-${service}`],
      ['telemetry.sdk.language', 'nodejs'],
      ['telemetry.sdk.name', 'opentelemetry'],
      ['telemetry.sdk.version', '2.12.0'],
    ]);
    this.resources.set(service, resource);
    return resource;
  }

  private pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.random() * items.length)]!;
  }

  private hex(length: number): string {
    return Array.from({ length }, () => Math.floor(this.random() * 16).toString(16)).join('');
  }
}
