import type { Page } from 'playwright-core';
import { eventually } from './support/api';
import { barriers } from './support/axe';
import { type BrokenRule, breakRule } from './support/broken_rule';
import { searchRules, useBrowser } from './support/browser';
import { uniqueName } from './support/elasticsearch';
import { type Host, startHost } from './support/host';
import { typeRule } from './support/rule_editor';

const NARROW = { width: 420, height: 800 };
const MIDDLE = { width: 800, height: 800 };
const WIDE = { width: 1600, height: 900 };
const ROOM_FOR_WORDS = 150;

describe('how the pages look', () => {
  const open = useBrowser();
  let host: Host;
  let broken: BrokenRule;
  beforeAll(async () => {
    host = await startHost({ BETRACE_SETTLE_MS: '500' });
    broken = await breakRule(host, { severity: 'CRITICAL', tags: ['payments'], description: uniqueName('About') });
  });
  afterAll(() => host?.stop());

  const expectNoBarriers = async (page: Page): Promise<void> => expect(await barriers(page)).toEqual([]);
  /** A page that is wider than its window hides something. */
  const expectToFit = async (page: Page, width: number): Promise<void> =>
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);

  test.each([
    ['light', 'narrow', NARROW],
    ['light', 'middle', MIDDLE],
    ['dark', 'wide', WIDE],
  ] as const)('%s and %s, nobody is kept out and nothing is cut off', async (colorScheme, _, viewport) => {
    const { rule, violations } = broken;
    const page = await open(`${host.url}/app/`, { colorScheme, viewport });
    await page.getByTestId('betraceVerdict').waitFor();
    await page.locator('.echChart canvas').first().waitFor();
    // which rules are listed depends on what other tests have found
    await page.getByRole('table').getByRole('link').first().waitFor();
    await expectNoBarriers(page);
    await expectToFit(page, viewport.width);

    await page.goto(`${host.url}/app/violations?ruleId=${rule.id}`);
    await page.getByRole('link', { name: /matched/ }).waitFor();
    await expectNoBarriers(page);
    await expectToFit(page, viewport.width);
    await page.getByRole('link', { name: /matched/ }).click();
    await page.getByText('The signature verifies').waitFor();
    await page.getByRole('list', { name: 'Spans that broke the rule' }).waitFor();
    await expectNoBarriers(page);
    await expectToFit(page, viewport.width);

    await page.goto(`${host.url}/app/violations?traceId=${violations[0]?.traceIds[0]}&severity=LOW`);
    await page.getByText('No violation matches the filters').waitFor();
    await expectNoBarriers(page);

    await page.goto(`${host.url}/app/rules`);
    await searchRules(page, rule.name);
    await page.getByText(rule.description).waitFor();
    expect((await page.getByText(rule.description).boundingBox())?.width).toBeGreaterThan(ROOM_FOR_WORDS);
    await expectNoBarriers(page);
    await expectToFit(page, viewport.width);
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByLabel('Language').waitFor();
    await expectNoBarriers(page);
    await page.keyboard.press('Escape');
    await page.getByTestId('betraceDeleteRule').click();
    await page.getByText(`Delete "${rule.name}"?`).waitFor();
    await expectNoBarriers(page);
    await page.keyboard.press('Escape');
    for (const [button, flyout] of [
      ['Packs', 'betracePacksFlyout'],
      ['Import', 'betraceImportFlyout'],
    ] as const) {
      await page.getByRole('button', { name: button, exact: true }).click();
      await page.getByTestId(flyout).waitFor();
      await expectNoBarriers(page);
      await page.keyboard.press('Escape');
      await page.getByTestId(flyout).waitFor({ state: 'detached' });
    }
    await page.goto(`${host.url}/app/rules/${rule.id}/history`);
    await page.getByTestId('betraceDiff').waitFor();
    await expectNoBarriers(page);
    await expectToFit(page, viewport.width);

    await page.goto(`${host.url}/app/rules/create`);
    await page.getByRole('button', { name: 'Save rule' }).click();
    await typeRule(page, 'trace.has(span => span.nam)');
    await page.getByRole('button', { name: /^Line 1/ }).waitFor();
    await expectNoBarriers(page);
    await expectToFit(page, viewport.width);
  });

  test('the theme that is chosen stays', async () => {
    const background = 'getComputedStyle(document.documentElement).backgroundColor';
    const page = await open(`${host.url}/app/rules`, { colorScheme: 'light' });
    const light = await page.evaluate(background);
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByLabel('Theme').selectOption('Dark');
    await eventually(
      () => page.evaluate(background),
      (color) => color !== light,
    );
    await page.reload();
    await page.getByRole('button', { name: 'Settings' }).waitFor();
    expect(await page.evaluate(background)).not.toBe(light);
  });

  test('the language is that of the browser, unless another is chosen', async () => {
    const page = await open(`${host.url}/app/violations?ruleId=${broken.rule.id}`, { locale: 'fr-FR' });
    const found = page.locator('time').first();
    await found.waitFor();
    expect(await page.evaluate('document.documentElement.lang')).toBe('fr-FR');
    expect(await found.textContent()).toMatch(/^il y a /);
    await page.getByRole('banner').getByRole('button').last().click();
    await page.locator('select').last().selectOption('English');
    await page.getByText(/ago$/).first().waitFor();
    expect(await page.evaluate('document.documentElement.lang')).toBe('en');
  });
});
