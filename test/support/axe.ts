import { readFileSync } from 'node:fs';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { eventually } from './api';

const SOURCE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const STILL = "document.getAnimations().every(({ playState }) => playState !== 'running')";
const GRAVE = new Set(['serious', 'critical']);

/** What axe finds on the page that keeps people out: a line each, with the element. */
export async function barriers(page: Page): Promise<string[]> {
  // what fades in has little contrast until it is there
  await eventually(
    () => page.evaluate(STILL),
    (still) => still === true,
  );
  await page.evaluate(SOURCE);
  const { violations } = (await page.evaluate('axe.run(document)')) as AxeResults;
  return violations
    .filter(({ impact }) => GRAVE.has(impact ?? ''))
    .flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`));
}
