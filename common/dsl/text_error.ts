import type { Problem } from '../problem';
import type { ProblemCode, Range } from './problems';
import { createProblem } from './problems';

/**
 * Ends lexing and parsing at the first syntax error. Never leaves `parse`; no `Error`, whose stack nobody would read and
 * which takes longer to make than all else while an editor reads text with many errors.
 */
export class TextError {
  constructor(
    private readonly text: string,
    private readonly code: ProblemCode,
    readonly range: Range,
    private readonly params: Problem['params'],
    private readonly fix: Problem['fix'],
  ) {}

  get problem(): Problem {
    return createProblem(this.text, this.code, this.range, this.params, this.fix);
  }
}

export function failText(
  text: string,
  code: ProblemCode,
  range: Range,
  params: Problem['params'] = {},
  fix?: Problem['fix'],
): never {
  throw new TextError(text, code, range, params, fix);
}
