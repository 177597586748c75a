import type { Mode, Rule, Severity } from '../../common/rules/rule';

/** Everything of a rule that its author decides, and the version that follows from its text. */
export type RuleFields = Pick<
  Rule,
  'name' | 'description' | 'dsl' | 'version' | 'severity' | 'mode' | 'tags' | 'examples'
>;

export interface RuleQuery {
  readonly space: string;
  readonly q?: string | undefined;
  readonly severity?: Severity | undefined;
  readonly mode?: Mode | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface RulesPage {
  readonly rules: Rule[];
  readonly total: number;
  readonly cursor: string | null;
}

export type RuleRevision = Rule & { readonly deleted: boolean };

export interface RuleSave {
  readonly id: string;
  readonly fields: RuleFields;
  /** The rule's revision now; undefined of a new rule. */
  readonly ifRevision: number | undefined;
}

/** All rules that are not off, of every space, at one moment. */
export interface ActiveRules {
  /** Grows with every change. */
  readonly revision: number;
  readonly rules: readonly Rule[];
}

/**
 * Where rules live: an index of Elasticsearch, or Kibana's saved objects. Revisions are append-only.
 * Methods throw BT_NOT_FOUND, BT_REVISION_CONFLICT and BT_STORE_UNAVAILABLE.
 */
export interface RuleStore {
  list(query: RuleQuery): Promise<RulesPage>;
  get(id: string, space: string): Promise<Rule>;
  /** All revisions, newest first, also of a rule that was deleted. */
  history(id: string, space: string): Promise<RuleRevision[]>;
  create(fields: RuleFields, space: string, author: string): Promise<Rule>;
  /**
   * Many at once, each by itself, under ids that are given; revisions go on where a deleted rule's ended.
   * @returns for each whether it was saved: not where it is at another revision, or there is one of a new rule's id
   */
  saveAll(saves: readonly RuleSave[], space: string, author: string): Promise<boolean[]>;
  /** `ifRevision` must be the rule's revision now. */
  update(id: string, space: string, fields: RuleFields, author: string, ifRevision: number): Promise<Rule>;
  remove(id: string, space: string, author: string, ifRevision?: number): Promise<void>;
  /** The active rules now, and again after every change, of this host or another, within two seconds; until aborted. */
  watch(signal: AbortSignal): AsyncIterable<ActiveRules>;
}
