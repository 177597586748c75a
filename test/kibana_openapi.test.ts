import { call } from './support/api';
import { type Host, startHost } from './support/host';
import { type FakeKibana, startWithoutBridge } from './support/kibana/start';
import { dereferenced, type OpenApi, operationsOf } from './support/openapi';

const ROOT = '/api/betrace';

let kibana: FakeKibana;
let host: Host;
let described: OpenApi;
let standalone: OpenApi;
beforeAll(async () => {
  kibana = await startWithoutBridge('9');
  host = await startHost();
  standalone = (await call<OpenApi>('GET', `${host.url}/api/v1/openapi.json`)).body;
});
afterAll(() => Promise.all([kibana?.stop(), host?.stop()]));

test('whoever may read gets it, with an entry for each route, and for nothing else', async () => {
  const { status, body } = await call<OpenApi>('GET', `${kibana.url}${ROOT}/openapi.json`, undefined, {
    'x-role': 'read',
  });
  described = body;
  expect([status, body.openapi]).toEqual([200, '3.1.0']);
  const { routes } = (await call<{ routes: string[] }>('GET', `${kibana.url}/fake/routes`)).body;
  expect(routes.length).toBeGreaterThan(25);
  expect([...operationsOf(body).keys()].sort()).toEqual(routes.sort());
  const ids = [...operationsOf(body).values()].map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

test('what both hosts have takes and gives the same', () => {
  const ofKibana = operationsOf(described);
  const shared = [...operationsOf(standalone)].flatMap(([name, operation]) => {
    const same = ofKibana.get(name.replace('/api/v1/', `${ROOT}/`));
    return same ? [{ name, operation, same }] : [];
  });
  expect(shared.length).toBeGreaterThan(18);
  for (const { name, operation, same } of shared) {
    const inKibana = dereferenced(described, same);
    const here = dereferenced(standalone, operation);
    expect({ name, parameters: inKibana.parameters }).toEqual({ name, parameters: here.parameters });
    // a file is described by its types, which fastify can't
    if (!name.endsWith('/import')) expect({ name, body: inKibana.body }).toEqual({ name, body: here.body });
    const { 401: _unknown, 403: _refused, ...answers } = inKibana.answers;
    const { 403: _refusedHere, ...answersHere } = here.answers;
    expect({ name, answers }).toEqual({ name, answers: answersHere });
  }
});

test('what changes something asks for the header that Kibana wants, and every name leads somewhere', () => {
  for (const [name, { parameters }] of operationsOf(described)) {
    const headers = parameters.filter(({ in: place }) => place === 'header').map((header) => header.name);
    expect([name, headers.includes('kbn-xsrf')]).toEqual([name, !name.startsWith('get ')]);
    expect(headers).toContain('elastic-api-version');
  }
  const names = [...JSON.stringify(described).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name!);
  expect(names.length).toBeGreaterThan(20);
  for (const name of names) expect(described.components.schemas).toHaveProperty(name);
});
