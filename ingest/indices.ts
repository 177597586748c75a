import type { estypes } from '@elastic/elasticsearch';

type Properties = Record<string, estypes.MappingProperty>;

/** A plain index that BeTrace keeps its own state in. */
export interface PlainIndex {
  readonly name: string;
  /** Counts up with every change of the mappings; changes may only add fields. */
  readonly version: number;
  readonly mappings: estypes.MappingTypeMapping;
  readonly settings: estypes.IndicesIndexSettings;
}

export const RULES_INDEX = 'betrace-rules';
export const RULE_HISTORY_INDEX = 'betrace-rule-history';
export const METADATA_INDEX = 'betrace-metadata';
export const API_KEYS_INDEX = 'betrace-api-keys';

const SETTINGS: estypes.IndicesIndexSettings = {
  number_of_shards: 1,
  auto_expand_replicas: '0-1',
  hidden: false,
};

const RULE: Properties = {
  id: { type: 'keyword' },
  space: { type: 'keyword' },
  name: { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: 1024 } } },
  description: { type: 'text' },
  dsl: { type: 'text', index: false },
  version: { type: 'keyword' },
  revision: { type: 'long' },
  mode: { type: 'keyword' },
  severity: { type: 'keyword' },
  tags: { type: 'keyword', ignore_above: 1024 },
  examples: { type: 'object', enabled: false },
  updated_at: { type: 'date' },
  updated_by: { type: 'keyword', ignore_above: 1024 },
  deleted: { type: 'boolean' },
};

const API_KEY: Properties = {
  id: { type: 'keyword' },
  name: { type: 'keyword', ignore_above: 1024 },
  role: { type: 'keyword' },
  spaces: { type: 'keyword' },
  hash: { type: 'keyword', index: false, doc_values: false },
  created_at: { type: 'date' },
  created_by: { type: 'keyword', ignore_above: 1024 },
};

export const PLAIN_INDICES: readonly PlainIndex[] = [
  { name: RULES_INDEX, version: 2, mappings: { dynamic: 'strict', properties: RULE }, settings: SETTINGS },
  { name: RULE_HISTORY_INDEX, version: 2, mappings: { dynamic: 'strict', properties: RULE }, settings: SETTINGS },
  { name: METADATA_INDEX, version: 1, mappings: { dynamic: false, enabled: false }, settings: SETTINGS },
  { name: API_KEYS_INDEX, version: 2, mappings: { dynamic: 'strict', properties: API_KEY }, settings: SETTINGS },
];
