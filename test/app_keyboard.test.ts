import type { Page } from 'playwright-core';
import { sendSpans, uniqueSpan } from './support/broken_rule';
import { searchRules, useBrowser } from './support/browser';
import { uniqueName } from './support/elasticsearch';
import { type Host, startHost } from './support/host';
import { ruleEditor, typeRule } from './support/rule_editor';

const MOST_STOPS = 60;

/** Goes from one element to the next, as somebody without a mouse does, until the one that is named has the focus. */
async function tabTo(page: Page, role: 'link' | 'button' | 'textbox' | 'tab', name: string | RegExp): Promise<void> {
  const wanted = page.getByRole(role, { name }).and(page.locator(':focus'));
  for (let stops = 0; stops < MOST_STOPS; stops += 1) {
    await page.keyboard.press('Tab');
    if ((await wanted.count()) > 0) return;
  }
  throw new Error(`No ${role} "${name}" within ${MOST_STOPS} stops.`);
}

describe('without a mouse', () => {
  const open = useBrowser();
  let host: Host;
  beforeAll(async () => {
    host = await startHost({ BETRACE_SETTLE_MS: '500' });
  });
  afterAll(() => host?.stop());

  test('a rule is written and saved, its violation opened and closed, and the focus is where it was', async () => {
    const { span, dsl } = uniqueSpan();
    const name = uniqueName('Keyboard');
    const page = await open(`${host.url}/app/rules`);
    await page.getByRole('link', { name: 'Create rule' }).first().waitFor();
    await tabTo(page, 'link', 'Create rule');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Create rule' }).waitFor();
    await ruleEditor(page).waitFor();
    await page.getByLabel('Name').and(page.locator(':focus')).waitFor();
    await page.keyboard.type(name);
    await tabTo(page, 'textbox', 'A trace violates this rule when');
    await page.keyboard.type(dsl);
    await tabTo(page, 'button', 'Save rule');
    await page.keyboard.press('Enter');
    await page.getByText(`${name} was saved`).waitFor();

    await sendSpans(host, span);
    await tabTo(page, 'tab', 'Rules');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    const message = new RegExp(span);
    await page.getByRole('link', { name: message }).first().waitFor();
    await tabTo(page, 'link', message);
    await page.keyboard.press('Enter');
    const details = page.getByTestId('betraceViolationFlyout');
    await details.getByText('The signature verifies').waitFor();
    await tabTo(page, 'link', 'All violations of this trace');
    await page.keyboard.press('Escape');
    await details.waitFor({ state: 'detached' });
    await page.getByRole('link', { name: message }).and(page.locator(':focus')).waitFor();
  });

  test('the question before a rule is deleted is left by Escape, with nothing done', async () => {
    const page = await open(`${host.url}/app/rules/create`);
    const name = uniqueName('Stays');
    await page.getByLabel('Name').fill(name);
    await typeRule(page, uniqueSpan().dsl);
    await page.getByLabel('Name').press('Enter');
    await searchRules(page, name);
    await page.getByRole('link', { name, exact: true }).waitFor();
    await tabTo(page, 'button', 'Delete');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Keep it' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Delete' }).and(page.locator(':focus')).waitFor();
    expect(await page.getByRole('link', { name, exact: true }).count()).toBe(1);
  });
});
