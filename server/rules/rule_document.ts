import type { Rule } from '../../common/rules/rule';
import type { RuleRevision } from './rule_store';

/** A rule as `betrace-rules` and `betrace-rule-history` hold it (mappings: `ingest/indices.ts`). */
export interface RuleDocument {
  id: string;
  space: string;
  name: string;
  description: string;
  dsl: string;
  version: string;
  revision: number;
  mode: Rule['mode'];
  severity: Rule['severity'];
  tags: readonly string[];
  examples?: NonNullable<Rule['examples']>;
  updated_at: string;
  updated_by: string;
  /** A rule that was deleted stays as a mark, so that whoever watches hears of it. */
  deleted: boolean;
}

export const toDocument = ({ updatedAt, updatedBy, ...rule }: RuleRevision): RuleDocument => ({
  ...rule,
  updated_at: updatedAt,
  updated_by: updatedBy,
});

export const toRevision = ({ updated_at, updated_by, ...rule }: RuleDocument): RuleRevision => ({
  ...rule,
  updatedAt: updated_at,
  updatedBy: updated_by,
});

export function toRule(document: RuleDocument): Rule {
  const rule: Rule & { deleted?: boolean } = toRevision(document);
  delete rule.deleted;
  return rule;
}
