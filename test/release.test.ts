import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import versions from '../scripts/lib/kibana_versions.json';
import { temporaryFolder } from './support/temporary';
import { unzip } from './support/unzip';

const ROOT = path.join(__dirname, '..');
const ZIP = /^betrace-[\d.]+-[0-9a-f]{8}-kibana-8\.12\.2\.zip$/;
const run = promisify(execFile);

const makeRelease = async (env: NodeJS.ProcessEnv = {}): Promise<string> => {
  const outdir = path.join(temporaryFolder(), 'release');
  const args = ['scripts/release.mjs', '--kibana-version', '8.12.2', '--outdir', outdir];
  await run(process.execPath, args, { cwd: ROOT, env: { ...process.env, ...env } });
  return outdir;
};

let folder: string;
let names: string[];
beforeAll(async () => {
  folder = await makeRelease();
  names = readdirSync(folder).sort();
});

const contentOf = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
const fileOf = (pattern: RegExp): string => names.find((name) => pattern.test(name)) ?? `none of ${names.join()}`;

test('it has the zip, what is in it, under which licences, and checksums of all that verify', async () => {
  expect(names.map((name) => name.replace(/-[0-9a-f]{8}/, ''))).toEqual([
    'SHA256SUMS',
    'THIRD_PARTY_LICENSES.txt',
    expect.stringMatching(/^betrace-[\d.]+-kibana-8\.12\.2\.zip$/),
    expect.stringMatching(/^betrace-[\d.]+\.cdx\.json$/),
  ]);
  const { stdout } = await run('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: folder });
  expect(stdout.trim().split('\n')).toEqual(names.filter((name) => name !== 'SHA256SUMS').map((name) => `${name}: OK`));
});

interface Sbom {
  readonly bomFormat: string;
  readonly metadata: { readonly component: { readonly name: string } };
  readonly components: readonly {
    readonly group?: string;
    readonly name: string;
    readonly version: string;
    readonly purl: string;
    readonly licenses?: readonly unknown[];
  }[];
}

test('the bill of materials names the packages whose licences are in the zip, each with its own', () => {
  const sbom = JSON.parse(contentOf(fileOf(/\.cdx\.json$/))) as Sbom;
  expect([sbom.bomFormat, sbom.metadata.component.name]).toEqual(['CycloneDX', 'betrace']);
  const zip = unzip(readFileSync(path.join(folder, fileOf(ZIP))));
  const licences = zip.get('kibana/betrace/THIRD_PARTY_LICENSES.txt')!.content.toString();
  expect(licences).toBe(contentOf('THIRD_PARTY_LICENSES.txt'));
  const licensed = [...licences.matchAll(/^-{80}\n(\S+) (\S+)\nLicense: /gm)];
  const expected = licensed.map(([, name, version]) => `${name}@${version}`);
  const named = sbom.components.map(({ group, name, version }) => `${group ? `${group}/` : ''}${name}@${version}`);
  expect(expected.length).toBeGreaterThan(100);
  expect(new Set(named)).toEqual(new Set(expected));
  expect(named).toEqual(expect.arrayContaining([expect.stringMatching(/^re2js@/), expect.stringMatching(/^fastify@/)]));
  for (const { purl, licenses } of sbom.components) {
    expect([purl, licenses?.length ?? 0]).toEqual([expect.stringMatching(/^pkg:npm\//), 1]);
  }
  expect(JSON.stringify(sbom)).not.toContain(ROOT);
});

test('made again, elsewhere and at another time, its bytes are the same', async () => {
  const again = await makeRelease({ TZ: 'Pacific/Auckland' });
  expect(readFileSync(path.join(again, 'SHA256SUMS'), 'utf8')).toBe(contentOf('SHA256SUMS'));
});

test('no release is mixed with another', async () => {
  const args = ['scripts/release.mjs', '--kibana-version', '8.12.2', '--outdir', folder];
  await expect(run(process.execPath, args, { cwd: ROOT })).rejects.toThrow('is not empty');
});

test('the documentation tells of the versions that a release is for', () => {
  const text = readFileSync(path.join(ROOT, 'docs/reference/kibana.md'), 'utf8');
  const table = /\| Kibana .*?\n\n/s.exec(text)![0];
  const rows = [...table.matchAll(/^\| (\d+\.\d+\.\d+) +\| (\S+) +\| ([^|]+?) +\| ([^|]+?) +\|$/gm)];
  const expected = Object.entries(versions as Record<string, { seenRunning?: string }>);
  expect(rows.map(([, version, built]) => [version, built])).toEqual(expected.map(([version]) => [version, 'yes']));
  expect(rows.map(([, , , , seen]) => seen?.startsWith('yes'))).toEqual(
    expected.map(([, { seenRunning }]) => seenRunning !== undefined),
  );
});
