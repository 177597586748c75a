import type { Page } from 'playwright-core';
import type { Rule } from '../common/rules/rule';
import { call, eventually } from './support/api';
import { announce, searchRules, useBrowser } from './support/browser';
import { uniqueSpan } from './support/broken_rule';
import { uniqueName } from './support/elasticsearch';
import { type Host, startHost } from './support/host';
import { ruleEditor, shownRule, typeRule } from './support/rule_editor';

/** The row of a rule in the list. */
const rowOf = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

describe('the pages of rules', () => {
  const open = useBrowser();
  let host: Host;
  beforeAll(async () => {
    host = await startHost();
  });
  afterAll(() => host?.stop());

  const create = async (wanted: Partial<Rule> = {}): Promise<Rule> => {
    const draft = { name: uniqueName('Rule'), dsl: uniqueSpan().dsl, severity: 'LOW', ...wanted };
    return (await call<Rule>('POST', `${host.url}/api/v1/rules`, draft)).body;
  };
  const stored = async ({ id }: Rule): Promise<Rule> =>
    (await call<Rule>('GET', `${host.url}/api/v1/rules/${id}`)).body;

  test('a rule is written: what is wrong is said in place, and it is saved once it is right', async () => {
    const page = await open(`${host.url}/app/rules`);
    await page.getByRole('link', { name: 'Create rule' }).first().click();
    await page.getByRole('button', { name: 'Save rule' }).click();
    const name = page.getByLabel('Name');
    expect(await page.getByText('This is needed.').count()).toBe(2);
    await name.and(page.locator(':focus')).waitFor();

    const title = uniqueName('Written');
    await name.fill(title);
    await typeRule(page, "trace.has(\n  span => span.nam === 'charge')");
    await page.getByRole('button', { name: 'Line 2, column 16' }).click();
    await ruleEditor(page).and(page.locator(':focus')).waitFor();
    // what is selected is what a key replaces
    await page.keyboard.type('nam');
    expect(await shownRule(page)).toBe("trace.has(\n  span => span.nam === 'charge')");

    announce(page, /status of 400/);
    await page.getByRole('button', { name: 'Save rule' }).click();
    await page.getByRole('alert').getByText('The rule was not saved').waitFor();
    await page.getByRole('button', { name: 'Write name' }).click();
    await page.getByTestId('betraceInWords').getByText("some span where its name is 'charge'").waitFor();
    expect(await shownRule(page)).toBe("trace.has(\n  span => span.name === 'charge')");

    const tags = page.getByRole('combobox', { name: 'Tags' });
    await tags.fill('x'.repeat(65));
    await tags.press('Enter');
    await page.getByRole('button', { name: 'Save rule' }).click();
    await page
      .getByText(/^tags\b.*64|64 characters/i)
      .first()
      .waitFor();
    await tags.press('Backspace');
    await tags.fill('payments');
    await tags.press('Enter');
    await page.getByLabel('Severity').selectOption('Critical');
    await page.getByRole('button', { name: 'Save rule' }).click();
    await page.getByText(`${title} was saved`).waitFor();
    await rowOf(page, title).getByText('Critical').waitFor();
    await rowOf(page, title).getByText('payments').waitFor();
  });

  test('the mode changes in the list; a rule is edited, and deleted after a question', async () => {
    const rule = await create();
    const page = await open(`${host.url}/app/rules`);
    await searchRules(page, rule.name);
    await page.getByLabel(`Mode of ${rule.name}`).selectOption('Shadow');
    await eventually(
      () => stored(rule),
      ({ mode }) => mode === 'shadow',
    );
    await page.getByRole('link', { name: rule.name, exact: true }).click();
    await page.getByRole('heading', { name: 'Edit rule' }).waitFor();
    expect(await page.getByLabel('Mode').inputValue()).toBe('shadow');
    await page.getByLabel('Description').fill('Said later');
    await page.getByRole('button', { name: 'Save rule' }).click();
    await rowOf(page, rule.name).getByText('Said later').waitFor();
    expect(await stored(rule)).toMatchObject({ description: 'Said later', mode: 'shadow', revision: 3 });

    await rowOf(page, rule.name).getByTestId('betraceDeleteRule').click();
    await page.getByRole('button', { name: 'Keep it' }).click();
    expect(await rowOf(page, rule.name).count()).toBe(1);
    await rowOf(page, rule.name).getByTestId('betraceDeleteRule').click();
    await page.getByRole('button', { name: 'Delete the rule' }).click();
    await page.getByText(`${rule.name} was deleted`).waitFor();
    await rowOf(page, rule.name).waitFor({ state: 'detached' });
    expect((await call('GET', `${host.url}/api/v1/rules/${rule.id}`)).status).toBe(404);
  });

  describe('changed by somebody else meanwhile', () => {
    const conflict = async (): Promise<{ page: Page; rule: Rule }> => {
      const rule = await create();
      const page = await open(`${host.url}/app/rules/${rule.id}`);
      await page.getByLabel('Description').fill('mine');
      await call('PUT', `${host.url}/api/v1/rules/${rule.id}`, { description: 'theirs', ifRevision: 1 });
      announce(page, /status of 409/);
      await page.getByRole('button', { name: 'Save rule' }).click();
      await page.getByText('The rule was changed meanwhile by somebody else.').waitFor();
      expect(await page.getByLabel('Description').inputValue()).toBe('mine');
      return { page, rule };
    };

    test('a second save replaces that', async () => {
      const { page, rule } = await conflict();
      await page.getByRole('button', { name: 'Save rule' }).click();
      await page.getByText(`${rule.name} was saved`).waitFor();
      expect(await stored(rule)).toMatchObject({ description: 'mine', revision: 3 });
    });

    test('taking theirs gives up what was typed', async () => {
      const { page, rule } = await conflict();
      await page.getByRole('button', { name: 'Take theirs' }).click();
      expect(await page.getByLabel('Description').inputValue()).toBe('theirs');
      expect(await page.getByText('The rule was not saved').count()).toBe(0);
      expect(await stored(rule)).toMatchObject({ description: 'theirs', revision: 2 });
    });

    test('a rule that was deleted says so, and keeps what was typed', async () => {
      const rule = await create();
      const page = await open(`${host.url}/app/rules/${rule.id}`);
      await page.getByLabel('Description').fill('mine');
      await call('DELETE', `${host.url}/api/v1/rules/${rule.id}`);
      announce(page, /status of 404/);
      await page.getByRole('button', { name: 'Save rule' }).click();
      await page.getByText('This rule was deleted meanwhile.').waitFor();
      expect(await page.getByLabel('Description').inputValue()).toBe('mine');
    });
  });
});
