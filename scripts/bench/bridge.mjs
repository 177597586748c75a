import { rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Client } from '@elastic/elasticsearch';
import { build } from '../build.mjs';
import { startElasticsearch } from '../elasticsearch/launch.mjs';
import { runMain } from '../lib/progress.mjs';
import { Asked } from './bridge/asked.mjs';
import { Host } from './bridge/host.mjs';
import { rulesOf } from './bridge/rules.mjs';
import { median } from './flatness.mjs';

const STREAM = 'traces-apm.betrace-default';
const PASSWORD = 'of-the-benchmark-only';
const FOUND_WITHIN_MS = 30_000;

/** @param {string} text */
const list = (text) => text.split(',').filter((item) => item !== '');
/** @param {readonly number[]} values @param {number} share */
const quantile = (values, share) => [...values].sort((a, b) => a - b)[Math.floor(values.length * share)];
/** @param {readonly number[]} values */
const summary = (values) => ({
  median: round(median(values)),
  min: round(Math.min(...values)),
  max: round(Math.max(...values)),
});
const round = (/** @type {number} */ value) => (value >= 100 ? Math.round(value) : Math.round(value * 100) / 100);
const print = (/** @type {object} */ line) => console.log(JSON.stringify(line));

/**
 * `npm run bench:bridge [-- --rules 0,50,1000,10000 --journal on,off --spans 100,512 --forms plain,gzip --runs 5 --total 600000]`
 * Loads a bridge with a real Elasticsearch behind it from a process of its own, and, in turn with it, a stub that only
 * reads and inflates. Prints a line of JSON for the machine, and one for each setting.
 */
async function main() {
  const { values } = parseArgs({
    options: {
      rules: { type: 'string', default: '0,50,1000,10000' },
      journal: { type: 'string', default: 'on,off' },
      spans: { type: 'string', default: '100,512' },
      forms: { type: 'string', default: 'plain,gzip' },
      runs: { type: 'string', default: '5' },
      total: { type: 'string', default: '600000' },
      settle: { type: 'string', default: '1000' },
    },
  });
  await build();
  const home = path.join(tmpdir(), `betrace-bench-es-${process.pid}`);
  const node = await startElasticsearch({ home, password: PASSWORD });
  const client = new Client({ node: node.url, auth: { username: 'elastic', password: PASSWORD } });
  const environment = {
    ELASTICSEARCH_URL: node.url,
    ELASTICSEARCH_USERNAME: 'elastic',
    ELASTICSEARCH_PASSWORD: PASSWORD,
    BETRACE_SETTLE_MS: values.settle,
  };
  const load = new Asked(path.join(import.meta.dirname, 'bridge/load.mjs'));
  const stub = new Asked(path.join(import.meta.dirname, 'bridge/stub.mjs'));
  const { port } = await stub.answer();
  print({ cpu: cpus()[0]?.model, cores: availableParallelism(), node: process.version, ...values });
  try {
    for (const rules of list(values.rules).map(Number)) {
      const former = Object.keys(await client.indices.get({ index: 'betrace-rules*', ignore_unavailable: true }));
      if (former.length > 0) await client.indices.delete({ index: former });
      for (const journal of list(values.journal)) {
        for (const spans of list(values.spans).map(Number)) {
          for (const form of list(values.forms)) {
            const host = await Host.start({ ...environment, BETRACE_JOURNAL: journal });
            try {
              if ((await host.metrics()).rules !== rules) await host.addRules(await rulesOf(rules));
              const setting = { requests: Math.ceil(Number(values.total) / spans), spans, gzip: form === 'gzip' };
              const stubUrl = `http://127.0.0.1:${port}/v1/traces`;
              const measured = await measure(
                { host, load, stubUrl, client },
                setting,
                Number(values.runs),
                Number(values.settle),
              );
              print({ rules, journal, spans, form, ...measured });
            } finally {
              await host.stop();
            }
          }
        }
      }
    }
  } finally {
    load.close();
    stub.close();
    await client.close();
    await node.stop();
    await rm(home, { recursive: true, force: true });
  }
}

/**
 * @param {{ host: Host, load: Asked, stubUrl: string, client: Client }} parts
 * @param {{ requests: number, spans: number, gzip: boolean }} setting
 * @param {number} runs
 * @param {number} settleMs
 */
async function measure({ host, load, stubUrl, client }, setting, runs, settleMs) {
  /** @type {Record<string, number[]>} */
  const figures = {
    acknowledged_per_s: [],
    judged_per_s: [],
    stub_per_s: [],
    ratio_to_stub: [],
    cpu_ms_per_1000_spans: [],
    refused: [],
  };
  /** @type {number[]} */
  const latencies = [];
  // the first run only warms up
  for (let run = 0; run <= runs; run += 1) {
    await load.ask({ prepare: setting });
    const stub = (await load.ask({ send: stubUrl })).sent;
    await load.ask({ prepare: setting });
    const before = await host.metrics();
    const cpu = await host.cpuSeconds();
    const { sent } = await load.ask({ send: `${host.url}/v1/traces` });
    const found = findAll(client, sent.bad, settleMs);
    const judgedAt = await untilJudged(host, before.judged + sent.traces);
    const spans = setting.requests * setting.spans;
    const perSecond = (/** @type {number} */ ms) => (spans / ms) * 1_000;
    const seen = await found;
    if (run === 0) continue;
    latencies.push(...seen);
    figures['acknowledged_per_s']?.push(perSecond(sent.end - sent.start));
    figures['judged_per_s']?.push(perSecond(Math.max(judgedAt - sent.start - settleMs, sent.end - sent.start)));
    figures['stub_per_s']?.push(perSecond(stub.end - stub.start));
    figures['ratio_to_stub']?.push((stub.end - stub.start) / (sent.end - sent.start));
    figures['cpu_ms_per_1000_spans']?.push((((await host.cpuSeconds()) - cpu) * 1_000_000) / spans);
    figures['refused']?.push(sent.refused);
  }
  const { evicted } = await host.metrics();
  return {
    ...Object.fromEntries(Object.entries(figures).map(([name, values]) => [name, summary(values)])),
    settled_to_searchable_ms: { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), of: latencies.length },
    peak_rss_mib: Math.round((await host.memory()).peak),
    evicted,
  };
}

/**
 * @param {Host} host
 * @param {number} traces
 */
async function untilJudged(host, traces) {
  for (;;) {
    const { judged, open } = await host.metrics();
    if (judged >= traces && open === 0) return Date.now();
    await sleep(100);
  }
}

/**
 * How long after their traces had settled violations could be found.
 * @param {Client} client
 * @param {readonly [string, number][]} bad traces that violate, and when they were acknowledged
 * @param {number} settleMs
 */
async function findAll(client, bad, settleMs) {
  const missing = new Map(bad);
  const latencies = [];
  const giveUp = Date.now() + FOUND_WITHIN_MS;
  while (missing.size > 0) {
    if (Date.now() > giveUp) throw new Error(`${missing.size} violations of ${bad.length} are missing.`);
    const answer = await client.search({
      index: STREAM,
      ignore_unavailable: true,
      size: 1_000,
      _source: ['trace.id'],
      query: { terms: { 'trace.id': [...missing.keys()].slice(0, 1_000) } },
    });
    const now = Date.now();
    for (const { _source } of answer.hits.hits) {
      const { id } = /** @type {{ trace: { id: string } }} */ (_source).trace;
      const acknowledged = missing.get(id);
      if (acknowledged === undefined) continue;
      missing.delete(id);
      latencies.push(Math.max(now - acknowledged - settleMs, 0));
    }
    await sleep(20);
  }
  return latencies;
}

runMain(main);
