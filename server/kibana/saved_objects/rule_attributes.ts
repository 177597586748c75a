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
  /** As JSON: saved objects are changed attribute by attribute, and keys of spans are none of theirs. */
  examples?: string;
  updatedAt: string;
  updatedBy: string;
}

export interface RevisionAttributes extends RuleAttributes {
  deleted: boolean;
}

export const toAttributes = ({ id: _id, space: _space, tags, examples, ...rest }: Rule): RuleAttributes => ({
  ...rest,
  tags: [...tags],
  // an update leaves what is not said as it was
  examples: JSON.stringify(examples ?? []),
});

/** @param space where the object doesn't say it: the space that it was asked for in */
export const toRule = ({ id, namespaces, attributes }: SavedObject<RuleAttributes>, space: string): Rule => ({
  ...withExamples(attributes),
  id,
  space: namespaces?.[0] ?? space,
});

export const toRevision = (ruleId: string, space: string, attributes: RevisionAttributes): RuleRevision => ({
  ...withExamples(attributes),
  id: ruleId,
  space,
});

function withExamples<A extends RuleAttributes>({
  examples: json,
  ...rest
}: A): Omit<A, 'examples'> & Pick<Rule, 'examples'> {
  const examples = json === undefined ? [] : (JSON.parse(json) as NonNullable<Rule['examples']>);
  return { ...rest, ...(examples.length > 0 ? { examples } : {}) };
}
