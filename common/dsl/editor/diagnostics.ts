import type { Problem } from '../../problem';
import { check } from '../check';
import { parse } from '../parse';
import type { TextRange } from './scan';

/** Something to say of a stretch of text. Codes: `docs/reference/problems.md`. */
export interface Diagnostic extends TextRange {
  readonly severity: 'error' | 'warning';
  readonly code: Problem['code'];
  readonly message: string;
  /** A likely mend, which replaces the stretch. */
  readonly fix?: { readonly title: string; readonly text: string };
}

/** Everything wrong with a rule's text, in text order: one syntax error, or what the check finds, or warnings. */
export function problems(text: string): Diagnostic[] {
  const parsed = parse(text);
  if ('problem' in parsed) return [diagnostic('error', parsed.problem)];
  const checked = check(parsed.rule, text);
  return 'problems' in checked
    ? checked.problems.map((problem) => diagnostic('error', problem))
    : checked.warnings.map((warning) => diagnostic('warning', warning));
}

function diagnostic(severity: Diagnostic['severity'], { code, message, offset, length, fix }: Problem): Diagnostic {
  return { severity, code, message, start: offset, end: offset + length, ...(fix ? { fix } : {}) };
}
