import type { History } from 'history';
import type { Session } from '../../common/api/session';
import { apiErrorOf, unreachable } from '../app/api/api_error';
import { readLines } from '../app/api/read_lines';
import type { AppServices, CallOptions, Method, StreamOptions } from '../app/app_services';
import { loadCharts, loadMonaco } from './parts';

/** `/s/<space>`, or nothing in the space `default`: what the page is under, the API is under. */
export const ROOT = /^\/s\/[^/]+(?=\/)/.exec(globalThis.location?.pathname ?? '')?.[0] ?? '';

const SPACE = ROOT.slice('/s/'.length) || 'default';

const API = `${ROOT}/api/v1`;

/** Calls the host that the page came from. */
export async function call<T>(
  method: Method,
  path: string,
  { query = {}, body, file, signal }: CallOptions = {},
): Promise<T> {
  const asked = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  const search = new URLSearchParams(asked).toString();
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(`${API}${path}${search && `?${search}`}`, {
      method,
      headers: {
        'x-betrace-request': '1',
        ...(body && { 'content-type': 'application/json' }),
        ...(file && { 'content-type': file.contentType }),
      },
      ...(body && { body: JSON.stringify(body) }),
      ...(file && { body: file.text }),
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

/** Posts to the host that the page came from, and tells the lines of the answer. */
export async function stream<T>(path: string, { body, signal, onLine }: StreamOptions<T>): Promise<void> {
  let answer: Response;
  try {
    answer = await fetch(`${API}${path}`, {
      method: 'POST',
      headers: { 'x-betrace-request': '1', 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw unreachable();
  }
  if (!answer.ok) throw apiErrorOf(answer.status, parse(await answer.text().catch(() => '')));
  await readLines(answer, signal, onLine);
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
  return { call, stream, space: SPACE, can, history, timeZone: undefined, loadMonaco, loadCharts, ...frame };
}
