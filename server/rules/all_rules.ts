import { BeTraceError } from '../../common/errors';
import type { Rule } from '../../common/rules/rule';
import type { RuleStore } from './rule_store';

/** In one file, and in one space: what pages of saved objects reach. */
export const MAX_RULES = 10_000;
const PAGE = 1_000;

/** All rules of a space, by name and id. */
export async function allRules(store: RuleStore, space: string): Promise<Rule[]> {
  const rules: Rule[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list({ space, limit: PAGE, cursor });
    if (page.total > MAX_RULES) {
      throw new BeTraceError(
        'BT_TOO_MANY_RULES',
        `There are ${page.total} rules; at most ${MAX_RULES} can be handled.`,
      );
    }
    rules.push(...page.rules);
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return rules.sort((a, b) => compare(a.name, b.name) || compare(a.id, b.id));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
