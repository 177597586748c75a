import { execFile } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompressSync } from 'node:zlib';
import { version } from '../package.json';
import { buildZips, install } from './support/kibana/start';
import { temporaryFolder } from './support/temporary';
import { unzip, type ZipEntry } from './support/unzip';

const VERSIONS = ['8.12.2', '8.19.21', '9.5.3'];

let zips: Map<string, Buffer>;
let files: Map<string, ZipEntry>;
beforeAll(async () => {
  zips = await buildZips(VERSIONS);
  files = unzip([...zips.values()][0]!);
});

const contentOf = (name: string): Buffer => {
  const entry = files.get(`kibana/betrace/${name}`);
  if (!entry) throw new Error(`The zip has no ${name}, but ${[...files.keys()].join(', ')}`);
  return entry.content;
};
const manifestOf = (zip: Buffer): Record<string, unknown> =>
  JSON.parse(unzip(zip).get('kibana/betrace/kibana.json')!.content.toString()) as Record<string, unknown>;

test('there is a zip for each Kibana, of one compile: they differ in their manifests only', () => {
  const [first, ...others] = [...zips.values()].map(unzip);
  expect(zips.size).toBe(VERSIONS.length);
  for (const other of others) {
    const different = [...other].filter(([name, { content }]) => !first!.get(name)?.content.equals(content));
    expect(different.map(([name]) => name)).toEqual(['kibana/betrace/kibana.json']);
  }
});

test('built again, the bytes are the same, wherever it is built', async () => {
  const again = await buildZips(VERSIONS, { TZ: 'Pacific/Auckland' });
  for (const [name, zip] of again) expect([name, zips.get(name)?.equals(zip)]).toEqual([name, true]);
});

test.each(VERSIONS)('the manifest for Kibana %s', (kibanaVersion) => {
  const [name, zip] = [...zips].find(([each]) => each.endsWith(`-kibana-${kibanaVersion}.zip`))!;
  const manifest = manifestOf(zip);
  expect(manifest).toMatchObject({
    id: 'betrace',
    kibanaVersion,
    version: expect.stringMatching(new RegExp(`^${version.replaceAll('.', '\\.')}-[0-9a-f]{8}$`)) as unknown,
    owner: { name: expect.stringMatching(/\w/) as unknown },
    server: true,
    ui: true,
    requiredPlugins: ['features'],
    requiredBundles: kibanaVersion.startsWith('8.12') ? ['kibanaReact'] : [],
  });
  expect(name).toBe(`betrace-${String(manifest['version'])}-kibana-${kibanaVersion}.zip`);
});

test.each(['8.12', '8.11.0', 'nine', '9.0.0-SNAPSHOT'])('there is no zip for Kibana %s', async (kibanaVersion) => {
  await expect(buildZips([kibanaVersion])).rejects.toThrow(/kibana-version|oldest/);
});

test('what Kibana looks for is there, readable, and with its licences', () => {
  for (const name of [
    'server/index.js',
    'server/worker.js',
    'LICENSE.txt',
    'THIRD_PARTY_LICENSES.txt',
    '.i18nrc.json',
  ]) {
    expect(contentOf(name).length).toBeGreaterThan(0);
  }
  for (const [name, { mode }] of files) expect([name, mode.toString(8)]).toEqual([name, '644']);
  for (const name of ['betrace.plugin.js', 'betrace.app.js']) {
    const plain = contentOf(`target/public/${name}`);
    expect(brotliDecompressSync(contentOf(`target/public/${name}.br`)).equals(plain)).toBe(true);
  }
});

test('the pages are, to the byte, those of the standalone host', () => {
  const standalone = readFileSync(path.join(__dirname, '../build/standalone/public/betrace.app.js'));
  expect(contentOf('target/public/betrace.app.js').equals(standalone)).toBe(true);
});

test('the browser files keep to the policy of the page, and within their size', () => {
  const names = [...files.keys()].flatMap((name) => /target\/public\/(.+)\.br$/.exec(name)?.[1] ?? []);
  expect(names.sort()).toEqual(['betrace.app.js', 'betrace.plugin.js', 'betrace.rum.js']);
  const sizes = names.map((name) => {
    const text = contentOf(`target/public/${name}`).toString();
    // a method of that name, as the library of regular expressions has one, is none of the language's
    expect(/(?<!\.|\})\beval\(|\bnew Function\b/.exec(text)?.[0]).toBeUndefined();
    return contentOf(`target/public/${name}.br`).length;
  });
  expect(sizes[names.indexOf('betrace.plugin.js')]).toBeLessThan(60_000);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(350_000);
});

test('the server takes from Kibana what is documented and nothing else, and starts no file that is not there', () => {
  const required = (name: string): string[] =>
    [
      ...contentOf(name)
        .toString()
        .matchAll(/\brequire\("([^"]+)"\)/g),
    ].map(([, module]) => module!);
  const foreign = (name: string): string[] => required(name).filter((module) => !isBuiltin(module));
  expect([...new Set(foreign('server/index.js'))].sort()).toEqual(['@kbn/config-schema', '@kbn/core/server', 'rxjs']);
  // the JSON-schema compiler mentions these in the code that it makes, where they are given to it
  expect(foreign('server/worker.js').filter((module) => !/^(ajv|fast-json-stringify)/.test(module))).toEqual([]);
});

interface Opened {
  readonly key: string;
  readonly registered: {
    readonly id: string;
    readonly category: { id: string };
    readonly deepLinks: { path: string }[];
  };
  readonly opened: string;
  readonly html: string;
  readonly can: object;
  readonly space: string;
  readonly agent?: unknown[];
  readonly trace: string;
  readonly errors: unknown[];
  readonly told: unknown[][];
}

/** Opens the app, with pages that only show that they were shown. */
async function open(providers: string, settings: object = {}, agentRuns = ''): Promise<Opened> {
  const folder = temporaryFolder();
  cpSync(path.join(install([...zips.values()][0]!), 'target/public'), folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(
    path.join(folder, 'betrace.app.js'),
    `export const App = ({ services }) => { globalThis.services = services; return 'the pages'; };`,
  );
  writeFileSync(
    path.join(folder, 'betrace.rum.js'),
    `export const start = (...given) => { globalThis.agent = given; };`,
  );
  // as a script, which it is on Kibana's page
  expect(readFileSync(path.join(folder, 'betrace.plugin.js'), 'utf8')).not.toMatch(/^\s*(import|export)\b/m);
  const script = path.join(__dirname, 'support/kibana/open_app.mjs');
  const args = ['--no-warnings', script, folder, providers, JSON.stringify(settings), agentRuns];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as Opened;
}

test.each([
  [
    'kibanaReact',
    '<div data-provider="i18n: children"><div data-provider="theme: children,theme$">the pages</div></div>',
  ],
  [
    'KbnReactKibanaContextRender',
    '<div data-provider="render: analytics,children,i18n,theme,userProfile">the pages</div>',
  ],
  ['rendering', '<div data-provider="core">the pages</div>'],
])('the app opens where Kibana has %s', async (providers, expected) => {
  const { key, opened, html, registered } = await open(providers);
  expect(key).toBe('plugin/betrace/public');
  expect(opened).toBe(expected);
  expect(html).toBe('');
  expect(registered).toMatchObject({ id: 'betrace', category: { id: 'observability' } });
  expect(registered.deepLinks.map((link) => link.path)).toEqual(['/overview', '/violations', '/rules', '/setup']);
});

test('the pages get their services from Kibana', async () => {
  const { can, space, trace, errors, told } = await open('rendering');
  expect([can, space]).toEqual([{ read: true, write: false }, 'shop']);
  expect(trace).toBe('/base/s/shop/app/apm/link-to/trace/a%20b');
  expect(errors).toEqual([
    ['/away', 0, 'BT_UNREACHABLE'],
    ['/kibana', 403, 'BT_FORBIDDEN'],
    ['/ours', 409, 'BT_X'],
  ]);
  const options = { method: 'PUT', version: '2023-10-31', query: { c: 2 }, body: '{"a":1}' };
  expect(told).toContainEqual(['fetch', '/api/betrace/rules/1', options]);
  expect(told).toContainEqual([
    'breadcrumbs',
    [{ text: 'BeTrace', href: '/app/betrace/' }, { text: 'Rules', href: '/app/betrace/rules' }, { text: 'New' }],
  ]);
  expect(told).toContainEqual(['title', ['New', 'Rules', 'BeTrace']]);
  expect(told.filter(([what]) => what === 'badge')).toEqual([
    ['badge', expect.objectContaining({ text: 'Read only' })],
    ['badge'],
  ]);
  expect(told).toContainEqual(['catalogue', expect.objectContaining({ path: '/app/betrace' })]);
  expect(told).toContainEqual(['danger', { title: 't', text: 'x' }]);
  const help = expect.objectContaining({ href: '/base/s/shop/api/betrace/openapi.json' }) as unknown;
  expect(told.filter(([what]) => what === 'help')).toEqual([['help', { appName: 'BeTrace', links: [help] }], ['help']]);
});

test.each([
  ['nothing asks for one', {}, '', undefined],
  ['what asks for it is not valid', { rum: { serverUrl: 'apm' } }, '', undefined],
  ['Kibana runs its own', { rum: { serverUrl: 'https://apm' } }, 'agent', undefined],
  [
    'settings ask for one, and tells of our pages only',
    { rum: { serverUrl: 'https://apm' } },
    '',
    [{ serverUrl: 'https://apm', serviceName: 'betrace', sampleRate: 1 }, { onlyOurs: true }],
  ],
])('an agent is started, or not, where %s', async (_where, settings, agentRuns, started) => {
  expect((await open('rendering', settings, agentRuns)).agent).toEqual(started);
});
