import { check, parse } from '../../../../common/dsl';
import type { RulePlan } from '../../../../common/dsl/plan';
import type { Problem } from '../../../../common/problem';

/** A problem of a rule's text, and whether the rule works all the same. */
export interface ShownProblem extends Problem {
  readonly severity: 'error' | 'warning';
}

/** What the language says of a text. */
export interface Analysis {
  readonly text: string;
  /** Of a text that works: what it means. */
  readonly plan: RulePlan | undefined;
  /** In text order. */
  readonly problems: readonly ShownProblem[];
}

/** Checks a rule's text; of a blank one there is nothing to say. Never throws. */
export function analyse(text: string): Analysis {
  if (text.trim() === '') return { text, plan: undefined, problems: [] };
  const parsed = parse(text);
  if ('problem' in parsed) return { text, plan: undefined, problems: [{ ...parsed.problem, severity: 'error' }] };
  const checked = check(parsed.rule, text);
  if ('problems' in checked) {
    return { text, plan: undefined, problems: checked.problems.map((each) => ({ ...each, severity: 'error' })) };
  }
  return { text, plan: checked.plan, problems: checked.warnings.map((each) => ({ ...each, severity: 'warning' })) };
}

/** A text with one problem mended. */
export const mended = (text: string, { offset, length, fix }: Pick<Problem, 'offset' | 'length' | 'fix'>): string =>
  text.slice(0, offset) + (fix?.text ?? text.slice(offset, offset + length)) + text.slice(offset + length);
