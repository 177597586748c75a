import type { RegexPlan } from '../dsl/plan';
import { compileRegex } from '../dsl/regex';
import { floorOf, reaches } from '../dsl/regex_floor';

/** Longer subjects of regular expressions are looked at up to here. */
const LONGEST_SUBJECT = 8192;

/** Texts whose answers are kept: statements, routes and the like come again in trace after trace. */
const KEPT = 32;
const LONGEST_KEPT = 128;

/** Whether a text has a match of a regular expression. Most have none, and that is told without its engine where it can be. */
export function compileTest(plan: RegexPlan): (subject: string) => boolean {
  const regex = compileRegex(plan);
  const floor = floorOf(plan.source);
  const known = new Map<string, boolean>();
  return (subject) => {
    const text = subject.length > LONGEST_SUBJECT ? subject.slice(0, LONGEST_SUBJECT) : subject;
    if (!reaches(text, floor)) return false;
    if (text.length > LONGEST_KEPT) return regex.test(text);
    let answer = known.get(text);
    if (answer === undefined) {
      if (known.size >= KEPT) known.clear();
      known.set(text, (answer = regex.test(text)));
    }
    return answer;
  };
}
