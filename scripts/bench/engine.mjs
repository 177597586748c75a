import { fork } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { parseAllDocuments } from 'yaml';
import { run } from '../lib/command.mjs';
import { ROOT } from '../lib/paths.mjs';
import { runMain } from '../lib/progress.mjs';

const BUILD = path.join(ROOT, 'build/bench');
const PACKS = ['ai_agents', 'performance', 'privacy_and_compliance', 'reliability', 'security'];
const STARTER_RULES = 43;
const MEMORY_RULES = 100_000;
const WARM_UPS = 3;

/**
 * `npm run bench:engine [-- --baseline <git ref>] [--runs 9] [--only <part of a name>]`
 * Prints a line of JSON for the machine and one for each workload; beside a baseline, whose `common/` is measured in turn
 * with ours run by run, the ratio of ours to its (below 1: ours is faster).
 */
async function main() {
  const { values } = parseArgs({
    options: {
      baseline: { type: 'string' },
      runs: { type: 'string', default: '9' },
      only: { type: 'string', default: '' },
    },
  });
  const runs = Math.max(Number(values.runs) || 0, 1);
  await mkdir(BUILD, { recursive: true });
  const folder = await mkdtemp(path.join(BUILD, 'engine-'));
  try {
    const sides = [new Side(await bundle(path.join(folder, 'ours')))];
    if (values.baseline !== undefined)
      sides.push(new Side(await bundle(path.join(folder, 'baseline'), values.baseline)));
    print({
      cpu: cpus()[0]?.model,
      cores: availableParallelism(),
      node: process.version,
      baseline: values.baseline,
      runs,
    });
    try {
      await measure(sides, runs, values.only);
    } finally {
      sides.forEach((side) => side.close());
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {readonly Side[]} sides
 * @param {number} runs
 * @param {string} only
 */
async function measure(sides, runs, only) {
  const starterRules = await starters();
  const lists = [];
  for (const side of sides) lists.push(await side.ask({ starterRules }));
  const workloads = lists[0].filter((/** @type {{ name: string }} */ workload) => workload.name.includes(only));
  for (const { name: workload, per } of workloads) {
    /** @type {number[][]} */
    const times = sides.map(() => []);
    for (let i = -WARM_UPS; i < runs; i++) {
      // who goes first changes, so that neither profits from what the other leaves behind
      const order = i % 2 === 0 ? [...sides.keys()] : [...sides.keys()].reverse();
      for (const at of order) {
        const time = await sides[at]?.ask({ run: workload });
        if (i >= 0) times[at]?.push(time);
      }
    }
    const [ours, baseline] = times.map(summary);
    const ratio = baseline && { baseline, ratio: round((ours?.median ?? NaN) / baseline.median) };
    print({ workload, unit: `µs per ${per}`, ...ours, ...ratio });
  }
  const name = `bytes per rule, ${MEMORY_RULES} selective rules`;
  if (name.includes(only)) {
    const bytes = [];
    for (const side of sides) bytes.push(Math.round(await side.ask({ memory: MEMORY_RULES })));
    print({ workload: name, unit: 'bytes', value: bytes[0], baseline: bytes[1] });
  }
}

/**
 * Bundles this checkout's benchmark with its own `common/`, or with that of another commit.
 * @param {string} folder
 * @param {string} [ref]
 */
async function bundle(folder, ref) {
  await mkdir(folder, { recursive: true });
  if (ref === undefined) await cp(path.join(ROOT, 'common'), path.join(folder, 'common'), { recursive: true });
  else {
    const archive = path.join(folder, 'common.tar');
    await run('git', ['archive', '--output', archive, ref, 'common'], { cwd: ROOT });
    await run('tar', ['-xf', archive, '-C', folder]);
  }
  // what makes the traces is ours on both sides, so that both judge the same
  for (const ours of ['scripts/bench', 'server/bridge']) {
    await cp(path.join(ROOT, ours), path.join(folder, ours), { recursive: true });
  }
  const outfile = path.join(folder, 'engine_process.cjs');
  await build({
    entryPoints: [path.join(folder, 'scripts/bench/engine_process.ts')],
    ...{
      outfile,
      bundle: true,
      packages: 'external',
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      logLevel: 'warning',
    },
  });
  return outfile;
}

/** The texts of the first starter rules that are for everybody, by the names of their packs. */
async function starters() {
  const texts = await Promise.all(PACKS.map((pack) => readFile(path.join(ROOT, `ingest/rules/${pack}.yaml`), 'utf8')));
  const rules = texts.flatMap((text) => parseAllDocuments(text)).map((document) => document.toJS().dsl);
  return rules.slice(0, STARTER_RULES);
}

/** A process that runs one bundle. */
class Side {
  /** @param {string} file */
  constructor(file) {
    this.child = fork(file, { execArgv: ['--max-old-space-size=3000'] });
  }

  /**
   * @param {object} order
   * @returns {Promise<any>}
   */
  ask(order) {
    return new Promise((resolve, reject) => {
      const gone = (/** @type {number | null} */ code) =>
        reject(new Error(`A process of the benchmark ended with ${code}`));
      this.child.once('exit', gone);
      this.child.once('message', (answer) => {
        this.child.off('exit', gone);
        resolve(answer);
      });
      this.child.send(order);
    });
  }

  close() {
    this.child.removeAllListeners();
    if (this.child.connected) this.child.disconnect();
  }
}

/** @param {readonly number[]} nanoseconds of one, in each run */
function summary(nanoseconds) {
  const sorted = [...nanoseconds].sort((a, b) => a - b).map((time) => round(time / 1000));
  return { median: sorted[Math.floor(sorted.length / 2)] ?? NaN, min: sorted[0], max: sorted.at(-1) };
}

/** @param {number} value */
function round(value) {
  return Number(value.toPrecision(4));
}

/** @param {object} line */
function print(line) {
  console.log(JSON.stringify(line));
}

runMain(main);
