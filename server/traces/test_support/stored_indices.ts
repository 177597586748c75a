import type { Client, estypes } from '@elastic/elasticsearch';
import type { SpanView } from '../../../common/trace/span';
import { apmDocument } from './apm_documents';
import { otelDocuments } from './otel_documents';

const KEYWORD = { type: 'keyword' } as const;
const CUT: estypes.MappingProperty = { type: 'keyword', ignore_above: 1024 };
const ALIAS = (path: string): estypes.MappingProperty => ({ type: 'alias', path });
const STRINGS: estypes.MappingTypeMapping['dynamic_templates'] = [
  {
    complex: {
      path_match: ['attributes.*', 'resource.attributes.*'],
      match_mapping_type: 'object',
      mapping: { type: 'flattened' },
    },
  },
  { strings: { match_mapping_type: 'string', mapping: CUT } },
];
/** As the stack's `traces@settings`. */
const SETTINGS: estypes.IndicesIndexSettings = {
  number_of_shards: 1,
  number_of_replicas: 0,
  mapping: { ignore_malformed: true, total_fields: { limit: 1000, ignore_dynamic_beyond_limit: true } } as never,
};

const attributes = { type: 'passthrough', dynamic: true, priority: 20 } as unknown as estypes.MappingProperty;

/** As `otel@mappings` and `traces-otel@mappings`, of what rules and readers see. */
const OTEL: estypes.MappingTypeMapping = {
  dynamic: false,
  date_detection: false,
  dynamic_templates: STRINGS,
  properties: {
    '@timestamp': { type: 'date' },
    attributes,
    dropped_attributes_count: { type: 'long' },
    resource: { properties: { attributes: { ...attributes, priority: 40 } as estypes.MappingProperty } },
    scope: { properties: { name: CUT, version: KEYWORD } },
    trace_id: KEYWORD,
    span_id: KEYWORD,
    parent_span_id: KEYWORD,
    name: KEYWORD,
    kind: KEYWORD,
    duration: { type: 'long' },
    status: { properties: { code: KEYWORD, message: KEYWORD } },
    trace: { properties: { id: ALIAS('trace_id') } },
    span: { properties: { id: ALIAS('span_id'), name: ALIAS('name') } },
    parent: { properties: { id: ALIAS('parent_span_id') } },
    observed_timestamp: { type: 'date' },
    event_name: KEYWORD,
  },
};

/** As `traces-apm@mappings` and what the stack's dynamic templates make of the rest. */
const APM: estypes.MappingTypeMapping = {
  dynamic: true,
  date_detection: false,
  dynamic_templates: [
    { numeric_labels: { path_match: 'numeric_labels.*', mapping: { type: 'double' } } },
    { strings: { match_mapping_type: 'string', mapping: CUT } },
  ],
  properties: {
    '@timestamp': { type: 'date' },
    timestamp: { properties: { us: { type: 'long' } } },
    span: { properties: { duration: { properties: { us: { type: 'long' } } } } },
    transaction: { properties: { duration: { properties: { us: { type: 'long' } } } } },
  },
};

/** Indices of a test's own, named as the streams are. */
export interface StoredIndices {
  readonly otel: string;
  readonly apm: string;
  readonly logs: string;
  remove(): Promise<void>;
}

export async function createIndices(client: Client, name: string): Promise<StoredIndices> {
  const [otel, apm, logs] = [`traces-generic.otel-${name}`, `traces-apm-${name}`, `logs-generic.otel-${name}`];
  await client.indices.create({ index: otel, mappings: OTEL, settings: SETTINGS });
  await client.indices.create({ index: logs, mappings: OTEL, settings: SETTINGS });
  await client.indices.create({ index: apm, mappings: APM, settings: SETTINGS });
  return { otel, apm, logs, remove: async () => void (await client.indices.delete({ index: [otel, apm, logs] })) };
}

/** Stores spans in one of the layouts, and makes them visible. */
export async function store(
  client: Client,
  indices: StoredIndices,
  layout: 'otel' | 'apm',
  spans: readonly SpanView[],
): Promise<void> {
  const lines = spans.flatMap((span) => {
    if (layout === 'apm') return documentLines(indices.apm, apmDocument(span));
    const { span: document, events } = otelDocuments(span);
    return [...documentLines(indices.otel, document), ...events.flatMap((event) => documentLines(indices.logs, event))];
  });
  await bulk(client, lines);
}

const BATCH = 10_000;

/** Sends lines of a bulk request, pairs of action and document. */
export async function bulk(client: Client, lines: readonly string[], { refresh = true } = {}): Promise<void> {
  for (let at = 0; at < lines.length; at += BATCH) {
    const answer = await client.transport.request<estypes.BulkResponse>({
      method: 'POST',
      path: '/_bulk',
      querystring: { refresh },
      bulkBody: `${lines.slice(at, at + BATCH).join('\n')}\n`,
    });
    if (answer.errors) {
      const failed = answer.items.find(({ create }) => (create?.status ?? 200) >= 300);
      throw new Error(`Elasticsearch did not take a span: ${JSON.stringify(failed)}`);
    }
  }
}

export const documentLines = (index: string, document: object): string[] => [
  JSON.stringify({ create: { _index: index } }),
  withIntegers(document),
];

/** JSON in which integers beyond 2^53 are numbers. */
const withIntegers = (document: object): string =>
  JSON.stringify(document, (_key, value: unknown) => (typeof value === 'bigint' ? `#int:${value}#` : value)).replace(
    /"#int:(-?\d+)#"/g,
    '$1',
  );
