import { rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Client, errors } from '@elastic/elasticsearch';
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
const LOOK_MS = 20;
/** More than are written in one run. */
const MAX_FOUND = 5_000;
const STEADY_MS = 30_000;

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
 * `npm run bench:bridge [-- --rules 0,50,1000,10000 --journal on,off --spans 100,512 --forms plain,gzip --runs 5 --total 600000 --rate 40000]`
 * Loads a bridge with a real Elasticsearch behind it from a process of its own, and, in turn with it, a stub that only
 * reads and inflates; at last at a steady rate of so many spans a second, for how soon violations are found by a bridge
 * that keeps up (`--rate 0`: not). Prints a line of JSON for the machine, and one for each setting.
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
      rate: { type: 'string', default: '40000' },
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
      const former = Object.keys(await client.indices.get({ index: 'betrace-rule*', ignore_unavailable: true }));
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
              const spansPerSecond = Number(values.rate);
              const steady =
                spansPerSecond > 0 &&
                (await measureSteady({ host, load, client }, { spans, spansPerSecond }, Number(values.settle)));
              print({ rules, journal, spans, form, ...measured, ...(steady && { steady }) });
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
    const finder = new Finder(client, settleMs);
    const { sent } = await load.ask({ send: `${host.url}/v1/traces` });
    const judgedAt = await untilJudged(host, before.judged + sent.traces);
    const spans = setting.requests * setting.spans;
    const perSecond = (/** @type {number} */ ms) => (spans / ms) * 1_000;
    const seen = await finder.latencies(before.rules > 0 ? sent.bad : []);
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
    settled_to_searchable_ms: latencySummary(latencies),
    peak_rss_mib: Math.round((await host.memory()).peak),
    evicted,
  };
}

/**
 * @param {{ host: Host, load: Asked, client: Client }} parts
 * @param {{ spans: number, spansPerSecond: number }} setting
 * @param {number} settleMs
 */
async function measureSteady({ host, load, client }, { spans, spansPerSecond }, settleMs) {
  const { rules } = await host.metrics();
  const cpu = await host.cpuSeconds();
  const finder = new Finder(client, settleMs);
  const { sent } = await load.ask({ steady: { url: `${host.url}/v1/traces`, spansPerSecond, ms: STEADY_MS, spans } });
  const latencies = await finder.latencies(rules > 0 ? sent.bad : []);
  return {
    per_s: Math.round((sent.spans / sent.ms) * 1_000),
    refused: sent.refused,
    cpu_ms_per_1000_spans: round((((await host.cpuSeconds()) - cpu) * 1_000_000) / sent.spans),
    settled_to_searchable_ms: latencySummary(latencies),
  };
}

/** @param {readonly number[]} latencies */
const latencySummary = (latencies) => ({
  p50: quantile(latencies, 0.5),
  p99: quantile(latencies, 0.99),
  of: latencies.length,
});

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

/** Looks all the time which violations can be found. */
class Finder {
  /** @type {Map<string, number>} */
  foundAt = new Map();
  stopped = false;

  /**
   * @param {Client} client
   * @param {number} settleMs
   */
  constructor(client, settleMs) {
    this.client = client;
    this.settleMs = settleMs;
    this.start = new Date().toISOString();
    this.looking = this.look();
    this.looking.catch(() => undefined);
  }

  async look() {
    while (!this.stopped) {
      const hits = await this.search();
      const now = Date.now();
      for (const { _source } of hits) {
        const { id } = /** @type {{ trace: { id: string } }} */ (_source).trace;
        if (!this.foundAt.has(id)) this.foundAt.set(id, now);
      }
      await sleep(LOOK_MS);
    }
  }

  async search() {
    try {
      const answer = await this.client.search({
        index: STREAM,
        ignore_unavailable: true,
        size: MAX_FOUND,
        _source: ['trace.id'],
        sort: [{ 'event.created': 'desc' }],
        query: { range: { 'event.created': { gte: this.start } } },
      });
      return answer.hits.hits;
    } catch (error) {
      // the first violation makes the stream, whose shards then start
      if (error instanceof errors.ResponseError && error.statusCode === 503) return [];
      throw error;
    }
  }

  /**
   * How long after their traces had settled violations could be found, in milliseconds.
   * @param {readonly [string, number][]} bad traces that violate, and when they were acknowledged
   */
  async latencies(bad) {
    const giveUp = Date.now() + FOUND_WITHIN_MS;
    while (bad.some(([id]) => !this.foundAt.has(id))) {
      if (Date.now() > giveUp) throw new Error(`Of ${bad.length} violations some are missing.`);
      await Promise.race([sleep(LOOK_MS), this.looking]);
    }
    this.stopped = true;
    await this.looking;
    return bad.map(([id, at]) => Math.max((this.foundAt.get(id) ?? 0) - at - this.settleMs, 0));
  }
}

runMain(main);
