import { setTimeout as sleep } from 'node:timers/promises';

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
  readonly headers: Headers;
}

/** One call of the host's API with a JSON body. */
export async function call<T = Record<string, unknown>>(
  method: string,
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer<T>> {
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: (text ? JSON.parse(text) : undefined) as T };
}

/** Asks again and again until `done` holds; fails with the last value seen. */
export async function eventually<T>(
  ask: () => Promise<T>,
  done: (value: T) => boolean,
  { withinMs = 10_000, everyMs = 100 } = {},
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const value = await ask();
    if (done(value)) return value;
    if (Date.now() > deadline)
      throw new Error(`not within ${withinMs} ms; last seen: ${JSON.stringify(value)?.slice(0, 2_000)}`);
    await sleep(everyMs);
  }
}
