import { check, format, parse as parseRule, print } from '../dsl';
import type { Problem } from '../problem';
import { DIALECT_LIMITS } from './limits';
import { parse } from './parse';
import { Refused } from './problems';
import { Report } from './report';
import { translateRule } from './translator';

export type Translation =
  { readonly dsl: string; readonly notes: readonly Problem[] } | { readonly problems: readonly Problem[] };

/** Whether a text is meant to be of the dialect: its first word, after comments, is `when`. */
export const isDialect = (text: string): boolean =>
  /^(?:[\s\ufeff]|\/\/[^\n\r]*(?:[\n\r]|$))*when\b/.test(text.slice(0, DIALECT_LIMITS.textLength));

/**
 * Writes a rule of the dialect in our language: formatted, its comments before it, and sure to compile. Notes and problems
 * have their places in the dialect's text. Never throws, and takes time linear in the text.
 */
export function translate(text: string): Translation {
  const report = new Report(text);
  try {
    const { rule, comments } = parse(text);
    const kept = comments.filter((comment) => comment !== '').map((comment) => `// ${comment}\n`);
    const dsl = checked(kept.join(''), print(translateRule(rule, report)), report);
    return { dsl, notes: report.notes };
  } catch (error) {
    if (error instanceof Refused) return { problems: [error.problem] };
    throw error;
  }
}

/** What was translated is within all that the language allows: its limits, and regular expressions that it takes. */
function checked(comments: string, printed: string, report: Report): string {
  const whole = { offset: 0, length: report.text.length };
  const refuse = ({ message }: Problem): never => report.refuse('BT_DIALECT_TRANSLATION', whole, { reason: message });
  const formatted = format(printed);
  if ('problem' in formatted) return refuse(formatted.problem);
  const text = comments + formatted.text;
  const parsed = parseRule(text);
  if ('problem' in parsed) return refuse(parsed.problem);
  const result = check(parsed.rule, text);
  return 'problems' in result ? refuse(result.problems[0]!) : text;
}
