import { Client } from '@elastic/elasticsearch';
import { fieldsOf } from '../../../common/engine/test_support/traces';
import { createSpan } from '../../../common/trace/span';
import { otelDocuments } from '../../../server/traces/test_support/otel_documents';
import { bulk, createIndices, documentLines } from '../../../server/traces/test_support/stored_indices';
import { realisticTraces } from '../traces';

const TRACES_PER_REQUEST = 500;
/** Of so many traces one has what the selective rule needs. */
const ONE_IN = 100;

/** Stores spans as the collector would; told which by the environment. */
async function main(): Promise<void> {
  const {
    BENCH_URL: node,
    BENCH_PASSWORD: password,
    BENCH_NAME: name,
    BENCH_SPANS: spans,
    BENCH_PER_TRACE: each,
  } = process.env;
  const client = new Client({
    node: node!,
    auth: { username: 'elastic', password: password! },
    requestTimeout: 120_000,
  });
  const { otel } = await createIndices(client, name!);
  await client.indices.putSettings({ index: otel, settings: { refresh_interval: '-1' } });
  const count = Math.ceil(Number(spans) / Number(each));
  for (let at = 0; at < count; at += TRACES_PER_REQUEST) {
    const traces = realisticTraces(Math.min(TRACES_PER_REQUEST, count - at), Number(each), 1_000 + at);
    const lines = traces.flatMap((trace, i) =>
      trace.spans.flatMap((span, place) => {
        const isChosen = (at + i) % ONE_IN === 0 && place === 1;
        const attributes = isChosen ? new Map([...span.attributes, ['payment.amount', 5000]]) : span.attributes;
        return documentLines(otel, otelDocuments(createSpan({ ...fieldsOf(span), attributes })).span);
      }),
    );
    await bulk(client, lines, { refresh: false });
    if (at % 10_000 === 0) console.error(`${at * Number(each)} spans`);
  }
  await client.indices.refresh({ index: otel });
  await client.close();
}

void main();
