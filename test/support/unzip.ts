import { inflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly content: Buffer;
  /** Unix permissions, e.g. 0o644; 0 where the zip has none. */
  readonly mode: number;
}

const END = 0x06054b50;
const ENTRY = 0x02014b50;

/** The files of a zip by name, from its central directory, as installers read it. */
export function unzip(zip: Buffer): Map<string, ZipEntry> {
  const end = zip.lastIndexOf(Buffer.from(new Uint32Array([END]).buffer));
  const entries = new Map<string, ZipEntry>();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    if (zip.readUInt32LE(at) !== ENTRY) throw new Error('This is no entry of a zip.');
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength!);
    const local = zip.readUInt32LE(at + 42);
    const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(from, from + zip.readUInt32LE(at + 20));
    const content = zip.readUInt16LE(at + 10) === 0 ? Buffer.from(packed) : inflateRawSync(packed);
    entries.set(name, { content, mode: (zip.readUInt32LE(at + 38) >>> 16) & 0o777 });
    at += 46 + nameLength! + extraLength! + commentLength!;
  }
  return entries;
}
