import type { SpanView } from '../../../common/trace/span';
import type { Attributes, Value } from '../../../common/trace/value';

type Json = Record<string, unknown>;

/**
 * A document as apm-server makes it of a span that it gets by OTLP, written after `input/otlp/traces.go` and `metadata.go`
 * of elastic/apm-data, with what the ingest pipeline does to durations. Events become documents of other streams.
 * @param ns of each time, beyond its microsecond
 */
export function apmDocument(
  span: SpanView,
  ns: { readonly start: number; readonly end: number } = { start: 0, end: 0 },
): Json {
  const isTransaction = span.parentSpanId === null || span.kind === 'SERVER' || span.kind === 'CONSUMER';
  const labels = new Labels();
  const document: Json = { ...resourceFields(span.resource, labels) };
  const http = new Http();
  const type = attributesInto(span, isTransaction, labels, http, document);
  const status = http.status;
  let outcome = OUTCOMES[span.status];
  if (http.isUsed && status > 0 && outcome === 'unknown') {
    outcome = status >= (isTransaction ? 500 : 400) ? 'failure' : 'success';
  }
  const durationUs = Math.trunc(((span.endUs - span.startUs) * 1000 + ns.end - ns.start) / 1000);
  const links = span.links.map(({ traceId, spanId }) => ({ trace: { id: traceId }, span: { id: spanId } }));
  return {
    ...document,
    '@timestamp': new Date(span.startUs / 1000).toISOString(),
    timestamp: { us: span.startUs },
    data_stream: { type: 'traces', dataset: 'apm', namespace: 'default' },
    processor: { event: isTransaction ? 'transaction' : 'span', name: 'transaction' },
    trace: { id: span.traceId },
    ...(span.parentSpanId === null ? {} : { parent: { id: span.parentSpanId } }),
    event: { outcome, success_count: outcome === 'success' ? 1 : 0 },
    ...(isTransaction
      ? {
          transaction: {
            id: span.spanId,
            name: span.name,
            type: type ?? (http.isUsed ? 'request' : 'unknown'),
            sampled: true,
            representative_count: 1,
            duration: { us: durationUs },
            result: status > 0 ? `HTTP ${Math.floor(status / 100)}xx` : RESULTS[span.status],
          },
          span: { id: span.spanId, ...(links.length > 0 ? { links } : {}) },
        }
      : {
          span: {
            id: span.spanId,
            name: span.name,
            type: http.isUsed ? 'external' : span.kind === 'INTERNAL' ? 'app' : 'unknown',
            representative_count: 1,
            duration: { us: durationUs },
            ...(links.length > 0 ? { links } : {}),
          },
        }),
    ...(http.isUsed ? { http: http.fields } : {}),
    ...(labels.texts.size > 0 ? { labels: Object.fromEntries(labels.texts) } : {}),
    ...(labels.numbers.size > 0 ? { numeric_labels: Object.fromEntries(labels.numbers) } : {}),
    observer: { type: 'apm-server', version: '8.12.2' },
  };
}

const OUTCOMES = { OK: 'success', ERROR: 'failure', UNSET: 'unknown' } as const;
const RESULTS = { OK: 'Success', ERROR: 'Error', UNSET: undefined } as const;

class Http {
  isUsed = false;
  status = 0;
  readonly fields: Record<'request' | 'response', Json> = { request: {}, response: {} };
}

class Labels {
  readonly texts = new Map<string, string | string[]>();
  readonly numbers = new Map<string, number | number[]>();

  set(key: string, value: Value): void {
    const name = key.replaceAll('.', '_');
    if (typeof value === 'string') this.texts.set(name, truncated(value));
    else if (typeof value === 'boolean') this.texts.set(name, String(value));
    else if (typeof value === 'number' || typeof value === 'bigint') this.numbers.set(name, Number(value));
    else if (Array.isArray(value)) this.setList(name, value as readonly Value[]);
  }

  /** Of the kind of its first item; items of other kinds are left out. */
  private setList(name: string, list: readonly Value[]): void {
    const [first] = list;
    if (typeof first === 'string') {
      this.texts.set(
        name,
        list.filter((item) => typeof item === 'string'),
      );
    } else if (typeof first === 'boolean') {
      this.texts.set(name, list.filter((item) => typeof item === 'boolean').map(String));
    } else if (typeof first === 'number' || typeof first === 'bigint') {
      this.numbers.set(name, list.filter((item) => typeof item === 'number' || typeof item === 'bigint').map(Number));
    }
  }
}

const truncated = (text: string): string => [...text].slice(0, 1024).join('');

function resourceFields(resource: Attributes, labels: Labels): Json {
  const service: Json = { name: 'unknown', language: { name: 'unknown' } };
  const agent: Json = { name: 'otlp', version: 'unknown' };
  const host: Json = {};
  for (const [key, value] of resource) {
    const text = typeof value === 'string' ? truncated(value) : '';
    if (key === 'service.name') service['name'] = text.replace(/[^a-zA-Z0-9 _-]/g, '_') || 'unknown';
    else if (key === 'service.version') service['version'] = text;
    else if (key === 'service.instance.id') service['node'] = { name: text };
    else if (key === 'deployment.environment') service['environment'] = text;
    else if (key === 'telemetry.sdk.name') agent['name'] = text;
    else if (key === 'telemetry.sdk.version') agent['version'] = text;
    else if (key === 'telemetry.sdk.language') service['language'] = { name: text };
    else if (key === 'host.name') host['hostname'] = text;
    else labels.set(key, value);
  }
  return { service, agent, ...(Object.keys(host).length > 0 ? { host } : {}) };
}

/** @returns the transaction's type, where an attribute gives one */
function attributesInto(
  { attributes }: SpanView,
  isTransaction: boolean,
  labels: Labels,
  http: Http,
  document: Json,
): string | undefined {
  let type: string | undefined;
  for (const [key, value] of attributes) {
    const isNumber = typeof value === 'number' || typeof value === 'bigint';
    if (isNumber && (key === 'http.status_code' || key === 'http.response.status_code')) {
      http.isUsed = true;
      http.status = Number(value);
      http.fields.response['status_code'] = http.status;
    } else if (typeof value === 'string' && (key === 'http.method' || key === 'http.request.method')) {
      http.isUsed = true;
      http.fields.request['method'] = truncated(value);
    } else if (typeof value === 'string' && (key === 'http.url' || key === 'url.full')) {
      http.isUsed = true;
      document['url'] = { original: truncated(value) };
    } else if (key === 'rpc.method' || key === 'rpc.service') continue;
    else if (isTransaction && key === 'type' && typeof value === 'string') type = truncated(value);
    else if (!isTransaction && key === 'span.kind') continue;
    else labels.set(key, value);
  }
  return type;
}
