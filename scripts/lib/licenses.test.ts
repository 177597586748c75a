import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { collectPackages, renderLicenses, unlistedLicenses } from './licenses.mjs';
import { ROOT } from './paths.mjs';

describe('the licences of what we depend on', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'betrace-licenses-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function lock(packages: Record<string, object>) {
    writeFileSync(path.join(root, 'package-lock.json'), JSON.stringify({ packages }));
    return collectPackages(root);
  }

  function allows(license: string) {
    const packages = lock({ '': { dependencies: { a: '1' } }, 'node_modules/a': { version: '1.0.0', license } });
    return unlistedLicenses(packages).length === 0;
  }

  it('are all on the list', () => {
    const packages = collectPackages(ROOT);
    expect(packages.length).toBeGreaterThan(10);
    expect(unlistedLicenses(packages)).toEqual([]);
  });

  it.each(['GPL-3.0', 'SSPL-1.0', 'SEE LICENSE IN x', '(MIT AND GPL-3.0)', 'UNLICENSED'])('refuses %s', (license) => {
    expect(allows(license)).toBe(false);
  });

  it.each(['MIT', '(GPL-3.0 OR MIT)', 'MIT AND ISC'])('allows %s', (license) => {
    expect(allows(license)).toBe(true);
  });

  it('refuses a package that states none', () => {
    const packages = lock({ '': { dependencies: { a: '1' } }, 'node_modules/a': { version: '1.0.0' } });
    expect(unlistedLicenses(packages)).toEqual(['a@1.0.0 (none stated)']);
  });

  it('follow what is needed in production, as Node resolves it, and nothing else', () => {
    const packages = lock({
      '': { dependencies: { '@s/a': '1' }, devDependencies: { d: '1' } },
      'node_modules/@s/a': { version: '1.0.0', license: 'MIT', dependencies: { b: '2' } },
      'node_modules/@s/a/node_modules/b': { version: '2.0.0', license: 'MIT', dependencies: { c: '1' } },
      'node_modules/b': { version: '1.0.0', license: 'GPL-3.0' },
      'node_modules/c': { version: '3.0.0', license: 'ISC', optionalDependencies: { absent: '1' } },
      'node_modules/d': { version: '1.0.0', license: 'GPL-3.0', dev: true },
    });
    expect(packages.map(({ name, version }) => `${name}@${version}`)).toEqual(['@s/a@1.0.0', 'b@2.0.0', 'c@3.0.0']);
  });

  it('come with their texts and notices', () => {
    mkdirSync(path.join(root, 'node_modules/a'), { recursive: true });
    writeFileSync(path.join(root, 'node_modules/a/LICENSE.md'), 'Do as you like.\r\n');
    writeFileSync(path.join(root, 'node_modules/a/NOTICE'), 'By A.');
    const packages = lock({ '': { dependencies: { a: '1' } }, 'node_modules/a': { version: '1.0.0', license: 'MIT' } });
    expect(renderLicenses(packages)).toContain('a 1.0.0\nLicense: MIT\n\nDo as you like.\n\nBy A.\n');
  });
});
