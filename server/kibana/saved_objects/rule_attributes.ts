import type { SavedObject } from '@kbn/core/server';
import type { Rule } from '../../../common/rules/rule';
import type { RuleRevision } from '../../rules/rule_store';

/** A rule as its saved object holds it; id and space are the object's own. */
export interface RuleAttributes {
  name: string;
  description: string;
  dsl: string;
  version: string;
  revision: number;
  mode: Rule['mode'];
  severity: Rule['severity'];
  tags: string[];
  updatedAt: string;
  updatedBy: string;
}

export interface RevisionAttributes extends RuleAttributes {
  deleted: boolean;
}

export const toAttributes = ({ id: _id, space: _space, tags, ...rest }: Rule): RuleAttributes => ({
  ...rest,
  tags: [...tags],
});

/** @param space where the object doesn't say it: the space that it was asked for in */
export const toRule = ({ id, namespaces, attributes }: SavedObject<RuleAttributes>, space: string): Rule => ({
  ...attributes,
  id,
  space: namespaces?.[0] ?? space,
});

export const toRevision = (ruleId: string, space: string, attributes: RevisionAttributes): RuleRevision => ({
  ...attributes,
  id: ruleId,
  space,
});
