import type { History } from 'history';
import type { Session } from '../../common/api/session';
import { apiErrorOf, unreachable } from '../app/api/api_error';
import type { AppServices, CallOptions, Method } from '../app/app_services';
import { loadCharts, loadMonaco } from './parts';

/** `/s/<space>`, or nothing in the space `default`: what the page is under, the API is under. */
export const ROOT = /^\/s\/[^/]+(?=\/)/.exec(globalThis.location?.pathname ?? '')?.[0] ?? '';

const API = `${ROOT}/api/v1`;

/** Calls the host that the page came from. */
export async function call<T>(
  method: Method,
  path: string,
  { query = {}, body, signal }: CallOptions = {},
): Promise<T> {
  const asked = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  const search = new URLSearchParams(asked).toString();
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(`${API}${path}${search && `?${search}`}`, {
      method,
      headers: { 'x-betrace-request': '1', ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
    text = await answer.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachable();
  }
  const parsed = parse(text);
  if (!answer.ok) throw apiErrorOf(answer.status, parsed);
  return parsed as T;
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const WRITERS: ReadonlySet<Session['role']> = new Set(['editor', 'admin']);

/** What the standalone host offers to the app. */
export function standaloneServices(
  session: Session,
  history: History,
  frame: Pick<AppServices, 'notify' | 'setBreadcrumbs'>,
): AppServices {
  const can = { read: true, write: WRITERS.has(session.role) };
  return { call, can, history, timeZone: undefined, loadMonaco, loadCharts, ...frame };
}
