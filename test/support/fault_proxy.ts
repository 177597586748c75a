import { type IncomingMessage, type ServerResponse, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RULES_INDEX } from '../../ingest/indices';

/** What befalls a request on its way to Elasticsearch. `refuse`: of its documents. `reset_after`: Elasticsearch has done it, and its answer gets lost. */
export type Fault =
  | { readonly status: number; readonly type?: string }
  | { readonly refuse: (index: number) => boolean }
  | 'hang'
  | 'reset'
  | 'reset_after'
  | 'garbage';

export interface FaultProxy {
  readonly url: string;
  /** Bulk requests so far, by the time in milliseconds at which each came. */
  readonly bulks: readonly number[];
  /** Searches so far, but for those of rules, which every host makes all the time. */
  readonly searches: number;
  /** Decides over each bulk request; `undefined` lets it through. `searches`: the same for searches. */
  faults(bulk: (n: number) => Fault | undefined, search?: (n: number) => Fault | undefined): void;
  close(): Promise<void>;
}

/** Stands in front of a real Elasticsearch and does to its bulk requests what overload, proxies and networks do. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const bulks: number[] = [];
  let searches = 0;
  let bulkFault: (n: number) => Fault | undefined = () => undefined;
  let searchFault: (n: number) => Fault | undefined = () => undefined;
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const body = await read(incoming);
      const path = incoming.url ?? '/';
      let fault: Fault | undefined;
      if (path.startsWith('/_bulk')) fault = bulkFault(bulks.push(performance.now()) - 1);
      else if (path.includes('/_search') && !path.startsWith(`/${RULES_INDEX}/`)) fault = searchFault(searches++);
      await answer(new URL(path, target), incoming, outgoing, body, fault);
    })().catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bulks,
    get searches() {
      return searches;
    },
    faults: (bulk, search = () => undefined) => {
      bulkFault = bulk;
      searchFault = search;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  url: URL,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  body: Buffer,
  fault: Fault | undefined,
): Promise<void> {
  if (fault === 'hang') return;
  if (fault === 'reset') return void outgoing.destroy();
  const isWhole = typeof fault === 'object' && 'status' in fault;
  if (isWhole) {
    const { status, type = 'es_rejected_execution_exception' } = fault;
    send(outgoing, status, JSON.stringify({ error: { type, reason: 'injected' }, status }));
    return;
  }
  const isSome = typeof fault === 'object';
  const kept = isSome ? withoutSome(body, fault.refuse) : body;
  const result =
    isSome && kept.length === 0
      ? { status: 200, body: '{"items":[],"errors":false}' }
      : await pass(url, incoming, kept);
  if (fault === 'reset_after') return void outgoing.destroy();
  if (fault === 'garbage') return send(outgoing, 200, result.body.slice(0, result.body.length / 2));
  send(outgoing, result.status, isSome ? withRefused(body, result.body, fault.refuse) : result.body);
}

const linesOf = (body: Buffer): string[] => body.toString('utf8').split('\n').filter(Boolean);

/** Operations of a bulk request are pairs of lines: BeTrace sends no deletions. */
const withoutSome = (body: Buffer, refuse: (index: number) => boolean): Buffer =>
  Buffer.from(
    linesOf(body)
      .filter((_, line) => !refuse(Math.floor(line / 2)))
      .map((line) => `${line}\n`)
      .join(''),
  );

function withRefused(body: Buffer, answered: string, refuse: (index: number) => boolean): string {
  const { items, ...rest } = JSON.parse(answered) as { items: unknown[] };
  const left = [...items];
  const error = { type: 'es_rejected_execution_exception', reason: 'injected' };
  const all = linesOf(body)
    .filter((_, line) => line % 2 === 0)
    .map((line, index) => {
      if (!refuse(index)) return left.shift();
      const [action] = Object.keys(JSON.parse(line) as object);
      return { [action!]: { status: 429, error } };
    });
  return JSON.stringify({ ...rest, errors: true, items: all });
}

function pass(url: URL, incoming: IncomingMessage, body: Buffer): Promise<{ status: number; body: string }> {
  const headers = { ...incoming.headers, 'content-length': String(body.length), 'accept-encoding': 'identity' };
  delete (headers as Record<string, unknown>)['transfer-encoding'];
  return new Promise((resolve, reject) => {
    request(url, { method: incoming.method, headers }, (response) => {
      read(response).then(
        (text) => resolve({ status: response.statusCode ?? 502, body: text.toString('utf8') }),
        reject,
      );
    })
      .on('error', reject)
      .end(body);
  });
}

function send(outgoing: ServerResponse, status: number, body: string): void {
  const headers = {
    'content-type': 'application/vnd.elasticsearch+json;compatible-with=8',
    'x-elastic-product': 'Elasticsearch',
  };
  outgoing.writeHead(status, headers).end(body);
}

async function read(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
