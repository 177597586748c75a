import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { aptInstall, MissingToolError, run, tryRun } from '../lib/command.mjs';
import { cacheDir } from '../lib/paths.mjs';
import { findJava } from './java.mjs';

/** @typedef {import('./java.mjs').Java} Java */

/**
 * An Elasticsearch that is ready to be launched.
 * @typedef {{ java: Java, folder: string }} Installation
 */

const POM = path.join(import.meta.dirname, 'pom.xml');
const SOURCES = path.join(import.meta.dirname, 'launcher');

/**
 * Sets up the embedded Elasticsearch in the shared cache, unless it is there already: jars from Maven Central, our
 * launcher, and an archive of loaded classes that makes it start faster. Several runs may do so at once: each builds in
 * a folder of its own and renames it into place.
 * @param {(line: string) => void} log
 * @returns {Promise<Installation>}
 */
export async function setUpElasticsearch(log) {
  const java = await findJava(log);
  const folder = path.join(cacheDir(), 'elasticsearch', fingerprint(java));
  const installation = { java, folder };
  if (!existsSync(folder)) await build(installation, log);
  if (!existsSync(archiveFile(installation)) && !existsSync(noArchiveFile(installation)))
    await archive(installation, log);
  return installation;
}

/**
 * The command line of the JVM, up to the arguments of `main`.
 * @param {Installation} installation
 */
export function javaArguments(installation) {
  const args = [...jvmFlags(installation.java)];
  if (existsSync(archiveFile(installation))) {
    args.push(`${usesAot(installation.java) ? '-XX:AOTCache' : '-XX:SharedArchiveFile'}=${archiveFile(installation)}`);
  }
  return [...args, ...mainClass(installation.folder)];
}

/** @param {Java} java */
function fingerprint(java) {
  const hash = createHash('sha256');
  const sources = readdirSync(SOURCES).sort();
  for (const file of [POM, ...sources.map((name) => path.join(SOURCES, name))]) hash.update(readFileSync(file));
  hash.update(JSON.stringify([java.home, java.build, jvmFlags(java)]));
  return hash.digest('hex').slice(0, 16);
}

/** @param {Java} java */
function jvmFlags(java) {
  // the first compiler only: a node that lives for minutes starts sooner, and its archive fits one set of flags
  const flags = ['-Xms512m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
  flags.push('--enable-native-access=ALL-UNNAMED');
  if (java.major >= 23) flags.push('--sun-misc-unsafe-memory-access=allow');
  return flags;
}

/** @param {Java} java */
function usesAot(java) {
  return java.major >= 25;
}

/** @param {Installation} installation */
function archiveFile({ folder }) {
  return path.join(folder, 'classes.archive');
}

/** @param {Installation} installation */
function noArchiveFile({ folder }) {
  return path.join(folder, 'classes.archive.none');
}

/** @param {string} folder */
function classPath(folder) {
  // sorted, not `lib/*`: the archive holds for one order only
  return readdirSync(path.join(folder, 'lib'))
    .sort()
    .map((jar) => path.join(folder, 'lib', jar));
}

/** @param {string} folder */
function mainClass(folder) {
  const jars = [...classPath(folder), path.join(folder, 'launcher.jar')];
  return ['-cp', jars.join(path.delimiter), 'EmbeddedElasticsearch', '--modules', path.join(folder, 'modules')];
}

/**
 * @param {Installation} installation
 * @param {(line: string) => void} log
 */
async function build({ java, folder }, log) {
  await ensureMaven(log);
  const temporary = `${folder}.${randomBytes(4).toString('hex')}`;
  mkdirSync(temporary, { recursive: true });
  try {
    log('fetching Elasticsearch from Maven Central (about 75 MB, once)');
    const env = { ...process.env, JAVA_HOME: java.home };
    await run('mvn', ['-q', '-B', '-f', POM, `-Dhome=${temporary}`, 'package'], { env });
    log('compiling its launcher');
    const compiler = path.join(temporary, 'ecj.jar');
    const classes = path.join(temporary, 'classes');
    const jars = classPath(temporary);
    const libraries = jars.join(path.delimiter);
    await run(java.command, [
      '-jar',
      compiler,
      '-21',
      '-nowarn',
      '-proc:none',
      '-cp',
      libraries,
      '-d',
      classes,
      SOURCES,
    ]);
    await run(java.command, ['-cp', [...jars, classes].join(path.delimiter), 'Setup', temporary]);
    rmSync(compiler);
    rmSync(classes, { recursive: true });
    renameSync(temporary, folder);
  } catch (error) {
    // the folder is there when another run was faster
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/**
 * Runs the node once and keeps what the JVM learned; without it Elasticsearch starts just as well, only slower.
 * @param {Installation} installation
 * @param {(line: string) => void} log
 */
async function archive(installation, log) {
  log('preparing for faster starts (once)');
  const { java, folder } = installation;
  const temporary = `${archiveFile(installation)}.${randomBytes(4).toString('hex')}`;
  const home = `${temporary}.home`;
  const create = usesAot(java) ? '-XX:AOTCacheOutput' : '-XX:ArchiveClassesAtExit';
  const args = [
    ...jvmFlags(java),
    `${create}=${temporary}`,
    ...mainClass(folder),
    '--home',
    home,
    '--exit-after-start',
  ];
  try {
    const env = { ...process.env, ELASTIC_PASSWORD: randomBytes(16).toString('hex') };
    await run(java.command, args, { env });
    renameSync(temporary, archiveFile(installation));
  } catch {
    log('that did not work here: Elasticsearch will start a little slower');
    writeFileSync(noArchiveFile(installation), '');
  } finally {
    rmSync(home, { recursive: true, force: true });
    rmSync(temporary, { force: true });
  }
}

/**
 * Finds Maven, or installs it where that may be done.
 * @param {(line: string) => void} log
 */
export async function ensureMaven(log) {
  if (await tryRun('mvn', ['--version'])) return;
  const installed = await aptInstall('maven', log).catch(() => false);
  if (installed && (await tryRun('mvn', ['--version']))) return;
  throw new MissingToolError(
    'Elasticsearch is fetched by Maven, which is not here: please install Maven 3.8 or later and start again.',
  );
}
