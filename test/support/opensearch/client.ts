import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from '@elastic/elasticsearch';

export interface EngineClient {
  readonly client: Client;
  close(): Promise<void>;
}

const NOTE = '\u0001';

/**
 * Elasticsearch's client for the engine of pipelines, through a translator: the fork knows neither Elasticsearch's media types nor
 * its header; it keeps no `_meta` of a pipeline, which goes with the description here, and no `ignore_missing_pipeline`, which
 * goes with the processor's tag.
 */
export async function connect(url: string): Promise<EngineClient> {
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const isPipeline = incoming.url?.startsWith('/_ingest/pipeline/') && incoming.method === 'PUT';
      const body = Buffer.concat(chunks);
      const sent = isPipeline ? Buffer.from(JSON.stringify(packed(JSON.parse(body.toString())))) : body;
      const forwarded = request(`${url}${incoming.url}`, { method: incoming.method }, (answer) => {
        const answered: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => answered.push(chunk));
        answer.on('end', () => {
          const text = Buffer.concat(answered).toString();
          outgoing.writeHead(answer.statusCode ?? 500, {
            'content-type': 'application/json',
            'x-elastic-product': 'Elasticsearch',
          });
          outgoing.end(incoming.url?.startsWith('/_ingest/pipeline') && text ? unpacked(text) : text);
        });
      });
      forwarded.setHeader('content-type', 'application/json');
      if (sent.length > 0) forwarded.setHeader('content-length', sent.length);
      forwarded.end(sent);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new Client({ node: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  return { client, close: () => closeAll(client, server) };
}

async function closeAll(client: Client, server: Server): Promise<void> {
  await client.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

interface Body {
  description?: string;
  _meta?: unknown;
  processors?: { pipeline?: { ignore_missing_pipeline?: boolean; tag?: string } }[];
}

function packed({ _meta, ...body }: Body): Body {
  const processors = body.processors?.map((each) => {
    if (!each.pipeline?.ignore_missing_pipeline) return each;
    const pipeline = { ...each.pipeline, tag: NOTE };
    delete pipeline.ignore_missing_pipeline;
    return { pipeline };
  });
  const description =
    _meta === undefined ? {} : { description: `${body.description ?? ''}${NOTE}${JSON.stringify(_meta)}` };
  return { ...body, ...description, ...(processors ? { processors } : {}) };
}

function unpacked(text: string): string {
  const bodies = JSON.parse(text) as Record<string, Body>;
  for (const body of Object.values(bodies)) {
    for (const { pipeline } of Array.isArray(body?.processors) ? body.processors : []) {
      if (pipeline?.tag !== NOTE) continue;
      delete pipeline.tag;
      pipeline.ignore_missing_pipeline = true;
    }
    const [description, meta] = typeof body?.description === 'string' ? body.description.split(NOTE) : [];
    if (meta === undefined) continue;
    if (description) body.description = description;
    else delete body.description;
    body._meta = JSON.parse(meta);
  }
  return JSON.stringify(bodies);
}
