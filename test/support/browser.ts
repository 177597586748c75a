import path from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page, selectors } from 'playwright-core';
import { launchOptions } from '../../scripts/lib/chromium.mjs';

selectors.setTestIdAttribute('data-test-subj');
const PATIENCE_MS = 15_000;

/** What a test says beforehand that the browser will complain of. */
const announced = new WeakMap<Page, RegExp[]>();

/** The console will tell of an answer that is no success; a test that provokes one says so. */
export function announce(page: Page, ...complaints: readonly RegExp[]): void {
  announced.get(page)?.push(...complaints);
}

/**
 * Launches Chromium for the tests of a `describe`, and gives what opens a page of its own, with nothing stored. A test
 * fails by an error on one of its pages, a line of error in their consoles (among those: whatever the
 * Content-Security-Policy refuses), unless it has announced it.
 */
export function useBrowser(): (url: string, options?: BrowserContextOptions) => Promise<Page> {
  let browser: Browser | undefined;
  const complaints: string[] = [];
  beforeAll(async () => {
    browser = await chromium.launch(launchOptions());
  });
  afterEach(async () => {
    await takePictures(browser);
    await Promise.all((browser?.contexts() ?? []).map((context) => context.close()));
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(() => browser?.close());

  return async (url, options = {}) => {
    if (!browser) throw new Error('No browser runs.');
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US', ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    announced.set(page, []);
    const complain = (complaint: string): void => {
      if (!announced.get(page)?.some((expected) => expected.test(complaint))) complaints.push(complaint);
    };
    page.on('pageerror', (error) => complain(`thrown on ${page.url()}: ${error.message} ${error.stack}`));
    page.on('console', (message) => {
      if (message.type() === 'error') complain(`${message.text()} (${message.location().url})`);
    });
    await page.goto(url);
    return page;
  };
}

/** For who wants to see what a test has seen last: `BETRACE_TEST_PICTURES` names a folder for them. */
async function takePictures(browser: Browser | undefined): Promise<void> {
  const folder = process.env['BETRACE_TEST_PICTURES'];
  if (!folder) return;
  const name = (expect.getState().currentTestName ?? '').replaceAll(/\W+/g, '_');
  const pages = (browser?.contexts() ?? []).flatMap((context) => context.pages());
  for (const [n, page] of pages.entries()) await page.screenshot({ path: path.join(folder, `${name}_${n}.png`) });
}

/** Finds rules by name in their list; a field that is filled and not typed in searches at Enter. */
export async function searchRules(page: Page, name: string): Promise<void> {
  await page.getByPlaceholder('Search rules').fill(name);
  await page.getByPlaceholder('Search rules').press('Enter');
}
