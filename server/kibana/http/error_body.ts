import { z } from 'zod';
import { BeTraceError, ERRORS } from '../../../common/errors';

/** The API's one form of error, the same in every host. */
export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly problems: readonly unknown[];
}

/** @returns the answer to an error: the code's status, and a body that says nothing about our insides */
export function errorBody(error: unknown): { status: number; body: ErrorBody } {
  if (error instanceof BeTraceError) {
    const problems = (error.details['problems'] ?? []) as readonly unknown[];
    return { status: error.status, body: { code: error.code, message: error.message, problems } };
  }
  if (error instanceof z.ZodError) {
    const problems = error.issues.flatMap(problemsOf);
    const [first] = problems;
    const message = first ? `${first.path ? `${first.path}: ` : ''}${first.message}` : 'The request is not valid.';
    return { status: 400, body: { code: 'BT_INVALID_REQUEST', message, problems } };
  }
  return { status: 500, body: { code: 'BT_INTERNAL', message: ERRORS.BT_INTERNAL.meaning, problems: [] } };
}

interface RequestProblem {
  readonly code: string;
  readonly message: string;
  readonly path?: string;
}

function problemsOf(issue: z.core.$ZodIssue): RequestProblem[] {
  const path = issue.path.join('.');
  if (issue.code !== 'unrecognized_keys') return [problem(issue.message, path)];
  return issue.keys.map((key) => problem(`Unknown field "${key}".`, [path, key].filter(Boolean).join('.')));
}

const problem = (message: string, path: string): RequestProblem => ({
  code: 'BT_INVALID_REQUEST',
  message,
  ...(path ? { path } : {}),
});
