import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Client } from '@elastic/elasticsearch';
import { build } from '../build.mjs';
import { startElasticsearch } from '../elasticsearch/launch.mjs';
import { runMain } from '../lib/progress.mjs';
import { Host } from './bridge/host.mjs';
import { rulesOf } from './bridge/rules.mjs';

const PASSWORD = 'of-telemetrygen-only';
const WORKERS = 4;
const CHILDREN = 19;
const SPANS = CHILDREN + 1;
/** Few enough for the brake on rules that are violated too often. */
const COUNTED_TRACES = 100;
const FOUND_WITHIN_MS = 30_000;
const RULE = { name: 'whole', dsl: `trace.spans.length === ${SPANS}` };

/**
 * `npm run bench:telemetrygen [-- --seconds 10]`: load by telemetrygen of the OpenTelemetry Collector's project, which must
 * be on the PATH (`go install github.com/open-telemetry/opentelemetry-collector-contrib/cmd/telemetrygen@latest`), against a
 * bridge with a real Elasticsearch. First span by span, so that it drops none: each trace must be there, whole, once. Then as
 * fast as it can. Prints a line of JSON for each, and exits with 1 where spans are missing or refused.
 */
async function main() {
  const { values } = parseArgs({ options: { seconds: { type: 'string', default: '10' } } });
  await build();
  const home = path.join(tmpdir(), `betrace-telemetrygen-es-${process.pid}`);
  const node = await startElasticsearch({ home, password: PASSWORD });
  const client = new Client({ node: node.url, auth: { username: 'elastic', password: PASSWORD } });
  let host;
  try {
    host = await Host.start({
      ELASTICSEARCH_URL: node.url,
      ELASTICSEARCH_USERNAME: 'elastic',
      ELASTICSEARCH_PASSWORD: PASSWORD,
      BETRACE_SETTLE_MS: '1000',
    });
    await host.addRules([RULE]);
    await countSpans(host, client);
    const starters = await rulesOf(50);
    await host.addRules(starters, starters.length + 1);
    await measure(host, values.seconds);
  } finally {
    await host?.stop();
    await client.close();
    await node.stop();
    await rm(home, { recursive: true, force: true });
  }
}

/**
 * @param {Host} host
 * @param {Client} client
 */
async function countSpans(host, client) {
  await telemetrygen(host, ['--batch=false', '--traces', String(COUNTED_TRACES)]);
  const due = { spans: WORKERS * COUNTED_TRACES * SPANS, violations: WORKERS * COUNTED_TRACES };
  const giveUp = Date.now() + FOUND_WITHIN_MS;
  let spans = 0;
  let violations = 0;
  while ((spans !== due.spans || violations !== due.violations) && Date.now() < giveUp) {
    await sleep(500);
    spans = (await host.metrics()).received;
    violations = (await client.count({ index: 'traces-apm.betrace-default', ignore_unavailable: true })).count;
  }
  console.log(JSON.stringify({ load: 'span by span', due, spans, violations }));
  if (spans !== due.spans || violations !== due.violations) process.exitCode = 1;
}

/**
 * @param {Host} host
 * @param {string} seconds
 */
async function measure(host, seconds) {
  const before = await host.metrics();
  const cpu = await host.cpuSeconds();
  await telemetrygen(host, ['--duration', `${seconds}s`]);
  await sleep(2_000);
  const after = await host.metrics();
  const spans = after.received - before.received;
  console.log(
    JSON.stringify({
      load: 'as fast as it can',
      spans,
      spans_per_s: Math.round(spans / Number(seconds)),
      judged: after.judged - before.judged,
      refused: after.refused - before.refused,
      cpu_ms_per_1000_spans: Math.round((((await host.cpuSeconds()) - cpu) * 1_000_000) / spans),
    }),
  );
  if (after.refused > before.refused) process.exitCode = 1;
}

/**
 * @param {Host} host
 * @param {readonly string[]} args
 * @returns {Promise<void>}
 */
function telemetrygen(host, args) {
  const { host: endpoint } = new URL(host.url);
  const how = ['--otlp-http', '--otlp-insecure', '--otlp-endpoint', endpoint, '--rate', '0'];
  const what = ['--workers', String(WORKERS), '--child-spans', String(CHILDREN)];
  return new Promise((resolve, reject) => {
    const child = spawn('telemetrygen', ['traces', ...how, ...what, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => (said = (said + chunk).slice(-2_000)));
    child.once('error', (error) => reject(new Error(`telemetrygen can't be run: ${error.message}`)));
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`telemetrygen ended with ${code}: ${said}`)),
    );
  });
}

runMain(main);
