import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { build } from '../build.mjs';
import { startElasticsearch } from '../elasticsearch/launch.mjs';
import { runMain } from '../lib/progress.mjs';
import { Asked } from './bridge/asked.mjs';
import { Host } from './bridge/host.mjs';
import { rulesOf } from './bridge/rules.mjs';
import { isFlat, median } from './flatness.mjs';

const PASSWORD = 'of-the-soak-only';
const SAMPLE_MS = 1_000;
const LINE_MS = 10_000;
const MIB = 1024 * 1024;

const round = (/** @type {number} */ value) => Math.round(value * 10) / 10;
const print = (/** @type {object} */ line) => console.log(JSON.stringify(line));

/**
 * `npm run soak [-- --minutes 10 --rate 20000 --rules 50 --spans 100 --late 20000]`
 * Loads a bridge, with its journal and a real Elasticsearch, steadily, and watches its memory: a line of JSON every ten
 * seconds, and at the end whether resident memory and the worker's heap were flat over the second half. Exits with 1 where
 * they were not, or where the load was not taken. `late` (BETRACE_LATE_MS) must be well below half of the time, as judged
 * traces are remembered for so long.
 */
async function main() {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      rate: { type: 'string', default: '20000' },
      rules: { type: 'string', default: '50' },
      spans: { type: 'string', default: '100' },
      late: { type: 'string', default: '20000' },
    },
  });
  const ms = Number(values.minutes) * 60_000;
  await build();
  const home = path.join(tmpdir(), `betrace-soak-es-${process.pid}`);
  const node = await startElasticsearch({ home, password: PASSWORD });
  const load = new Asked(path.join(import.meta.dirname, 'bridge/load.mjs'));
  let host;
  try {
    host = await Host.start({
      ELASTICSEARCH_URL: node.url,
      ELASTICSEARCH_USERNAME: 'elastic',
      ELASTICSEARCH_PASSWORD: PASSWORD,
      BETRACE_SETTLE_MS: '1000',
      BETRACE_LATE_MS: values.late,
    });
    await host.addRules(await rulesOf(Number(values.rules)));
    print({ node: process.version, ...values });
    const steady = {
      url: `${host.url}/v1/traces`,
      spansPerSecond: Number(values.rate),
      ms,
      spans: Number(values.spans),
    };
    const sending = load.ask({ steady });
    const lines = await watch(host, ms);
    const { sent } = await sending;
    const verdict = judge(lines, sent, ms);
    print(verdict);
    if (!verdict.flat || !verdict.taken) process.exitCode = 1;
  } finally {
    load.close();
    await host?.stop();
    await node.stop();
    await rm(home, { recursive: true, force: true });
  }
}

/**
 * @param {Host} host
 * @param {number} ms
 */
async function watch(host, ms) {
  const lines = [];
  const start = performance.now();
  let samples = [];
  for (let at = SAMPLE_MS; at <= ms; at += SAMPLE_MS) {
    await sleep(Math.max(0, start + at - performance.now()));
    const [memory, metrics] = await Promise.all([host.memory(), host.metrics()]);
    samples.push({ rss: memory.now, heap: metrics.heapBytes / MIB });
    if (at % LINE_MS !== 0) continue;
    const { received, judged, evicted, open, settled, journalBytes } = metrics;
    const line = {
      seconds: at / 1_000,
      rss_mib: round(median(samples.map(({ rss }) => rss))),
      // the least: the rest is mostly what the next collection frees
      worker_heap_mib: round(Math.min(...samples.map(({ heap }) => heap))),
      journal_mib: Math.round(journalBytes / MIB),
      ...{ received, judged, evicted, open, settled },
    };
    samples = [];
    lines.push(line);
    print(line);
  }
  return lines;
}

/**
 * @param {Awaited<ReturnType<typeof watch>>} lines
 * @param {{ spans: number, ms: number, refused: number, latestMs: number }} sent
 * @param {number} ms
 */
function judge(lines, sent, ms) {
  const rss = isFlat(lines.map(({ rss_mib }) => rss_mib));
  const heap = isFlat(lines.map(({ worker_heap_mib }) => worker_heap_mib));
  return {
    flat: rss.flat && heap.flat,
    taken: sent.ms < ms * 1.02 + 1_000,
    rss,
    heap,
    spans: sent.spans,
    spans_per_s: Math.round(sent.spans / (sent.ms / 1_000)),
    refused: sent.refused,
    latest_ms: Math.round(sent.latestMs),
  };
}

runMain(main);
