import { fork } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../../lib/paths.mjs';
import { freePort } from '../../lib/ports.mjs';
import { terminate } from '../../lib/processes.mjs';

const CLOCK_TICKS = 100;
/** Hosts of one Elasticsearch know each other by it. */
const SIGNING_KEY = Buffer.alloc(32, 'of the benchmarks only').toString('base64');

/** A host as users run it, with a data folder of its own. */
export class Host {
  /** @param {Readonly<Record<string, string>>} environment */
  static async start(environment) {
    const data = await mkdtemp(path.join(tmpdir(), 'betrace-bench-'));
    const port = await freePort();
    const host = new Host(port, data, environment);
    await host.ready();
    return host;
  }

  /**
   * @param {number} port
   * @param {string} data
   * @param {Readonly<Record<string, string>>} environment
   */
  constructor(port, data, environment) {
    this.url = `http://127.0.0.1:${port}`;
    this.data = data;
    this.process = fork(path.join(ROOT, 'build/standalone/main.js'), [], {
      execArgv: [],
      env: {
        ...process.env,
        ...environment,
        BETRACE_LOG_LEVEL: 'warn',
        BETRACE_SIGNING_KEY: SIGNING_KEY,
        BETRACE_HTTP_PORT: String(port),
        BETRACE_DATA_DIR: data,
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  }

  async ready() {
    for (let attempt = 0; attempt < 300; attempt += 1) {
      const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
      await sleep(100);
    }
    throw new Error('The host is not ready.');
  }

  /**
   * @param {{ name: string, dsl: string }[]} rules
   * @param {number} [total] how many there are then
   */
  async addRules(rules, total = rules.length) {
    const answer = await fetch(`${this.url}/api/v1/rules/import`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ rules: rules.map((rule) => ({ ...rule, severity: 'low' })) }),
    });
    const { counts } = /** @type {{ counts?: { created: number, unchanged: number } }} */ (await answer.json());
    // another host of the same Elasticsearch may have made them
    if (!counts || counts.created + counts.unchanged !== rules.length) {
      throw new Error(`The rules were not imported: ${JSON.stringify(counts)}.`);
    }
    for (;;) {
      if ((await this.metrics()).rules === total) return;
      await sleep(200);
    }
  }

  /** What the bridge says of itself, about once a second. */
  async metrics() {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const value = (/** @type {string} */ name) =>
      Number(new RegExp(`^betrace_bridge_${name} (\\S+)`, 'm').exec(text)?.[1]);
    return {
      rules: value('rules'),
      judged: value('traces_judged_total'),
      open: value('open_traces'),
      openBytes: value('open_bytes'),
      unacknowledged: value('unacknowledged'),
      evicted: value('traces_evicted_total'),
      received: value('spans_received_total'),
      refused: [...text.matchAll(/^betrace_bridge_requests_refused_total\{.*\} (\S+)$/gm)].reduce(
        (sum, [, count]) => sum + Number(count),
        0,
      ),
      settled: value('settled_traces'),
      journalBytes: value('journal_bytes'),
      heapBytes: value('heap_bytes'),
    };
  }

  /** Seconds of processor time so far. */
  async cpuSeconds() {
    const stat = await readFile(`/proc/${this.process.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS;
  }

  /** MiB of resident memory, now and at most so far. */
  async memory() {
    const status = await readFile(`/proc/${this.process.pid}/status`, 'utf8');
    const of = (/** @type {string} */ name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
    return { now: of('VmRSS'), peak: of('VmHWM') };
  }

  async stop() {
    await terminate(this.process, 20_000);
    await rm(this.data, { recursive: true, force: true });
  }
}
