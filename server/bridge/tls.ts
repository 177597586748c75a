import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { BeTraceError } from '../../common/errors';
import type { TlsFiles } from './ingest_settings';
import type { Level } from './messages';
import { watchFiles } from './watched_files';

export interface TlsOptions extends SecureContextOptions {
  readonly requestCert: boolean;
  readonly rejectUnauthorized: boolean;
}

/** A server whose certificate can be changed while it listens: that of `node:https`. */
export interface SecureServer {
  setSecureContext(options: SecureContextOptions): void;
}

/** A listener's certificate, from files that are followed. */
export interface Tls {
  readonly options: TlsOptions;
  /** From now on the server has what the files have; connections that are open keep what they have. */
  serve(server: SecureServer): void;
  stop(): void;
}

/**
 * Reads certificate and key, and reads them again when they change. New files that can't be used are logged and change nothing.
 * @throws BT_TLS_INVALID for files that can't be used at the start
 */
export async function openTls(
  { certFile, keyFile, clientCaFile }: TlsFiles,
  log: (level: Level, message: string, fields: Readonly<Record<string, unknown>>) => void,
  everyMs?: number,
): Promise<Tls> {
  let server: SecureServer | undefined;
  let changed: TlsOptions | undefined;
  const paths = [certFile, keyFile, ...(clientCaFile === undefined ? [] : [clientCaFile])];
  const watched = await watchFiles<TlsOptions>({
    paths,
    parse(contents) {
      const [cert, key, ca] = paths.map((path) => contents.get(path));
      // OpenSSL takes an empty text for none, and a CA that is none for the system's
      new X509Certificate(cert ?? '');
      createPrivateKey(key ?? '');
      if (ca !== undefined) new X509Certificate(ca);
      const material = { cert, key, ...(ca === undefined ? {} : { ca }), minVersion: 'TLSv1.2' as const };
      createSecureContext(material); // throws where they don't go together
      return { ...material, requestCert: ca !== undefined, rejectUnauthorized: ca !== undefined };
    },
    onChange(options) {
      changed = options;
      server?.setSecureContext(options);
      log('info', 'The TLS certificate was changed', { file: certFile });
    },
    onTrouble: (error) =>
      log('warn', "The changed TLS files can't be used; the former certificate stays", {
        code: 'BT_TLS_INVALID',
        reason: codeOf(error),
      }),
    ...(everyMs === undefined ? {} : { everyMs }),
  }).catch((error: unknown) => {
    const files = clientCaFile === undefined ? 'certificate and key' : "certificate, key and clients' CA";
    throw new BeTraceError('BT_TLS_INVALID', `The TLS files (${files}) can't be used: ${codeOf(error)}.`);
  });
  return {
    options: watched.value,
    serve: (listening) => {
      server = listening;
      if (changed) server.setSecureContext(changed);
    },
    stop: watched.stop,
  };
}

/** OpenSSL's or the system's code: their messages may quote a file. */
const codeOf = (error: unknown): string => (error as { code?: string }).code ?? (error as Error).name;
