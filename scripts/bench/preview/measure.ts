import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Client, type estypes } from '@elastic/elasticsearch';
import type { PreviewLine } from '../../../common/api/preview';
import { StoredTraces } from '../../../server/traces/stored_traces';

const MIB = 1024 * 1024;
/** All that `realisticTraces` may be at. */
const RANGE = { from: '2025-10-09T00:00:00Z', to: '2025-10-22T00:00:00Z' };
const SELECTIVE = `trace.has(p => p.attributes['payment.amount'] > 1000 && trace.missing(f => f.name === 'fraud.check'))`;
const EVERY = `trace.missing(s => s.kind === 'SERVER')`;
const PAGE = 5_000;

interface Measured {
  readonly ms: number;
  readonly heapMiB: number;
  readonly longestTaskMs: number;
}

async function measured<T>(work: () => Promise<T>): Promise<Measured & { readonly result: T }> {
  let heap = 0;
  const sample = setInterval(() => (heap = Math.max(heap, process.memoryUsage().heapUsed)), 20);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const start = performance.now();
  const result = await work();
  const ms = Math.round(performance.now() - start);
  delay.disable();
  clearInterval(sample);
  return { result, ms, heapMiB: Math.round(heap / MIB), longestTaskMs: Math.round(delay.max / 1e6) };
}

async function main(): Promise<void> {
  const { BENCH_URL: node, BENCH_PASSWORD: password, BENCH_NAME: name } = process.env;
  const client = new Client({
    node: node!,
    auth: { username: 'elastic', password: password! },
    requestTimeout: 120_000,
  });
  const index = `traces-generic.otel-${name}`;
  const stored = new StoredTraces({ patterns: [index], eventPatterns: [] }, (error) => console.error(error));

  const preview = async (dsl: string): Promise<Extract<PreviewLine, { kind: 'done' }>> => {
    const lines = await stored.preview(
      { dsl, ...RANGE, kql: '', matches: 10 },
      { client, user: 'bench' },
      new AbortController().signal,
    );
    let last: PreviewLine | undefined;
    for await (const line of lines) last = line;
    if (last?.kind !== 'done') throw new Error(JSON.stringify(last));
    return last;
  };
  const bare = async (): Promise<number> => {
    const { id } = await client.openPointInTime({ index, keep_alive: '2m' });
    let [documents, after]: [number, estypes.SortResults | undefined] = [0, undefined];
    do {
      const { hits }: estypes.SearchResponse = await client.search({
        ...{
          pit: { id, keep_alive: '2m' },
          size: PAGE,
          track_total_hits: false,
          sort: [{ 'trace.id': { order: 'asc' } }],
        },
        ...(after === undefined ? {} : { search_after: after }),
      });
      documents += hits.hits.length;
      after = hits.hits.length < PAGE ? undefined : hits.hits.at(-1)?.sort;
    } while (after !== undefined);
    await client.closePointInTime({ id });
    return documents;
  };

  await preview(SELECTIVE); // once, so that no side pays for what both need
  for (const [what, dsl] of [
    ['1 % candidates', SELECTIVE],
    ['all candidates', EVERY],
  ] as const) {
    const { result, ...figures } = await measured(() => preview(dsl));
    const { traces, candidates, judged, spans, violated } = result;
    console.log(
      JSON.stringify({ what, traces: traces.value, candidates: candidates.value, judged, spans, violated, ...figures }),
    );
  }
  const { result: documents, ...figures } = await measured(bare);
  console.log(JSON.stringify({ what: 'bare loop', documents, ...figures }));
  await client.close();
}

void main();
