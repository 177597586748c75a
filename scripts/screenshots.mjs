import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { launchOptions, setUpChromium } from './lib/chromium.mjs';
import { checkNode, ensureDependencies } from './lib/install.mjs';
import { ROOT } from './lib/paths.mjs';
import { freePort } from './lib/ports.mjs';
import { exited, terminate } from './lib/processes.mjs';
import { progress, runMain } from './lib/progress.mjs';

const log = progress('screenshots');
const IMAGES = path.join(ROOT, 'docs', 'images');
const ENOUGH = 12;
const START_MS = 300_000;
const STOP_MS = 30_000;

/** Writes the pictures of the documentation anew, as the demo shows itself on a machine where it never ran. */
async function main() {
  checkNode();
  await ensureDependencies(log);
  await setUpChromium(log);
  const folder = mkdtempSync(path.join(tmpdir(), 'betrace-screenshots-'));
  const port = await freePort();
  const demo = spawn(process.execPath, [path.join(ROOT, 'scripts', 'demo.mjs')], {
    env: { ...process.env, BETRACE_DATA_DIR: folder, BETRACE_HTTP_PORT: String(port) },
    stdio: 'inherit',
  });
  try {
    await Promise.race([
      take(`http://127.0.0.1:${port}`),
      exited(demo).then(() => Promise.reject(new Error('the demo has ended'))),
    ]);
  } finally {
    await terminate(demo, STOP_MS);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} url of the host */
async function take(url) {
  // only now: this file may be loaded before anything is installed
  const { chromium } = await import('playwright-core');
  await untilViolated(url);
  const browser = await chromium.launch(launchOptions());
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-US', timezoneId: 'UTC' });
    const shoot = async (/** @type {string} */ name) => {
      await page.mouse.move(0, 0);
      // nothing waits for icons that fade in
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await page.screenshot({ path: path.join(IMAGES, `${name}.png`) });
      log(`${name}.png`);
    };
    await page.goto(`${url}/app/overview`);
    await page.locator('.echChart canvas').first().waitFor();
    await shoot('overview');
    await page.goto(`${url}/app/violations?refresh=0`);
    await page.getByRole('row', { name: 'Payment timeout cascade' }).getByRole('link').first().click();
    await page.getByText('The signature verifies').waitFor();
    await page.getByText('The trace was complete').waitFor();
    await shoot('violations');
  } finally {
    await browser.close();
  }
}

/** @param {string} url */
async function untilViolated(url) {
  const deadline = Date.now() + START_MS;
  const count = async () => {
    const answer = await fetch(`${url}/api/v1/violations?limit=1`);
    return answer.ok ? /** @type {{ total: number }} */ (await answer.json()).total : 0;
  };
  while ((await count().catch(() => 0)) < ENOUGH) {
    if (Date.now() > deadline) throw new Error(`the demo has not shown ${ENOUGH} violations in ${START_MS / 1_000} s`);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

runMain(main);
