import type { CreateRule, ListRulesQuery, UpdateRule } from '../../common/api/rules';
import { compile } from '../../common/engine';
import { BeTraceError } from '../../common/errors';
import { type Rule, withoutExamples } from '../../common/rules/rule';
import type { RuleFields, RuleRevision, RulesPage, RuleStore } from './rule_store';

/** What the API does with rules: only what compiles is stored, under the version that its text gives. */
export class RuleService {
  constructor(
    private readonly store: RuleStore,
    private readonly space: string,
  ) {}

  /** Without their examples. */
  async list(query: ListRulesQuery): Promise<RulesPage> {
    const page = await this.store.list({ ...query, space: this.space });
    return { ...page, rules: page.rules.map(withoutExamples) };
  }

  get(id: string): Promise<Rule> {
    return this.store.get(id, this.space);
  }

  history(id: string): Promise<RuleRevision[]> {
    return this.store.history(id, this.space);
  }

  /** @throws BT_INVALID_RULE with the problems, where the text does not compile */
  async create(draft: CreateRule, author: string): Promise<Rule> {
    return this.store.create({ ...draft, version: versionOf(draft.dsl) }, this.space, author);
  }

  /** Changes what is given and leaves the rest as it is. */
  async update(id: string, { ifRevision, ...change }: UpdateRule, author: string): Promise<Rule> {
    const version = change.dsl === undefined ? undefined : versionOf(change.dsl);
    const current = await this.store.get(id, this.space);
    const fields: RuleFields = {
      name: change.name ?? current.name,
      description: change.description ?? current.description,
      dsl: change.dsl ?? current.dsl,
      version: version ?? current.version,
      severity: change.severity ?? current.severity,
      mode: change.mode ?? current.mode,
      tags: change.tags ?? current.tags,
      ...(current.examples ? { examples: current.examples } : {}),
    };
    return this.store.update(id, this.space, fields, author, ifRevision);
  }

  remove(id: string, author: string, ifRevision?: number): Promise<void> {
    return this.store.remove(id, this.space, author, ifRevision);
  }
}

function versionOf(dsl: string): string {
  const compiled = compile(dsl);
  if ('rule' in compiled) return compiled.rule.version;
  const count = compiled.problems.length;
  throw new BeTraceError('BT_INVALID_RULE', `The rule has ${count === 1 ? 'a problem' : `${count} problems`}.`, {
    problems: compiled.problems,
  });
}
