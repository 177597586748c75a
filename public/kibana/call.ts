import type { CoreStart } from '@kbn/core/public';
import { readLines } from '../app/api/read_lines';
import type { CallOptions, Method, StreamOptions } from '../app/app_services';
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
  { query, body, file, signal }: CallOptions = {},
): Promise<T> {
  try {
    return (await http.fetch(`${ROOT}${path}`, {
      method,
      version: VERSION,
      ...(query ? { query: { ...query } } : {}),
      ...(body ? { body: JSON.stringify(body) } : {}),
      // Kibana's client adds its own type to one whose name is written otherwise
      ...(file ? { body: file.text, headers: { 'Content-Type': file.contentType } } : {}),
      ...(signal ? { signal } : {}),
    })) as T;
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error;
    throw errorOf(error);
  }
}

/** Posts to a route of BeTrace in Kibana, and tells the lines of its answer. */
export async function stream<T>(
  http: CoreStart['http'],
  path: string,
  { body, signal, onLine }: StreamOptions<T>,
): Promise<void> {
  let answer: Response | undefined;
  try {
    const options = { method: 'POST', version: VERSION, body: JSON.stringify(body), signal };
    const given = await http.fetch(`${ROOT}${path}`, { ...options, asResponse: true, rawResponse: true });
    answer = (given as { response?: Response }).response;
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error;
    const { response } = error as { response?: Response };
    // Kibana leaves it unread, that of an error too
    throw errorOf({ response, body: await response?.json().catch(() => undefined) });
  }
  if (!answer) throw unreachable();
  await readLines(answer, signal, onLine);
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
