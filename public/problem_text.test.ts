import { PROBLEMS, WARNINGS } from '../common/dsl/problems';
import { compile } from '../common/engine';
import french from '../translations/fr-FR.json';
import { useTranslation } from './standalone/kbn_i18n';
import { fixText, icuOf, problemText } from './app/rules/problem_text';

const CODES = Object.entries({ ...PROBLEMS, ...WARNINGS });

function problemOf(dsl: string) {
  const compiled = compile(dsl);
  return ('problems' in compiled ? compiled.problems : compiled.warnings)[0]!;
}

afterEach(() => useTranslation('en', { messages: {} }));

test.each(CODES)('in English, %s has the words of the catalogue', (code, template) => {
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const params = Object.fromEntries(names.map((name) => [name, `<${name}>`]));
  const message = template.replace(/\{(\w+)\}/g, '<$1>');
  expect(problemText({ code, message: '', params })).toBe(message);
});

test.each(CODES)('%s has words in French, and its numbers', (code, template) => {
  const translated = (french.messages as Record<string, string>)[`betrace.problem.${code}`];
  expect(translated).toBeDefined();
  expect(translated).not.toBe(icuOf(template));
  expect(translated!.match(/\d+/g)).toEqual(template.match(/\d+/g));
});

test('what was meant is asked in the language, too', () => {
  const problem = problemOf("trace.has(span => span.naem === 'x')");
  expect(problemText(problem)).toContain('Did you mean name?');
  useTranslation('fr-FR', french);
  expect(problemText(problem)).toBe('Propriété `naem` inconnue pour span. Vouliez-vous dire name\u00a0?');
  expect(fixText(problem.fix!)).toBe('Écrire name');
});

test('a problem of another kind keeps its words', () => {
  useTranslation('fr-FR', french);
  expect(problemText({ code: 'too_small', message: 'Too small' })).toBe('Too small');
  expect(problemText({ code: 'BT_EMPTY_RULE', message: 'The rule is empty.' })).toBe('The rule is empty.');
});
