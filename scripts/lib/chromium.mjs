import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { aptInstall, MissingToolError } from './command.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
const HINT = 'Please install Chromium or Chrome, or name its program in CHROME_PATH, and start again.';

/**
 * The Chromium of this machine: the program that `CHROME_PATH` names, else the first on the path.
 * @param {NodeJS.ProcessEnv} [environment]
 * @throws MissingToolError that says what to install
 */
export function findChromium(environment = process.env) {
  const named = environment['CHROME_PATH'];
  const folders = (environment['PATH'] ?? '').split(path.delimiter).filter(Boolean);
  const candidates = named
    ? [named]
    : [...NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))), MAC];
  const found = candidates.find(isProgram);
  if (found === undefined) throw new MissingToolError(`No Chromium was found${named ? ` at ${named}` : ''}. ${HINT}`);
  return found;
}

/**
 * Sees to it that there is a Chromium for the tests of the pages, and the font of their pictures.
 * @param {(line: string) => void} log
 */
export async function setUpChromium(log) {
  try {
    findChromium();
  } catch (error) {
    if (process.env['CHROME_PATH'] || !(await aptInstall('chromium', log))) throw error;
    await aptInstall('fonts-liberation', log);
    findChromium();
  }
}

/** How a browser is launched that does nothing but what a test tells it. */
export function launchOptions() {
  return {
    executablePath: findChromium(),
    args: [
      // Chromium's sandbox refuses root
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  };
}

/** @param {string} file */
function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
