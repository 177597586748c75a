import { fork } from 'node:child_process';
import path from 'node:path';

/** A span of a trace to make; times are in milliseconds from now. */
export interface SpanSpec {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
  readonly status?: 'OK' | 'ERROR';
  readonly message?: string;
  readonly startMs?: number;
  readonly endMs?: number;
  readonly children?: readonly SpanSpec[];
}

export interface Telemetry {
  /** Records a trace, which is exported with the next batch; gives its id. */
  send(root: SpanSpec): Promise<string>;
  /** Exports what has been recorded; rejects if an export failed. */
  flush(): Promise<void>;
  stop(): void;
}

interface Answer {
  readonly id: number;
  readonly result?: string;
  readonly error?: string;
}

/**
 * Starts a service of its own process with a plain OpenTelemetry Node SDK.
 * @param url where its exporter sends, e.g. `http://localhost:8080/v1/traces`
 */
export function startTelemetry(
  url: string,
  service: string,
  { form = 'protobuf', environment = {} }: { form?: 'protobuf' | 'json'; environment?: NodeJS.ProcessEnv } = {},
): Telemetry {
  const child = fork(path.join(__dirname, 'sdk_service.mjs'), [url, service, form], {
    execArgv: [],
    env: { ...process.env, ...environment },
  });
  const waiting = new Map<number, (answer: Answer) => void>();
  child.on('message', (answer: Answer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  let last = 0;
  const ask = (command: 'send' | 'flush', root?: SpanSpec): Promise<string> =>
    new Promise((resolve, reject) => {
      const id = (last += 1);
      waiting.set(id, ({ error, result }) => (error === undefined ? resolve(result ?? '') : reject(new Error(error))));
      child.send({ id, command, root });
    });
  return {
    send: (root) => ask('send', root),
    flush: async () => void (await ask('flush')),
    stop: () => child.kill(),
  };
}

/**
 * A trace that breaks every rule of `docs/reference/language.md`'s first section: logins 5 s apart, personal data read
 * without an audit, a slow query of a payment.
 */
export const BREAKS_THE_FAMILY: SpanSpec = {
  name: 'payment.checkout',
  children: [
    { name: 'auth.login', startMs: 0, endMs: 10, status: 'ERROR' },
    { name: 'auth.login', startMs: 5_000, endMs: 5_010, status: 'OK' },
    { name: 'user.read', startMs: 10, endMs: 20, attributes: { 'data.contains_pii': true } },
    { name: 'payment.db.query', startMs: 20, endMs: 1_500 },
  ],
};
