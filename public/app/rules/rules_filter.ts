import type { Mode, Rule, Severity } from '../../../common/rules/rule';

/** Which rules a list shows. */
export interface RulesFilter {
  readonly words: string;
  readonly severity: Severity | undefined;
  readonly mode: Mode | undefined;
  readonly tag: string | undefined;
  /** Only those that something stands in the way of. */
  readonly flawed: boolean;
}

export const EVERY_RULE: RulesFilter = {
  words: '',
  severity: undefined,
  mode: undefined,
  tag: undefined,
  flawed: false,
};

/** The rules that a filter lets through: every word stands in the name, the description, the tags or the text. */
export function filtered(rules: readonly Rule[], filter: RulesFilter, isFlawed: (rule: Rule) => boolean): Rule[] {
  const words = filter.words.toLowerCase().split(/\s+/).filter(Boolean);
  return rules.filter((rule) => {
    if (filter.severity && rule.severity !== filter.severity) return false;
    if (filter.mode && rule.mode !== filter.mode) return false;
    if (filter.tag !== undefined && !rule.tags.includes(filter.tag)) return false;
    const text = [rule.name, rule.description, rule.dsl, ...rule.tags].join('\n').toLowerCase();
    return words.every((word) => text.includes(word)) && (!filter.flawed || isFlawed(rule));
  });
}

/** All tags of the rules, each once, by name. */
export const tagsOf = (rules: readonly Rule[]): string[] =>
  [...new Set(rules.flatMap(({ tags }) => tags))].sort((a, b) => a.localeCompare(b));
