import type { estypes } from '@elastic/elasticsearch';

type Properties = Record<string, estypes.MappingProperty>;

const KEYWORD: estypes.MappingProperty = { type: 'keyword', ignore_above: 1024 };
const LONG: estypes.MappingProperty = { type: 'long' };
const DATE: estypes.MappingProperty = { type: 'date' };
const BOOLEAN: estypes.MappingProperty = { type: 'boolean' };
const TEXT: estypes.MappingProperty = { type: 'text' };
/** A digest or a signature: shown, never searched. */
const STORED: estypes.MappingProperty = { type: 'keyword', index: false, doc_values: false };

const object = (properties: Properties): estypes.MappingProperty => ({ type: 'object', properties });
const keywords = (...names: readonly string[]): Properties => Object.fromEntries(names.map((name) => [name, KEYWORD]));

const DATA_STREAM = object(keywords('type', 'dataset', 'namespace'));

/** Complete by itself: the stack's own templates don't apply to our streams, and APM sorts and filters by all of these. */
export const VIOLATION_PROPERTIES: Properties = {
  '@timestamp': DATE,
  timestamp: object({ us: LONG }),
  data_stream: DATA_STREAM,
  processor: object(keywords('event', 'name')),
  trace: object(keywords('id')),
  transaction: object({
    ...keywords('id', 'name', 'type', 'result'),
    duration: object({ us: LONG }),
    sampled: BOOLEAN,
  }),
  parent: object(keywords('id')),
  child: object(keywords('id')),
  span: object({
    ...keywords('id', 'name', 'type', 'subtype', 'action'),
    duration: object({ us: LONG }),
    destination: object({ service: object(keywords('resource')) }),
  }),
  service: object(keywords('name', 'environment', 'version')),
  agent: object(keywords('name', 'version')),
  event: object({ ...keywords('kind', 'action', 'outcome'), created: DATE, severity: LONG }),
  error: object({ message: TEXT }),
  labels: object(keywords('betrace_rule_id', 'severity')),
  rule: object(keywords('id', 'name', 'version', 'category', 'reference')),
  betrace: object({
    violation: object({
      ...keywords('id', 'verdict', 'rule_id', 'rule_version', 'severity', 'trace_ids', 'tags', 'space_id', 'source'),
      ...keywords('status', 'key_id', 'verdict_digest'),
      revision: LONG,
      priority: LONG,
      rule_name: { type: 'keyword', ignore_above: 1024, fields: { text: TEXT } },
      message: TEXT,
      span_references: object(keywords('trace_id', 'span_id', 'service', 'name', 'role')),
      witness_count: LONG,
      suppressed: object({ count: LONG, from: DATE, to: DATE }),
      completeness: object({
        orphans: LONG,
        truncated: BOOLEAN,
        split: BOOLEAN,
        dropped: LONG,
        root_seen: BOOLEAN,
        late_spans: LONG,
        waited_ms: LONG,
      }),
      created_at: DATE,
      evidence_digest: STORED,
      digest: STORED,
      signature: STORED,
      superseded: BOOLEAN,
    }),
  }),
};

export const EVIDENCE_PROPERTIES: Properties = {
  '@timestamp': DATE,
  data_stream: DATA_STREAM,
  event: object(keywords('kind', 'action')),
  trace: object(keywords('id')),
  service: object(keywords('name')),
  rule: object(keywords('id', 'version')),
  betrace: object({
    evidence: object({
      ...keywords('id', 'space_id', 'mode'),
      revision: LONG,
      spans: object({
        ...keywords(
          'trace_id',
          'span_id',
          'parent_span_id',
          'name',
          'service',
          'environment',
          'kind',
          'status',
          'role',
        ),
        status_message: TEXT,
        start_us: LONG,
        end_us: LONG,
        attributes: {
          type: 'nested',
          properties: { ...keywords('key', 'value', 'type'), redacted: BOOLEAN, truncated: BOOLEAN },
        },
      }),
      absences: object({ looked_for: TEXT, window: object({ from_us: LONG, to_us: LONG }) }),
      redacted: LONG,
      truncated: BOOLEAN,
    }),
  }),
};

/** By `betrace.scope` of a space (`verdicts`), or of a bridge as a whole (`bridge`). */
export const METRICS_PROPERTIES: Properties = {
  '@timestamp': DATE,
  data_stream: DATA_STREAM,
  event: object({ ...keywords('kind'), start: DATE }),
  service: object(keywords('name', 'version', 'ephemeral_id')),
  betrace: object({
    ...keywords('scope', 'space_id'),
    interval_ms: LONG,
    verdicts: object({ violated: LONG, inconclusive: LONG, retracted: LONG, suppressed: LONG }),
    bridge: object({
      requests: LONG,
      requests_refused: LONG,
      spans_received: LONG,
      spans_rejected: LONG,
      spans_late: LONG,
      traces_judged: LONG,
      traces_evicted: LONG,
      open_traces: LONG,
      journal_bytes: LONG,
      index_pending: LONG,
    }),
  }),
};
