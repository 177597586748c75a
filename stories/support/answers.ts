import type { ApiError } from '../../public/app/api/api_error';
import type { CallOptions, Method, StreamOptions } from '../../public/app/app_services';

/** A call that stays under way for as long as anybody looks. */
export const PENDING = Symbol('pending');

/** What the API answers: by `GET /rules`, the path without its query. */
export type Answers = Readonly<Record<string, object | ApiError | typeof PENDING>>;

/**
 * Answers the pages' calls from a table, in place of a host.
 * @throws Error for a call that the story has no answer to
 */
export function callOf(answers: Answers) {
  return async <T>(method: Method, path: string, _options?: CallOptions): Promise<T> => {
    const answer = answers[`${method} ${path}`];
    if (answer === undefined) throw new Error(`The story has no answer to ${method} ${path}.`);
    if (answer === PENDING) return new Promise<never>(() => undefined);
    if (answer instanceof Error) throw answer;
    return answer as T;
  };
}

/** The lines of an answer that comes bit by bit; `PENDING` at the end leaves it under way. */
export type Lines = readonly (object | ApiError | typeof PENDING)[];

/** Answers every stream with the same lines. */
export const streamOf =
  (lines: Lines) =>
  async <T>(_path: string, { onLine }: StreamOptions<T>): Promise<void> => {
    for (const line of lines) {
      if (line === PENDING) return new Promise<never>(() => undefined);
      if (line instanceof Error) throw line;
      onLine(line as T);
    }
  };
