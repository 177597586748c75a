import { i18n } from '@kbn/i18n';
import { PROBLEMS, WARNINGS } from '../../../common/dsl/problems';
import type { Problem } from '../../../common/problem';
import type { ProblemDetail } from '../api/api_error';

type ShownProblem = ProblemDetail & Partial<Pick<Problem, 'params' | 'fix'>>;

const TEMPLATES: Readonly<Record<string, string>> = { ...PROBLEMS, ...WARNINGS };
const LONGEST_FIX = 40;

/** What is wrong with a rule's text, in the user's language; the API's own words where the language has no such code. */
export function problemText({ code, message, params, fix }: ShownProblem): string {
  const template = TEMPLATES[code];
  if (template === undefined || params === undefined) return message;
  const values = 'suggestion' in params && fix ? { ...params, suggestion: ` ${didYouMean(fix.text)}` } : params;
  return i18n.translate(`betrace.problem.${code}`, { defaultMessage: icuOf(template), values });
}

/** What a likely mend does. */
export const fixText = ({ text }: NonNullable<Problem['fix']>): string =>
  i18n.translate('betrace.problem.fix', {
    defaultMessage: 'Write {text}',
    values: { text: text.length > LONGEST_FIX ? `${text.slice(0, LONGEST_FIX)}…` : text },
  });

/** The catalogue's template as an ICU message: braces that hold no parameter's name are text, and so are apostrophes. */
export const icuOf = (template: string): string =>
  template.replaceAll("'", "''").replace(/\{\w+\}|[{}]/g, (found) => (found.length > 1 ? found : `'${found}'`));

const didYouMean = (text: string): string =>
  i18n.translate('betrace.problem.didYouMean', { defaultMessage: 'Did you mean {text}?', values: { text } });
