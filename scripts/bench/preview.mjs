import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { startElasticsearch } from '../elasticsearch/launch.mjs';
import { ROOT } from '../lib/paths.mjs';
import { runMain } from '../lib/progress.mjs';

const BUILD = path.join(ROOT, 'build/bench');
const PASSWORD = 'of-the-bench-only';
const HEAP_MIB = 256;
const SELECTIVE_MS = 10_000;
/** Of the bare loop's speed. */
const LEAST_SPEED = 0.5;

/**
 * `npm run bench:preview [-- --spans 1000000] [--per-trace 10]`
 * Stores spans in an Elasticsearch of its own, then previews a rule that one trace in a hundred is a candidate for, and one
 * that all are, in a process with a heap of 256 MiB; beside it a loop that does nothing but page by trace id. Prints a line
 * of JSON for each, and fails where a bound is missed.
 */
async function main() {
  const { values } = parseArgs({
    options: { spans: { type: 'string', default: '1000000' }, 'per-trace': { type: 'string', default: '10' } },
  });
  await mkdir(BUILD, { recursive: true });
  const folder = await mkdtemp(path.join(BUILD, 'preview-'));
  const node = await startElasticsearch({ home: path.join(folder, 'elasticsearch'), password: PASSWORD });
  try {
    for (const name of ['fill', 'measure']) {
      await build({
        ...{
          entryPoints: [path.join(import.meta.dirname, `preview/${name}.ts`)],
          outfile: path.join(folder, `${name}.cjs`),
        },
        ...{ bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'error' },
      });
    }
    const environment = {
      BENCH_URL: node.url,
      BENCH_PASSWORD: PASSWORD,
      BENCH_NAME: 'bench',
      BENCH_SPANS: values.spans,
      BENCH_PER_TRACE: values['per-trace'],
    };
    print({ cpu: cpus()[0]?.model, cores: availableParallelism(), node: process.version, spans: Number(values.spans) });
    await runScript(path.join(folder, 'fill.cjs'), environment, []);
    const lines = await runScript(path.join(folder, 'measure.cjs'), environment, [`--max-old-space-size=${HEAP_MIB}`]);
    const found = new Map(lines.map((line) => [line.what, line]));
    for (const line of lines) print(line);
    const [bare, all] = [found.get('bare loop'), found.get('all candidates')];
    // a preview that takes too long ends before all is judged
    const speed = all.spans / all.ms / (bare.documents / bare.ms);
    const selectiveMs = found.get('1 % candidates').ms;
    print({ speedOfBareLoop: Math.round(speed * 100) / 100, selectiveMs });
    if (speed < LEAST_SPEED || selectiveMs > SELECTIVE_MS) throw new Error('A bound was missed.');
  } finally {
    await node.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Runs a script in a process of its own.
 * @param {string} script
 * @param {Record<string, string>} environment
 * @param {string[]} flags
 * @returns {Promise<any[]>} the lines of JSON that it prints
 */
function runScript(script, environment, flags) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...flags, script], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.once('close', (code) => {
      if (code !== 0) reject(new Error(`${path.basename(script)} ended with ${code}`));
      else
        resolve(
          text
            .split('\n')
            .filter(Boolean)
            .map((line) => JSON.parse(line)),
        );
    });
  });
}

/** @param {object} line */
function print(line) {
  console.log(JSON.stringify(line));
}

runMain(main);
