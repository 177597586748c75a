/** One thing that is wrong with a request or a rule's text. */
export interface ProblemDetail {
  readonly code: string;
  readonly message: string;
  /** Of a request: the field. */
  readonly path?: string;
  /** Of a rule's text: where it begins, in UTF-16 units from 0, and how long it is. */
  readonly offset?: number;
  readonly length?: number;
  readonly line?: number;
  readonly column?: number;
}

/** An answer of the API that is none of 2xx; `status` 0 and BT_UNREACHABLE where there was no answer. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly problems: readonly ProblemDetail[] = [],
  ) {
    super(message);
  }
}

/**
 * The error of an answer's status and parsed body; the body of a stranger (a proxy, a host that starts) is not shown.
 */
export function apiErrorOf(status: number, body: unknown): ApiError {
  if (typeof body === 'object' && body !== null && 'code' in body && 'message' in body) {
    const { code, message, problems } = body as { code: unknown; message: unknown; problems?: unknown };
    if (typeof code === 'string' && typeof message === 'string') {
      return new ApiError(status, code, message, Array.isArray(problems) ? (problems as ProblemDetail[]) : []);
    }
  }
  return new ApiError(status, 'BT_UNREACHABLE', `HTTP ${status}`);
}

export const unreachable = (): ApiError => new ApiError(0, 'BT_UNREACHABLE', '');
