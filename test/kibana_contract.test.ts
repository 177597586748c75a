import { execFile } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { call } from './support/api';
import { manifestProblems } from './support/kibana/manifest_rules';
import { buildZips, install, startFakeKibana } from './support/kibana/start';
import { temporaryFolder } from './support/temporary';

/** That the tests without a Kibana would see what a Kibana doesn't forgive. */
const VERSIONS = ['8.12.2', '8.19.21', '9.0.8', '9.5.3'];

let plugins: Map<string, string>;
beforeAll(async () => {
  const zips = [...(await buildZips(VERSIONS))];
  const zipOf = (version: string): Buffer => zips.find(([name]) => name.endsWith(`-kibana-${version}.zip`))![1];
  plugins = new Map(VERSIONS.map((version) => [version, install(zipOf(version))]));
});

const manifestOf = (version: string): Record<string, unknown> =>
  JSON.parse(readFileSync(path.join(plugins.get(version)!, 'kibana.json'), 'utf8')) as Record<string, unknown>;

test.each(VERSIONS)('Kibana %s takes the manifest', (version) => {
  expect(manifestProblems(manifestOf(version), version)).toEqual([]);
});

test.each([
  [{ browser: true }, 'unrecognized properties: browser'],
  [{ id: 'be-trace' }, 'the id is not camelCase'],
  [{ kibanaVersion: '9.5.2' }, 'it is for another Kibana'],
  [{ owner: {} }, 'there is no owner.name'],
  [{ requiredBundles: 'kibanaReact' }, 'requiredBundles is no list of names'],
  [{ server: false, ui: false }, 'neither server nor ui'],
])('it would not take %j', (fault, problem) => {
  expect(manifestProblems({ ...manifestOf('9.5.3'), ...fault }, '9.5.3')).toEqual([problem]);
});

/** The plugin with one piece of its code changed. */
function planted(file: string, from: string | RegExp, to: string): string {
  const folder = path.join(temporaryFolder(), 'betrace');
  cpSync(plugins.get('9.5.3')!, folder, { recursive: true });
  const code = readFileSync(path.join(folder, file), 'utf8');
  const changed = code.replace(from, () => to);
  if (changed === code) throw new Error(`${file} has no ${String(from)}`);
  writeFileSync(path.join(folder, file), changed);
  return folder;
}

test('of the settings pages get what their agent needs, and nothing else', async () => {
  const rum = { serverUrl: 'https://apm.example', sampleRate: 0.5 };
  const config = { bridge: { enabled: false }, signing: { key: Buffer.alloc(32).toString('base64') }, rum };
  const plugin = plugins.get('8.12.2')!;
  const kibana = await startFakeKibana({ plugin, line: 'bare', elasticsearch: NOWHERE, config });
  try {
    expect((await call<{ browser: object }>('GET', `${kibana.url}/fake`)).body.browser).toEqual({ rum });
  } finally {
    await kibana.stop();
  }
});

const NOWHERE = { url: 'http://127.0.0.1:9', auth: { username: 'kibana', password: 'none' } };
const startOf = (plugin: string): Promise<unknown> =>
  startFakeKibana({ plugin, line: 'bare', elasticsearch: NOWHERE, config: { bridge: { enabled: false } } });

test.each([
  ['its authorisation of 9.1', /security: \{ authz: .*? \} \},/, '', 'has no security.authz'],
  ['its authorisation of 8.12', /tags: \[`access:\$\{privilege\}`\]/, 'tags: []', 'has no access tag'],
  ['its public version', /version: VERSION\d*,\s+validate/, "version: '1', validate", 'has no public version'],
  [
    'a service that all lines have',
    'core.http.createRouter()',
    'core.security.authc',
    'is not in every line of Kibana',
  ],
])('a server is not started whose routes lack %s', async (_, from, to, complaint) => {
  await expect(startOf(planted('server/index.js', from, to))).rejects.toThrow(complaint);
});

test.each([
  ['__kbnSharedDeps__.React;', 'read while the script is loaded'],
  ["__kbnBundles__.get('plugin/data/public');", 'while the script is loaded'],
])('no page is opened whose script does %s at once', async (statement, complaint) => {
  const folder = path.join(planted('target/public/betrace.plugin.js', /^/, statement), 'target/public');
  const script = path.join(__dirname, 'support/kibana/open_app.mjs');
  const opened = promisify(execFile)(process.execPath, ['--no-warnings', script, folder, 'rendering']);
  await expect(opened).rejects.toThrow(complaint);
});
