import type { Problem } from '../problem';
import type { ProblemCode, Range } from './problems';
import { createProblem } from './problems';

/** Ends lexing and parsing at the first syntax error. Never leaves `parse`. */
export class TextError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

export function failText(
  text: string,
  code: ProblemCode,
  range: Range,
  params: Problem['params'] = {},
  fix?: Problem['fix'],
): never {
  throw new TextError(createProblem(text, code, range, params, fix));
}
