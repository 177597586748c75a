import { call } from './support/api';
import { announce, useBrowser } from './support/browser';
import { type OwnElasticsearch, startOwnElasticsearch, uniqueName } from './support/elasticsearch';
import { type Host, printedKey, startHost } from './support/host';

/** On an Elasticsearch of its own: the first key is shown once, to whoever asks for one first. */
describe('the pages of a host off loopback', () => {
  const open = useBrowser();
  let elasticsearch: OwnElasticsearch;
  let host: Host;
  let admin: string;
  beforeAll(async () => {
    elasticsearch = await startOwnElasticsearch();
    host = await startHost({ ...elasticsearch.environment, BETRACE_HOST: '0.0.0.0' });
    admin = await printedKey(host);
  });
  afterAll(async () => {
    await host?.stop();
    await elasticsearch?.remove();
  });

  const keyOf = async (role: string, spaces?: readonly string[]): Promise<string> => {
    const headers = { authorization: `ApiKey ${admin}` };
    const body = { name: role, role, spaces };
    return (await call<{ key: string }>('POST', `${host.url}/api/v1/keys`, body, headers)).body.key;
  };
  /** What the browser's own question for a name and a password takes: any name, and the key. */
  const login = (key: string) => ({ httpCredentials: { username: 'me', password: key } });

  test('ask for a key, and show nothing without one', async () => {
    const page = await open('about:blank');
    announce(page, /status of 401/);
    await expect(page.goto(`${host.url}/app/rules`)).rejects.toThrow('ERR_INVALID_AUTH_CREDENTIALS');
  });

  test('let a reader read, and offer no change', async () => {
    const headers = { authorization: `ApiKey ${admin}` };
    const draft = { name: uniqueName('Read'), dsl: "trace.has(span => span.name === 'x')", severity: 'LOW' };
    const { body: rule } = await call<{ id: string }>('POST', `${host.url}/api/v1/rules`, draft, headers);
    const page = await open(`${host.url}/app/rules`, login(await keyOf('reader')));
    await page.getByRole('link', { name: draft.name, exact: true }).waitFor();
    expect(await page.getByRole('link', { name: 'Create rule' }).count()).toBe(0);
    expect(await page.getByTestId('betraceDeleteRule').count()).toBe(0);
    expect(await page.locator('tbody select').count()).toBe(0);
    await page.goto(`${host.url}/app/rules/${rule.id}`);
    await page.getByRole('link', { name: 'Back to the rules' }).waitFor();
    expect(await page.getByRole('button', { name: 'Save rule' }).count()).toBe(0);
    expect(await page.getByLabel('Name').isEditable()).toBe(false);
  });

  test('let an editor write', async () => {
    const page = await open(`${host.url}/app/rules/create`, login(await keyOf('editor')));
    const name = uniqueName('Edited');
    await page.getByLabel('Name').fill(name);
    await page.getByTestId('betraceGallery').click();
    await page.getByRole('button', { name: 'Use: A slow query below a payment' }).click();
    await page.getByRole('button', { name: 'Save rule' }).click();
    await page.getByText(`${name} was saved`).waitFor();
  });

  test('of a space show and change what is in it, and nothing to a key of another', async () => {
    const key = await keyOf('editor', ['shop']);
    const page = await open(`${host.url}/s/shop/app/rules/create`, login(key));
    const name = uniqueName('Of the shop');
    await page.getByLabel('Name').fill(name);
    await page.getByTestId('betraceGallery').click();
    await page.getByRole('button', { name: 'Use: A slow query below a payment' }).click();
    await page.getByRole('button', { name: 'Save rule' }).click();
    await page.getByText(`${name} was saved`).waitFor();
    await page.goto(`${host.url}/s/shop/app/rules`);
    await page.getByRole('link', { name, exact: true }).waitFor();
    expect(await page.getByRole('link', { name: 'BeTrace' }).first().getAttribute('href')).toBe('/s/shop/app/');
    await page.getByRole('link', { name, exact: true }).click();
    await page.waitForURL(/\/s\/shop\/app\/rules\/[^/]+$/);

    announce(page, /status of 403/);
    await page.goto(`${host.url}/app/rules`);
    await page.getByText('You are not allowed to do this.').waitFor();
    const other = await open(`${host.url}/app/rules`, login(admin));
    await other.getByRole('link', { name: 'Create rule' }).first().waitFor();
    expect(await other.getByRole('link', { name }).count()).toBe(0);
  });
});
