import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from '../build.mjs';
import { startElasticsearch } from '../elasticsearch/launch.mjs';
import { runMain } from '../lib/progress.mjs';
import { Asked } from './bridge/asked.mjs';
import { Host } from './bridge/host.mjs';
import { SPANS_PER_TRACE } from './bridge/requests.mjs';
import { rulesOf } from './bridge/rules.mjs';

const PASSWORD = 'of-the-bounds-only';
const MEBIBYTE = 1024 * 1024;
const JOURNAL_MIB = 256;
/** The bridge's bounds (256 MiB of open traces, 128 of bodies, 128 of settled ones), the host, and what V8 has not yet freed. */
const MEMORY_MIB = 1_200;
const SPANS_PER_REQUEST = 1_000;
const OPEN_TRACES = 50_000;
/** Of the process, while so many traces are open. */
const OPEN_TRACES_MIB = 512;
const LONG_MS = '300000';
const RULES = [
  { name: 'boom', dsl: "trace.has(span => span.name === 'boom')" },
  { name: 'key', dsl: "trace.has(span => span.attributes['key.7'] === 'x')" },
  { name: 'unfinished', dsl: "trace.has(s => s.name === 'begin').and(trace.missing(s => s.name === 'end'))" },
];
const ALWAYS = { name: 'always', dsl: 'trace.spans.length > 0' };

const hex = (/** @type {number} */ bytes) => randomBytes(bytes).toString('hex');

/**
 * @typedef {{ traceId: string, spanId: string, name: string, attributes?: object[] }} Span
 * @typedef {{ name: string, spans: number, span: (at: number) => Span, always?: boolean }} Workload
 */

const ONE_TRACE = hex(16);

/** @type {Workload[]} */
const WORKLOADS = [
  { name: 'traces of one span', spans: 1_000_000, span: () => ({ traceId: hex(16), spanId: hex(8), name: 'work' }) },
  { name: 'one trace', spans: 1_000_000, span: () => ({ traceId: ONE_TRACE, spanId: hex(8), name: 'work' }) },
  {
    name: 'attribute keys that never repeat',
    spans: 100_000,
    span: (at) => ({
      ...{ traceId: hex(16), spanId: hex(8), name: 'work' },
      attributes: [{ key: `key.${at}`, value: { stringValue: hex(8) } }],
    }),
  },
  {
    name: 'a rule that is true of every trace',
    spans: 100_000,
    span: () => ({ traceId: hex(16), spanId: hex(8), name: 'work' }),
    always: true,
  },
];

/**
 * `node scripts/bench/bounds.mjs`: sends what is made to fill memory and disk, prints a line of JSON for each workload, and
 * fails where a bound is not kept or the host does not go on.
 */
async function main() {
  await build();
  const holds = await withElasticsearch(holdsOpenTraces);
  const goesOn = await withElasticsearch(keepsItsBounds);
  if (!holds || !goesOn) throw new Error('A bound is not kept.');
}

/**
 * Does something with an Elasticsearch of its own, which has no rules yet.
 * @param {(environment: Readonly<Record<string, string>>) => Promise<boolean>} work is told what a host is
 */
async function withElasticsearch(work) {
  const home = await mkdtemp(path.join(tmpdir(), 'betrace-bounds-es-'));
  const node = await startElasticsearch({ home, password: PASSWORD });
  try {
    return await work({
      ELASTICSEARCH_URL: node.url,
      ELASTICSEARCH_USERNAME: 'elastic',
      ELASTICSEARCH_PASSWORD: PASSWORD,
      BETRACE_SETTLE_MS: '2000',
      BETRACE_JOURNAL_MAX_BYTES: String(JOURNAL_MIB * MEBIBYTE),
    });
  } finally {
    await node.stop();
    await rm(home, { recursive: true, force: true });
  }
}

/** @param {Readonly<Record<string, string>>} environment */
async function keepsItsBounds(environment) {
  const host = await Host.start(environment);
  try {
    let kept = true;
    await host.addRules(RULES);
    for (const workload of WORKLOADS) {
      if (workload.always) await host.addRules([ALWAYS], RULES.length + 1);
      const result = await run(host, workload);
      const isKept =
        result.peak_rss_mib <= MEMORY_MIB && result.peak_journal_mib <= JOURNAL_MIB * 1.3 && result.goes_on;
      kept &&= isKept;
      console.log(JSON.stringify({ workload: workload.name, ...result, kept: isKept }));
    }
    return kept;
  } finally {
    await host.stop();
  }
}

/**
 * Opens traces of an ordinary web service under the starter rules, and lets none of them settle.
 * @param {Readonly<Record<string, string>>} environment
 */
async function holdsOpenTraces(environment) {
  const host = await Host.start({
    ...environment,
    BETRACE_SETTLE_MS: LONG_MS,
    BETRACE_ROOT_SETTLE_MS: LONG_MS,
    BETRACE_MAX_TRACE_MS: LONG_MS,
    BETRACE_JOURNAL_MAX_BYTES: String(2 * 1024 * MEBIBYTE),
  });
  const load = new Asked(path.join(import.meta.dirname, 'bridge/load.mjs'));
  try {
    await host.addRules(await rulesOf(50));
    const { now: before } = await host.memory();
    const spans = 25 * SPANS_PER_TRACE;
    await load.ask({ prepare: { requests: (OPEN_TRACES * SPANS_PER_TRACE) / spans, spans, gzip: false } });
    await load.ask({ send: `${host.url}/v1/traces` });
    await sleep(2_000);
    const { open, openBytes, evicted } = await host.metrics();
    const { now, peak } = await host.memory();
    const isKept = peak <= OPEN_TRACES_MIB && open === OPEN_TRACES;
    console.log(
      JSON.stringify({
        workload: 'open traces of 20 spans',
        open,
        evicted,
        bytes_per_span: Math.round(openBytes / (open * SPANS_PER_TRACE)),
        idle_rss_mib: Math.round(before),
        rss_mib: Math.round(now),
        peak_rss_mib: Math.round(peak),
        kept: isKept,
      }),
    );
    return isKept;
  } finally {
    load.close();
    await host.stop();
  }
}

/**
 * @param {Host} host
 * @param {Workload} workload
 */
async function run(host, { spans, span }) {
  let refused = 0;
  let journal = 0;
  const watching = setInterval(() => void journalMib(host).then((now) => (journal = Math.max(journal, now))), 250);
  const start = performance.now();
  for (let sent = 0; sent < spans; sent += SPANS_PER_REQUEST) {
    const body = bodyOf(Array.from({ length: SPANS_PER_REQUEST }, (_, at) => span(sent + at)));
    while ((await post(host, body)) !== 200) {
      refused += 1;
      await sleep(100);
    }
  }
  const seconds = (performance.now() - start) / 1_000;
  await sleep(4_000);
  const goesOn = (await post(host, bodyOf([{ traceId: hex(16), spanId: hex(8), name: 'boom' }]))) === 200;
  clearInterval(watching);
  const { open, evicted } = await host.metrics();
  const { peak, now } = await host.memory();
  return {
    spans,
    per_s: Math.round(spans / seconds),
    refused,
    open,
    evicted,
    peak_rss_mib: Math.round(peak),
    rss_mib: Math.round(now),
    peak_journal_mib: Math.round(journal),
    goes_on: goesOn,
  };
}

const bodyOf = (/** @type {readonly Span[]} */ spans) =>
  JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'bounds' } }] },
        scopeSpans: [{ spans: spans.map((span) => ({ ...span, kind: 1, startTimeUnixNano: `${Date.now()}000000` })) }],
      },
    ],
  });

/**
 * @param {Host} host
 * @param {string} body
 */
async function post(host, body) {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${host.url}/v1/traces`, { method: 'POST', headers, body });
  await answer.arrayBuffer();
  return answer.status;
}

/** @param {Host} host */
async function journalMib(host) {
  const folder = path.join(host.data, 'journal');
  let bytes = 0;
  for (const name of await readdir(folder)) {
    bytes += await stat(path.join(folder, name)).then(
      ({ size }) => size,
      () => 0,
    );
  }
  return bytes / MEBIBYTE;
}

runMain(main);
