import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A certificate for `localhost` and 127.0.0.1, signed by `authority`, or by itself, which then signs others, too. */
export async function certificate(name: string, authority?: Certificate): Promise<Certificate> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    ...(authority && { ca: authority }),
    extensions: [
      { name: 'basicConstraints', cA: authority === undefined },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { cert, key };
}

/** Writes the two files into a folder, over those that are there. */
export function writeCertificate(folder: string, { cert, key }: Certificate): { certFile: string; keyFile: string } {
  const files = { certFile: join(folder, 'tls.crt'), keyFile: join(folder, 'tls.key') };
  writeFileSync(files.keyFile, key);
  writeFileSync(files.certFile, cert);
  return files;
}
