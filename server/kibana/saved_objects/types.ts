import { schema } from '@kbn/config-schema';
import type { SavedObjectsType } from '@kbn/core/server';
import { modelVersion } from './model_version';
import type { RevisionAttributes, RuleAttributes } from './rule_attributes';

/** Names are for good: Kibana refuses to start on saved objects of types that it does not know. */
export const RULE_TYPE = 'betrace-rule';
export const REVISION_TYPE = 'betrace-rule-revision';

/** Before rules had examples. */
const FIRST_RULE = {
  name: schema.string({ minLength: 1, maxLength: 200 }),
  description: schema.string({ maxLength: 4_000 }),
  dsl: schema.string({ maxLength: 1_048_576 }),
  version: schema.string({ maxLength: 64 }),
  revision: schema.number({ min: 1 }),
  mode: schema.oneOf([schema.literal('off'), schema.literal('shadow'), schema.literal('on')]),
  severity: schema.oneOf([
    schema.literal('CRITICAL'),
    schema.literal('HIGH'),
    schema.literal('MEDIUM'),
    schema.literal('LOW'),
  ]),
  tags: schema.arrayOf(schema.string({ maxLength: 64 }), { maxSize: 32 }),
  updatedAt: schema.string({ maxLength: 64 }),
  updatedBy: schema.string({ maxLength: 1_024 }),
};
const RULE = { ...FIRST_RULE, examples: schema.maybe(schema.string({ maxLength: 1_048_576 })) };
const DELETED = { deleted: schema.boolean() };

/** A rule, in one space, as it is now: listed, exported and imported by Kibana's own pages. */
export const ruleType: SavedObjectsType<RuleAttributes> = {
  name: RULE_TYPE,
  hidden: false,
  namespaceType: 'multiple-isolated',
  mappings: {
    dynamic: false,
    properties: {
      name: { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: 1024 } } },
      description: { type: 'text' },
      revision: { type: 'integer' },
      mode: { type: 'keyword' },
      severity: { type: 'keyword' },
      tags: { type: 'keyword', ignore_above: 1024 },
    },
  },
  modelVersions: { 1: modelVersion(FIRST_RULE), 2: modelVersion(RULE) },
  management: {
    importableAndExportable: true,
    icon: 'securitySignalDetected',
    defaultSearchField: 'name',
    displayName: 'BeTrace rule',
    getTitle: ({ attributes }) => attributes.name,
    getInAppUrl: ({ id }) => ({
      path: `/app/betrace/rules/${encodeURIComponent(id)}`,
      uiCapabilitiesPath: 'betrace.show',
    }),
  },
};

/** What a rule was before; refers to the rule, and stays when that is deleted. */
export const revisionType: SavedObjectsType<RevisionAttributes> = {
  name: REVISION_TYPE,
  hidden: true,
  namespaceType: 'multiple-isolated',
  mappings: { dynamic: false, properties: { revision: { type: 'integer' } } },
  modelVersions: { 1: modelVersion({ ...FIRST_RULE, ...DELETED }), 2: modelVersion({ ...RULE, ...DELETED }) },
};
