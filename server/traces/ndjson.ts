import { Readable } from 'node:stream';
import type { PreviewLines } from './preview';

export const NDJSON_TYPE = 'application/x-ndjson; charset=utf-8';

/** Lines as they are found, one JSON text each. Whoever closes the stream ends what makes them. */
export function ndjson(lines: PreviewLines): Readable {
  const texts = async function* (): AsyncGenerator<string, void, undefined> {
    for await (const line of lines) yield `${JSON.stringify(line)}\n`;
  };
  // each line is on its way before the next is looked for; bytes, as Kibana answers with no stream of objects
  return Readable.from(texts(), { objectMode: false, highWaterMark: 1 });
}
