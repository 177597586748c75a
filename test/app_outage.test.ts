import type { Page } from 'playwright-core';
import { breakRule, uniqueSpan } from './support/broken_rule';
import { announce, useBrowser } from './support/browser';
import { shownRule, typeRule } from './support/rule_editor';
import { type OwnElasticsearch, startOwnElasticsearch } from './support/elasticsearch';
import { type Host, startHost, waitUntil } from './support/host';

const SETTINGS = { BETRACE_SETTLE_MS: '500' };
/** What the console tells while Elasticsearch or the host is away. */
const AWAY = /status of 503|ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|ERR_SOCKET/;
const RETURN_MS = 30_000;

const rows = (page: Page) => page.getByTestId('betraceViolation');
const save = (page: Page) => page.getByRole('button', { name: 'Save rule' }).click();

async function writeRule(page: Page, name: string): Promise<string> {
  const { dsl } = uniqueSpan();
  await page.getByLabel('Name').fill(name);
  await typeRule(page, dsl);
  return dsl;
}

describe('the pages, with an Elasticsearch of their own', () => {
  const open = useBrowser();
  let elasticsearch: OwnElasticsearch;
  let host: Host;
  beforeAll(async () => {
    elasticsearch = await startOwnElasticsearch();
    host = await startHost({ ...elasticsearch.environment, ...SETTINGS });
  });
  afterAll(async () => {
    await host?.stop();
    await elasticsearch?.remove();
  });

  test('before there is anything, they say where to begin', async () => {
    const page = await open(`${host.url}/`);
    await page.getByText('There are no rules yet: nothing is looked for').waitFor();
    await page.getByRole('tab', { name: 'Violations' }).click();
    await page.getByRole('heading', { name: 'There are no rules yet' }).waitFor();
    await page.getByRole('tab', { name: 'Rules' }).click();
    await page.getByText('A rule says, in one expression').waitFor();
    await page.getByRole('link', { name: 'Create rule' }).last().click();
    await page.getByTestId('betraceGallery').click();
    await page.getByRole('button', { name: 'Use: A slow query below a payment' }).click();
    await page.getByLabel('Name').fill('Slow query');
    await save(page);
    await page.getByText('Slow query was saved').waitFor();
    await page.getByRole('tab', { name: 'Violations' }).click();
    await page.getByText('No rule was violated in this time').waitFor();
  });

  test('while Elasticsearch is away they say so, keep what they show and what is typed, and go on after', async () => {
    const { rule } = await breakRule(host);
    const list = await open(`${host.url}/app/violations?refresh=1000`);
    const form = await open(`${host.url}/app/rules/create`);
    const rules = await open(`${host.url}/app/rules`);
    for (const page of [list, form, rules]) announce(page, AWAY);
    await rows(list).filter({ hasText: rule.name }).waitFor();
    const dsl = await writeRule(form, 'Typed during an outage');
    await rules.getByLabel(`Mode of ${rule.name}`).waitFor();

    await elasticsearch.stop();
    await list.getByText('Elasticsearch does not answer.').waitFor();
    await list.getByText('What you see is what was read last.').waitFor();
    expect(await rows(list).filter({ hasText: rule.name }).count()).toBe(1);
    await save(form);
    await form.getByText('Nothing that you have typed is lost').waitFor();
    expect(await shownRule(form)).toBe(dsl);
    await rules.getByLabel(`Mode of ${rule.name}`).selectOption('Off');
    await rules.getByText(`The mode of ${rule.name} was not changed`).waitFor();
    expect(await rules.getByLabel(`Mode of ${rule.name}`).inputValue()).toBe('on');
    const stranger = await open(`${host.url}/app/rules/${rule.id}`);
    announce(stranger, AWAY);
    await stranger.reload();
    await stranger.getByRole('heading', { name: 'Elasticsearch does not answer.' }).waitFor();

    await elasticsearch.start();
    await stranger.getByLabel('Name').waitFor({ timeout: RETURN_MS });
    await list.getByText('Elasticsearch does not answer.').waitFor({ state: 'detached', timeout: RETURN_MS });
    await rules.getByText('Elasticsearch does not answer.').waitFor({ state: 'detached', timeout: RETURN_MS });
    await save(form);
    await form.getByText('Typed during an outage was saved').waitFor();
  });

  test('while the host is restarted they say so, and what was typed is there after a reload', async () => {
    const list = await open(`${host.url}/app/violations?refresh=1000`);
    const form = await open(`${host.url}/app/rules/create`);
    for (const page of [list, form]) announce(page, AWAY);
    await rows(list).first().waitFor();
    const dsl = await writeRule(form, 'Typed before a restart');

    await host.stop();
    await list.getByText('BeTrace does not answer.').waitFor();
    expect(await rows(list).count()).toBe(1);
    await save(form);
    await form.getByText('Nothing that you have typed is lost').waitFor();

    const { dataDir, port } = host;
    host = await startHost({
      ...elasticsearch.environment,
      ...SETTINGS,
      BETRACE_DATA_DIR: dataDir,
      BETRACE_HTTP_PORT: String(port),
    });
    await list.getByText('BeTrace does not answer.').waitFor({ state: 'detached' });
    await form.reload();
    await form.getByText('What you had typed and not saved is here again.').waitFor();
    expect(await shownRule(form)).toBe(dsl);
    await save(form);
    await form.getByText('Typed before a restart was saved').waitFor();
    await form.getByRole('link', { name: 'Create rule' }).click();
    expect(await form.getByLabel('Name').inputValue()).toBe('');
    expect(await form.getByText('is here again').count()).toBe(0);
  });

  test('a page that is loaded while Elasticsearch is away is drawn once it is back', async () => {
    await elasticsearch.stop();
    await waitUntil(async () => (await fetch(`${host.url}/readyz`)).status === 503);
    const page = await open('about:blank');
    announce(page, AWAY);
    await page.goto(`${host.url}/app/rules`);
    await page.getByText('Elasticsearch does not answer.').waitFor();
    await elasticsearch.start();
    await page.getByRole('link', { name: 'Typed before a restart', exact: true }).waitFor({ timeout: RETURN_MS });
  });
});
