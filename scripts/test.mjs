import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from './build.mjs';
import { setUpElasticsearch } from './elasticsearch/setup.mjs';
import { dockerAnswers } from './elasticsearch/docker.mjs';
import { setUpChromium } from './lib/chromium.mjs';
import { MissingToolError, run } from './lib/command.mjs';
import { checkNode, ensureDependencies } from './lib/install.mjs';
import { readReport, total } from './lib/jest_report.mjs';
import { ROOT } from './lib/paths.mjs';
import { progress, runMain } from './lib/progress.mjs';

/** @typedef {import('./lib/jest_report.mjs').Report} Report */

const log = progress('test');
const FULL = '--full';
/** A project of its own: React 17 and the EUI of Kibana 8. */
const KIBANA_8 = path.join(ROOT, 'test', 'kibana_8');

/** Everything that must pass. Each step before jest counts as one test; all run, also when one has failed. */
async function main() {
  checkNode();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));
  const args = process.argv.slice(2);
  if (args.includes(FULL)) process.env['BETRACE_TEST_FULL'] = '1';
  await ensureDependencies(log);

  /** @type {Report} */
  const steps = { passed: 0, failed: [], skipped: [] };
  const step = (/** @type {string} */ name, /** @type {() => Promise<unknown>} */ work) => runStep(steps, name, work);
  await step('format', () => tool('prettier', ['--check', '--log-level', 'warn', '.']));
  await step('lint', () => tool('eslint', ['.', '--max-warnings', '0']));
  await step('types', () => tool('tsc', ['--noEmit']));
  await step('types of public', () => tool('tsc', ['--noEmit', '-p', 'tsconfig.public.json']));
  await step('types of common', () => tool('tsc', ['--noEmit', '-p', 'tsconfig.common.json']));
  await step('licences', () => run(process.execPath, ['scripts/licenses.mjs', '--check'], { cwd: ROOT }));
  const built = await step('build', build);
  await step('storybook', () => run('npm', ['run', '--silent', 'storybook:build'], { cwd: ROOT }));
  const served = await step('elasticsearch', setUp);
  await step("the libraries of Kibana 8's pages", () => ensureDependencies(log, KIBANA_8));
  // where this fails, the tests of the pages run none the less, and fail with the same words
  await step('chromium', () => setUpChromium(log));

  const projects = built && served ? ['unit', 'integration'] : ['unit'];
  const tests = await runJest([
    '--selectProjects',
    ...projects,
    ...args.filter((arg) => arg !== FULL).flatMap((arg) => ['--testPathPatterns', arg]),
  ]);
  report(steps, tests);
  const executed = tests.passed + tests.failed.length > 0;
  if (!executed) console.log('jest executed no test');
  const { text, failed } = total(steps, tests);
  console.log(text);
  process.exit(failed || !executed ? 1 : 0);
}

/**
 * @param {Report} steps
 * @param {string} name
 * @param {() => Promise<unknown>} work
 */
async function runStep(steps, name, work) {
  log(name);
  try {
    await work();
    steps.passed += 1;
    return true;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    steps.failed.push(name);
    return false;
  }
}

/**
 * @param {string} name
 * @param {readonly string[]} args
 */
function tool(name, args) {
  return run(path.join(ROOT, 'node_modules', '.bin', name), args, { cwd: ROOT });
}

async function setUp() {
  try {
    await setUpElasticsearch(log);
  } catch (error) {
    if (!(error instanceof MissingToolError && (await dockerAnswers()))) throw error;
  }
}

/** @param {readonly string[]} args */
async function runJest(args) {
  log('jest');
  const folder = mkdtempSync(path.join(tmpdir(), 'betrace-jest-'));
  const file = path.join(folder, 'report.json');
  const jest = path.join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
  const options = ['--ci', '--maxWorkers=2', '--passWithNoTests', '--json', `--outputFile=${file}`];
  try {
    const ended = await run(process.execPath, [jest, ...options, ...args], { cwd: ROOT, inherit: true }).then(
      () => undefined,
      (/** @type {Error} */ error) => error.message,
    );
    return readReport(file, ended);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {readonly Report[]} reports */
function report(...reports) {
  for (const { skipped } of reports) skipped.forEach((name) => console.log(`skipped: ${name}`));
  for (const { failed } of reports) failed.forEach((name) => console.log(`failed: ${name}`));
}

runMain(main);
