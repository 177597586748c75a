import type { CreateRule, ListRulesQuery, UpdateRule } from '../../common/api/rules';
import { compile, type CompiledRule } from '../../common/engine';
import { BeTraceError } from '../../common/errors';
import { judgeExamples } from '../../common/rules/examples';
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

  /** @throws BT_INVALID_RULE with the problems, where the text does not compile; BT_EXAMPLES_FAIL with the verdicts */
  async create({ ifExamplesFail, examples, ...draft }: CreateRule, author: string): Promise<Rule> {
    const rule = compiled(draft.dsl);
    if (ifExamplesFail === 'refuse') assertExamples(rule, examples);
    return this.store.create({ ...draft, version: rule.version, ...withExamples(examples) }, this.space, author);
  }

  /**
   * Changes what is given and leaves the rest as it is. Examples are looked at where they or the text are given.
   * @throws as `create`
   */
  async update(id: string, { ifRevision, ifExamplesFail, ...change }: UpdateRule, author: string): Promise<Rule> {
    const rule = change.dsl === undefined ? undefined : compiled(change.dsl);
    const current = await this.store.get(id, this.space);
    const examples = change.examples ?? current.examples;
    if (ifExamplesFail === 'refuse' && (rule || change.examples))
      assertExamples(rule ?? compiled(current.dsl), examples);
    const fields: RuleFields = {
      name: change.name ?? current.name,
      description: change.description ?? current.description,
      dsl: change.dsl ?? current.dsl,
      version: rule?.version ?? current.version,
      severity: change.severity ?? current.severity,
      mode: change.mode ?? current.mode,
      tags: change.tags ?? current.tags,
      ...withExamples(examples),
    };
    return this.store.update(id, this.space, fields, author, ifRevision);
  }

  remove(id: string, author: string, ifRevision?: number): Promise<void> {
    return this.store.remove(id, this.space, author, ifRevision);
  }
}

const withExamples = (examples: Rule['examples']): Pick<Rule, 'examples'> =>
  examples && examples.length > 0 ? { examples } : {};

function compiled(dsl: string): CompiledRule {
  const result = compile(dsl);
  if ('rule' in result) return result.rule;
  const count = result.problems.length;
  throw new BeTraceError('BT_INVALID_RULE', `The rule has ${count === 1 ? 'a problem' : `${count} problems`}.`, {
    problems: result.problems,
  });
}

const SAID = { violated: 'and does', satisfied: 'and does not', inconclusive: 'and that is not certain' } as const;

function assertExamples(rule: CompiledRule, examples: Rule['examples'] = []): void {
  const failing = judgeExamples(rule, examples).filter(({ holds }) => !holds);
  if (failing.length === 0) return;
  const numbers = failing.map(({ number }) => number).join(', ');
  const which = `${failing.length === 1 ? 'example' : 'examples'} ${numbers}`;
  throw new BeTraceError('BT_EXAMPLES_FAIL', `The rule says otherwise than its ${which}.`, {
    problems: failing.map(({ number, matches, verdict: { kind, message } }) => ({
      code: 'BT_EXAMPLES_FAIL',
      message: `Example ${number} must ${matches ? 'violate' : 'not violate'} the rule, ${SAID[kind]}${message ? `: ${message}` : ''}.`,
      path: `examples.${number - 1}`,
      params: { number, verdict: kind },
    })),
  });
}
