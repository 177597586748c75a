import type { Page } from 'playwright-core';
import type { Rule } from '../common/rules/rule';
import type { Signed } from '../server/violations/sign';
import { call } from './support/api';
import { breakRule, sendSpans, uniqueSpan } from './support/broken_rule';
import { announce, useBrowser } from './support/browser';
import { sharedElasticsearch, uniqueName } from './support/elasticsearch';
import { type Host, startHost } from './support/host';
import { erase, tamper } from './support/stored_document';

const VIOLATIONS = 'traces-apm.betrace-default';
const EVIDENCE = 'logs-betrace.evidence-default';
const MORE_THAN_A_PAGE = 70;

const rows = (page: Page) => page.getByTestId('betraceViolation');
const flyout = (page: Page) => page.getByTestId('betraceViolationFlyout');

describe('the page of violations', () => {
  const open = useBrowser();
  const { client } = sharedElasticsearch();
  let host: Host;
  beforeAll(async () => {
    host = await startHost({ BETRACE_SETTLE_MS: '500' });
  });
  afterAll(() => host?.stop());

  test('a violation appears by itself, and says what happened, with evidence and signature', async () => {
    const { span, dsl } = uniqueSpan();
    const { body: rule } = await call<Rule>('POST', `${host.url}/api/v1/rules`, {
      name: `Never ${span}`,
      dsl,
      severity: 'CRITICAL',
      tags: ['payments'],
    });
    const page = await open(`${host.url}/app/violations?ruleId=${rule.id}&refresh=1000`);
    await page.getByText('No violation matches the filters').waitFor();
    const [traceId] = await sendSpans(host, span);

    await rows(page).filter({ hasText: 'payment-api' }).getByText('Critical').waitFor();
    await page.getByText('1 of 1 violation').waitFor();
    await rows(page).getByRole('link', { name: span }).click();
    const details = flyout(page);
    await details.getByText('The signature verifies').waitFor();
    await details.getByText('The violation and its evidence are as they were signed.').waitFor();
    await details.getByRole('heading', { name: rule.name }).waitFor();
    await details.getByText('payments').waitFor();
    await details.getByText(traceId!).waitFor();
    await details.getByRole('list', { name: 'Spans that broke the rule' }).getByText(span).waitFor();
    await details.getByText('The trace was complete').waitFor();

    await details.getByRole('link', { name: 'All violations of this trace' }).click();
    await page.getByText(`Trace ${traceId}`).waitFor();
    await page.getByRole('button', { name: 'Show all traces' }).click();
    await page.getByText(`Trace ${traceId}`).waitFor({ state: 'detached' });
  });

  test('violations are found by severity, rule and words; the address says which, and back goes back', async () => {
    const low = await breakRule(host, { severity: 'LOW' });
    const high = await breakRule(host, { severity: 'HIGH' });
    const page = await open(`${host.url}/app/violations?q=${low.rule.name.split(' ')[1]}`);
    await rows(page).filter({ hasText: low.rule.name }).waitFor();
    expect(await rows(page).count()).toBe(1);

    await page.getByLabel('Search violations').fill('');
    await page.getByLabel('Search violations').press('Enter');
    await page.getByRole('combobox', { name: 'Rule' }).selectOption(high.rule.name);
    await rows(page).filter({ hasText: high.rule.name }).waitFor();
    await rows(page).filter({ hasText: low.rule.name }).waitFor({ state: 'detached' });
    await page.getByLabel('Severity').selectOption('Low');
    await page.getByText('No violation matches the filters').waitFor();
    expect(new URL(page.url()).searchParams.get('severity')).toBe('LOW');
    await page.goBack();
    await rows(page).filter({ hasText: high.rule.name }).waitFor();
    await page.getByLabel('Severity').selectOption('Low');
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await rows(page).filter({ hasText: low.rule.name }).waitFor();
  });

  test('a violation has an address, which a reload and a new tab open', async () => {
    const { rule, violations } = await breakRule(host);
    const page = await open(`${host.url}/app/violations/${violations[0]?.id}?ruleId=${rule.id}`);
    await flyout(page).getByText('The signature verifies').waitFor();
    await page.reload();
    await flyout(page).getByText('The signature verifies').waitFor();
    await page.keyboard.press('Escape');
    await flyout(page).waitFor({ state: 'detached' });
    expect(new URL(page.url()).pathname).toBe('/app/violations');
    expect(await rows(page).count()).toBe(1);
    expect(await page.title()).toBe('Violations - BeTrace');
  });

  test('more than a page of them is there at once, and the rest at a click', async () => {
    const { rule } = await breakRule(host, { times: MORE_THAN_A_PAGE });
    const page = await open('about:blank');
    const from = performance.now();
    await page.goto(`${host.url}/app/violations?ruleId=${rule.id}`);
    await page.getByText(`50 of ${MORE_THAN_A_PAGE} violations`).waitFor();
    await rows(page).nth(49).waitFor();
    expect(performance.now() - from).toBeLessThan(10_000);
    await page.getByRole('button', { name: 'Show more' }).click();
    await rows(page)
      .nth(MORE_THAN_A_PAGE - 1)
      .waitFor();
    expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0);
  });

  test('one that was changed in Elasticsearch says so', async () => {
    const { violations } = await breakRule(host);
    const { id } = violations[0]!;
    await tamper(client, VIOLATIONS, { term: { 'betrace.violation.id': id } }, ({ betrace }: Signed['violation']) => {
      (betrace.violation as { message: string }).message = 'All is well';
    });
    const page = await open(`${host.url}/app/violations/${id}`);
    await flyout(page).getByText('All is well').waitFor();
    await flyout(page).getByText('This was changed').waitFor();
    expect(await flyout(page).getByText('The signature verifies').count()).toBe(0);
  });

  test('one whose evidence was erased verifies, and shows the spans that broke the rule by name', async () => {
    const { rule, violations } = await breakRule(host);
    await erase(client, EVIDENCE, { term: { 'trace.id': violations[0]!.traceIds[0]! } });
    const page = await open(`${host.url}/app/violations/${violations[0]?.id}`);
    await flyout(page).getByText('The violation is as it was signed; its evidence was erased.').waitFor();
    await flyout(page).getByText('The evidence was erased, or can no longer be read.').waitFor();
    await flyout(page).getByRole('table').getByText(rule.name.split(' ')[1]!).waitFor();
  });

  test('one that is not there says so', async () => {
    const page = await open('about:blank');
    announce(page, /status of 404/);
    await page.goto(`${host.url}/app/violations/${uniqueName('none')}`);
    await flyout(page).getByText('BT_NOT_FOUND').waitFor();
  });
});
