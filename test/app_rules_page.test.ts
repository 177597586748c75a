import { readFileSync } from 'node:fs';
import type { Rule } from '../common/rules/rule';
import { call, eventually } from './support/api';
import { breakRule } from './support/broken_rule';
import { searchRules, useBrowser } from './support/browser';
import { uniqueName } from './support/elasticsearch';
import { type Host, startHost } from './support/host';

const SPACE = uniqueName('pages');

describe('the list of rules, grown up', () => {
  const open = useBrowser();
  let host: Host;
  let api: string;
  let pages: string;
  beforeAll(async () => {
    host = await startHost({ BETRACE_SETTLE_MS: '500' });
    api = `${host.url}/s/${SPACE}/api/v1`;
    pages = `${host.url}/s/${SPACE}/app`;
  });
  afterAll(() => host?.stop());

  const create = async (wanted: object): Promise<Rule> =>
    (await call<Rule>('POST', `${api}/rules`, { dsl: 'trace.has(span => span.isRoot)', severity: 'LOW', ...wanted }))
      .body;
  const stored = async (): Promise<readonly Rule[]> =>
    (await call<{ rules: Rule[] }>('GET', `${api}/rules`)).body.rules;

  test('rules are found by tag, changed, exported and deleted, many at once', async () => {
    const tag = uniqueName('tag');
    const names = ['one', 'two', 'three'].map((name) => uniqueName(name));
    for (const name of names) await create({ name, tags: [tag] });
    await create({ name: uniqueName('other'), tags: ['other'] });
    const page = await open(`${pages}/rules`);
    await page.getByLabel('Show tag').selectOption(tag);
    await page.getByRole('link', { name: names[0]!, exact: true }).waitFor();
    expect(await page.getByRole('link', { name: /^other_/ }).count()).toBe(0);
    await page.getByRole('checkbox', { name: 'Select all rows' }).first().check();
    await page.getByText('3 rules chosen:').waitFor();
    await page.getByRole('button', { name: 'Switch to: Shadow' }).click();
    await page.getByText('3 rules were changed').waitFor();
    const shadows = async () => (await stored()).filter(({ mode }) => mode === 'shadow').map(({ name }) => name);
    expect((await shadows()).sort()).toEqual([...names].sort());

    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export them' }).click();
    const file = JSON.parse(readFileSync(await (await download).path(), 'utf8')) as { rules: Rule[] };
    expect(file.rules.map(({ name }) => name).sort()).toEqual([...names].sort());

    await page.getByRole('button', { name: 'Delete them' }).click();
    await page.getByText('Delete 3 rules?').waitFor();
    await page.getByRole('button', { name: 'Delete the rules' }).click();
    await eventually(
      async () => (await stored()).filter(({ tags }) => tags.includes(tag)).length,
      (left) => left === 0,
    );
  });

  test('a file is imported after a look at what it would do, translated rules with both texts', async () => {
    const [own, theirs] = [uniqueName('own'), uniqueName('theirs')];
    const file = {
      rules: [
        { name: own, dsl: 'trace.has(span => span.isRoot)', severity: 'LOW' },
        {
          id: theirs,
          name: theirs,
          severity: 'HIGH',
          expression: 'when { payment.charge } always { fraud.check }',
        },
        { name: 'Broken', dsl: 'trace.has(', severity: 'LOW' },
      ],
    };
    const page = await open(`${pages}/rules`);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByLabel('or its text').fill(JSON.stringify(file));
    await page.getByRole('button', { name: 'Say what would happen' }).click();
    await page.getByText(/Nothing is written yet: 2 new, .* 1 refused/).waitFor();
    await page.getByText('Translated from:').waitFor();
    expect((await stored()).filter(({ name }) => [own, theirs].includes(name))).toEqual([]);
    await page.getByRole('button', { name: 'Import 2 rules' }).click();
    await page.getByText(/Imported: 2 new/).waitFor();
    expect((await stored()).filter(({ name }) => [own, theirs].includes(name))).toHaveLength(2);
  });

  test('a pack is installed in the mode that was chosen', async () => {
    const page = await open(`${pages}/rules`);
    await page.getByRole('button', { name: 'Packs', exact: true }).click();
    const flyout = page.getByTestId('betracePacksFlyout');
    expect(await flyout.getByLabel(/^Mode of the rules/).inputValue()).toBe('shadow');
    const before = new Set((await stored()).map(({ id }) => id));
    await flyout
      .getByRole('button', { name: /^Install \d+ rules/ })
      .first()
      .click();
    await flyout.getByRole('button', { name: 'Installed' }).first().waitFor();
    const added = (await stored()).filter(({ id }) => !before.has(id));
    expect(added.length).toBeGreaterThan(3);
    expect(new Set(added.map(({ mode }) => mode))).toEqual(new Set(['shadow']));
  });

  test('what a rule was is shown beside what it is, and had back', async () => {
    const rule = await create({ name: uniqueName('changed'), severity: 'HIGH' });
    const dsl = "trace.has(span => span.name === 'second')";
    await call('PUT', `${api}/rules/${rule.id}`, { ifRevision: 1, dsl, severity: 'LOW' });
    const page = await open(`${pages}/rules/${rule.id}`);
    await page.getByRole('link', { name: 'History' }).click();
    const newest = page.getByTestId('betraceDiff').first();
    await newest.getByText(`+ ${dsl}`).waitFor();
    await newest.getByText(`- ${rule.dsl}`).waitFor();
    await newest.getByText('+ severity: LOW').waitFor();
    await page.getByRole('button', { name: 'Restore revision 1' }).click();
    await page.getByText('The rule is as it was in revision 1').waitFor();
    await page.getByText('Revision 3').waitFor();
    const { body } = await call<Rule>('GET', `${api}/rules/${rule.id}`);
    expect(body).toMatchObject({ revision: 3, dsl: rule.dsl, severity: 'HIGH' });
  });

  test('a rule that stays silent for a day says so, and one that fires when it did', async () => {
    const { rule } = await breakRule(host, { name: uniqueName('fires') });
    const silent = (
      await call<Rule>('POST', `${host.url}/api/v1/rules`, {
        name: uniqueName('silent'),
        dsl: "trace.missing(span => span.name === 'nothing-has-this-name').and(trace.has(span => span.name === 'nor-this'))",
        severity: 'LOW',
      })
    ).body;
    const page = await open(`${host.url}/app/rules`);
    await searchRules(page, silent.name);
    const row = (name: string) => page.getByRole('row').filter({ hasText: name });
    await row(silent.name).getByText('never', { exact: true }).waitFor();
    expect(await row(silent.name).getByTestId('betraceFlaw-silent').count()).toBe(0);
    await page.clock.setSystemTime(Date.now() + 25 * 3_600_000);
    await page.reload();
    await searchRules(page, silent.name);
    await row(silent.name).getByTestId('betraceFlaw-silent').waitFor();
    await searchRules(page, rule.name);
    await row(rule.name).getByRole('img', { name: '1 in the last 7 days' }).waitFor();
    expect(
      await row(rule.name)
        .getByTestId(/^betraceFlaw/)
        .count(),
    ).toBe(0);
    await page.getByText('Only those that need a look').click();
    await row(rule.name).waitFor({ state: 'detached' });
  });

  test('the overview says what was found, and leads to it', async () => {
    const { rule } = await breakRule(host, { name: uniqueName('grave'), severity: 'CRITICAL', times: 3 });
    const page = await open(`${host.url}/app/`);
    await page.waitForURL(/\/app\/overview$/);
    await page
      .getByTestId('betraceVerdict')
      .getByText(/violations? of high or critical severity/)
      .waitFor();
    await page.getByRole('button', { name: 'Last hour' }).click();
    await page.waitForURL(/period=1h/);
    await page.getByRole('link', { name: rule.name, exact: true }).click();
    await page.waitForURL(new RegExp(`ruleId=${rule.id}`));
    await page.getByText(/^3 of 3 violations/).waitFor();
  });
});
