import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Licences that allow what we do under Apache-2.0. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
  'Unlicense',
  'Zlib',
]);

/**
 * Packages whose licence is none of these, and what they are used under. Elastic's design system and charts are part of the
 * standalone app and not of the plugin's zip, where they are Kibana's own; NOTICE.txt says so. `stackframe` names a file only,
 * which is the Unlicense.
 * @type {Readonly<Record<string, string>>}
 */
const BY_NAME = {
  '@elastic/charts': 'Elastic-2.0',
  '@elastic/esql-definitions': 'Elastic-2.0',
  '@elastic/eui': 'Elastic-2.0',
  '@elastic/eui-theme-borealis': 'Elastic-2.0',
  '@elastic/eui-theme-common': 'Elastic-2.0',
  stackframe: 'Unlicense',
};

/** @typedef {{ name: string, version: string, license: string, integrity: string | undefined, texts: string[] }} Package */

/**
 * An entry of package-lock.json, as far as we read it.
 * @typedef {{ version?: string, license?: string, integrity?: string, dependencies?: Record<string, string>,
 *   optionalDependencies?: Record<string, string>, peerDependencies?: Record<string, string> }} Entry
 */

/**
 * The packages that a production installation brings: what package-lock.json says our dependencies need, in turn.
 * @param {string} root a folder with package-lock.json and node_modules
 * @returns {Package[]} sorted by name and version
 */
export function collectPackages(root) {
  /** @type {Record<string, Entry>} */
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
  const reached = new Set(['']);
  // a set hands out what is added to it on the way
  for (const from of reached) {
    const { dependencies, optionalDependencies, peerDependencies } = lock[from] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const found = resolve(lock, from, name);
      if (found !== undefined) reached.add(found);
    }
  }
  reached.delete('');
  const packages = [...reached].map((location) => {
    const name = location.slice(location.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const { version = '', license = 'none stated', integrity } = lock[location] ?? {};
    return {
      name,
      version,
      license: BY_NAME[name] ?? license,
      integrity,
      texts: licenseTexts(path.join(root, location)),
    };
  });
  const key = (/** @type {Package} */ { name, version }) => `${name}@${version}`;
  const byKey = new Map(packages.map((one) => [key(one), one]));
  return [...byKey.values()].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/**
 * Where Node finds a package from another one: in the nearest node_modules.
 * @param {Record<string, Entry>} lock
 * @param {string} from
 * @param {string} name
 */
function resolve(lock, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const location = `${folder && `${folder}/`}node_modules/${name}`;
    if (lock[location]) return location;
    if (!folder) return undefined;
  }
}

/** @param {string} folder */
function licenseTexts(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /^(licen[cs]e|copying|notice)(?!.*\.[jt]s$)/i.test(entry.name))
    .map(({ name }) => name)
    .sort()
    .map((name) => readFileSync(path.join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim());
}

/**
 * What is not allowed, as `name@version (licence)`.
 * @param {readonly Package[]} packages
 */
export function unlistedLicenses(packages) {
  return packages
    .filter(({ name, license }) => license !== BY_NAME[name] && !isAllowed(license))
    .map(({ name, version, license }) => `${name}@${version} (${license})`);
}

/**
 * An expression of SPDX: of `OR` one must be allowed, of `AND` all.
 * @param {string} license
 */
function isAllowed(license) {
  return license
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((one) => ALLOWED.has(one.trim())));
}

/**
 * The text of THIRD_PARTY_LICENSES.txt.
 * @param {readonly Package[]} packages
 */
export function renderLicenses(packages) {
  const line = '-'.repeat(80);
  const parts = packages.map(({ name, version, license, texts }) =>
    [line, `${name} ${version}`, `License: ${license}`, ...texts.flatMap((text) => ['', text])].join('\n'),
  );
  const title = 'BeTrace for Kibana uses these packages, each under its own licence.';
  return `${[title, ...parts].join('\n\n')}\n`;
}
