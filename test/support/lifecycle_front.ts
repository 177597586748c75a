import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

const ADDRESS = /^\/_data_stream\/([^/?]+)\/_lifecycle/;

export interface LifecycleFront {
  readonly url: string;
  /** By stream, as Elasticsearch answers them. */
  readonly lifecycles: Map<string, { enabled: boolean; data_retention?: string }>;
  /** How many more may be put before it is forbidden. */
  mayPut: number;
  close(): Promise<void>;
}

/**
 * Stands before an Elasticsearch that lacks the one API by which streams' lifecycles are read and put, and answers for it in the
 * form that Elasticsearch has documented since 8.11; all else goes through.
 */
export async function startLifecycleFront(target: string): Promise<LifecycleFront> {
  const lifecycles: LifecycleFront['lifecycles'] = new Map();
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const body = await read(incoming);
      const [, name] = ADDRESS.exec(incoming.url ?? '') ?? [];
      const answer = name
        ? ofLifecycles(incoming.method!, decodeURIComponent(name), body)
        : await forward(target, incoming, body);
      outgoing.writeHead(answer.status, { 'content-type': answer.type, 'x-elastic-product': 'Elasticsearch' });
      outgoing.end(answer.body);
    })().catch(() => outgoing.destroy());
  });
  const ofLifecycles = (method: string, name: string, body: Buffer): Answer => {
    if (method === 'PUT') {
      if (front.mayPut-- <= 0) return json(403, { error: { type: 'security_exception' }, status: 403 });
      lifecycles.set(name, { enabled: true, ...(JSON.parse(body.toString()) as object) });
      return json(200, { acknowledged: true });
    }
    const pattern = new RegExp(`^${name.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
    const found = [...lifecycles].filter(([stream]) => pattern.test(stream));
    return json(200, { data_streams: found.map(([stream, lifecycle]) => ({ name: stream, lifecycle })) });
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const front: LifecycleFront = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lifecycles,
    mayPut: Infinity,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return front;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const TYPE = 'application/vnd.elasticsearch+json;compatible-with=8';
const json = (status: number, body: object): Answer => ({ status, type: TYPE, body: JSON.stringify(body) });

async function forward(target: string, { url = '/', method = 'GET', headers }: IncomingMessage, body: Buffer) {
  const kept = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    ['authorization', 'content-type', 'accept'].includes(name) && typeof value === 'string' ? [[name, value]] : [],
  );
  const answer = await fetch(new URL(url, target), {
    method,
    headers: Object.fromEntries(kept),
    ...(body.length > 0 && { body: new Uint8Array(body) }),
  });
  return { status: answer.status, type: answer.headers.get('content-type') ?? TYPE, body: await answer.text() };
}

async function read(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
