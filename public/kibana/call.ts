import type { CoreStart } from '@kbn/core/public';
import type { CallOptions, Method } from '../app/app_services';
import { type ApiError, apiErrorOf, unreachable } from '../app/api/api_error';

const ROOT = '/api/betrace';
const VERSION = '2023-10-31';

/** Codes for what Kibana refuses before our routes are asked, in a form of its own. */
const BY_STATUS: Readonly<Record<number, string>> = {
  400: 'BT_INVALID_REQUEST',
  401: 'BT_UNAUTHENTICATED',
  403: 'BT_FORBIDDEN',
  404: 'BT_NOT_FOUND',
  413: 'BT_BODY_TOO_LARGE',
};

/** Calls BeTrace's routes in Kibana, with Kibana's headers, base path and space. */
export async function call<T>(
  http: CoreStart['http'],
  method: Method,
  path: string,
  { query, body, signal }: CallOptions = {},
): Promise<T> {
  try {
    return (await http.fetch(`${ROOT}${path}`, {
      method,
      version: VERSION,
      ...(query ? { query: { ...query } } : {}),
      ...(body ? { body: JSON.stringify(body) } : {}),
      ...(signal ? { signal } : {}),
    })) as T;
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error;
    throw errorOf(error);
  }
}

/** What a call of Kibana's throws, as ours. */
export function errorOf(error: unknown): ApiError {
  const { response, body } = error as { response?: { status: number }; body?: unknown };
  if (!response) return unreachable();
  const { status } = response;
  const code = BY_STATUS[status];
  if (isKibanas(body) && code !== undefined) return apiErrorOf(status, { code, message: body.message });
  return apiErrorOf(status, body);
}

const isKibanas = (body: unknown): body is { message: string } =>
  typeof body === 'object' && body !== null && 'statusCode' in body && 'message' in body && !('code' in body);
