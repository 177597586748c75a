import type { estypes } from '@elastic/elasticsearch';
import { contentDigest } from './template_content';
import type { Retention } from './retention';
import { EVIDENCE_PROPERTIES, METRICS_PROPERTIES, VIOLATION_PROPERTIES } from './mappings';

/** Counts up with every change of a template below. */
export const TEMPLATES_VERSION = 4;

export const META = { managed_by: 'betrace', version: TEMPLATES_VERSION } as const;

/** What is put beside a template: by the digest it is known later whether somebody has changed it since. */
export const metaOf = (content: object): typeof META & { readonly digest: string } => ({
  ...META,
  digest: contentDigest(content),
});

/** Above the stack's own (100 for `logs-*-*` and `metrics-*-*`, 140 and 200 for APM's and Fleet's). */
const PRIORITY = 500;

export interface ComponentTemplate {
  readonly name: string;
  readonly template: estypes.IndicesIndexState;
}

export interface IndexTemplate {
  readonly name: string;
  /** What the settings say how long it is kept. */
  readonly of: keyof Retention;
  readonly pattern: string;
  readonly composedOf: readonly string[];
  /** Those of `composedOf` that need not exist. */
  readonly optional: readonly string[];
}

/**
 * `index.mode` is named because `logs-*-*` may else become `logsdb`, which rebuilds `_source` from its fields: signatures
 * are over what was sent.
 */
const SETTINGS: estypes.IndicesIndexSettings = {
  index: { mode: 'standard', number_of_shards: 1, auto_expand_replicas: '0-1', codec: 'best_compression' },
};

/** Streams are told by `_meta` which version of the mappings their documents are indexed by. */
const mappings = (properties: Record<string, estypes.MappingProperty>): estypes.MappingTypeMapping => ({
  _meta: META,
  dynamic: false,
  date_detection: false,
  properties,
});

/** Made where they are missing or older. */
export const COMPONENT_TEMPLATES: readonly ComponentTemplate[] = [
  { name: 'betrace@settings', template: { settings: SETTINGS } },
  { name: 'betrace-violations@mappings', template: { mappings: mappings(VIOLATION_PROPERTIES) } },
  { name: 'betrace-evidence@mappings', template: { mappings: mappings(EVIDENCE_PROPERTIES) } },
  { name: 'betrace-metrics@mappings', template: { mappings: mappings(METRICS_PROPERTIES) } },
];

const stream = (of: keyof Retention, pattern: string): IndexTemplate => {
  const name = `betrace-${of}`;
  const optional = [`${name}@lifecycle`, 'betrace@custom', `${name}@custom`];
  return { name, of, pattern, composedOf: ['betrace@settings', `${name}@mappings`, ...optional], optional };
};

/** `betrace@custom` and `betrace-violations@custom`, `betrace-evidence@custom`, … are the operator's: never made by us. */
export const INDEX_TEMPLATES: readonly IndexTemplate[] = [
  stream('violations', 'traces-apm.betrace-*'),
  stream('evidence', 'logs-betrace.evidence-*'),
  stream('metrics', 'metrics-betrace.bridge-*'),
];

/** The body of a request that puts an index template. */
export const indexTemplateRequest = (template: IndexTemplate): estypes.IndicesPutIndexTemplateRequest => ({
  name: template.name,
  index_patterns: [template.pattern],
  data_stream: {},
  priority: PRIORITY,
  composed_of: [...template.composedOf],
  ignore_missing_component_templates: [...template.optional],
  version: TEMPLATES_VERSION,
  _meta: metaOf(indexTemplateContent(template)),
});

/** What an index template of ours says, of what the operator may want otherwise. */
export const indexTemplateContent = (template: IndexTemplate): object => ({
  index_patterns: [template.pattern],
  priority: PRIORITY,
  composed_of: template.composedOf,
});
