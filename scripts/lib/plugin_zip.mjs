import { createHash } from 'node:crypto';

/** @typedef {ReadonlyMap<string, Buffer>} Files contents by path below the plugin's folder, `/` between folders */

/** Every file says that it is from then, in the local time that zips are in, so that the same inputs give the same bytes. */
const MTIME = new Date(2000, 0, 1);
const MODE = 0o100644;

/**
 * Eight hex digits that change with any byte of any file.
 * @param {Files} files
 */
export function hashOf(files) {
  const hash = createHash('sha256');
  for (const [name, content] of sorted(files)) hash.update(`${name}\0${content.length}\0`).update(content);
  return hash.digest('hex').slice(0, 8);
}

/**
 * A zip as Kibana's installer wants it: everything below `kibana/<id>/`, with unix modes, without which the installed files
 * could not be read.
 * @param {string} id
 * @param {Files} files
 * @returns {Promise<Buffer>}
 */
export async function zipOf(id, files) {
  const { ZipFile } = await import('yazl');
  const zip = new ZipFile();
  for (const [name, content] of sorted(files)) {
    zip.addBuffer(content, `kibana/${id}/${name}`, {
      mtime: MTIME,
      forceDosTimestamp: true,
      mode: MODE,
      compressionLevel: 9,
    });
  }
  zip.end();
  const chunks = [];
  for await (const chunk of zip.outputStream) chunks.push(/** @type {Buffer} */ (chunk));
  return Buffer.concat(chunks);
}

/** @param {Files} files */
const sorted = (files) => [...files].sort(([a], [b]) => (a < b ? -1 : 1));
