import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findChromium } from './chromium.mjs';

describe('the search for Chromium', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'betrace-chromium-'));
  const program = path.join(folder, 'chromium');
  const plain = path.join(folder, 'plain');
  beforeAll(() => {
    writeFileSync(program, '');
    chmodSync(program, 0o755);
    writeFileSync(plain, '');
    chmodSync(plain, 0o644);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('looks on the path', () => {
    expect(findChromium({ PATH: ['/nowhere', folder].join(path.delimiter) })).toBe(program);
  });

  it('takes the program that is named before any other', () => {
    expect(findChromium({ PATH: folder, CHROME_PATH: process.execPath })).toBe(process.execPath);
  });

  it.each(['/nowhere/chromium', plain])('says what to install where %s is named, which is none', (named) => {
    expect(() => findChromium({ PATH: folder, CHROME_PATH: named })).toThrow(
      `No Chromium was found at ${named}. Please install Chromium or Chrome, or name its program in CHROME_PATH, and start again.`,
    );
  });
});
