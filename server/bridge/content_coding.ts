import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { BeTraceError } from '../../common/errors';

export type ContentCoding = 'identity' | 'gzip' | 'deflate' | 'zstd';

const CHUNK = { chunkSize: 64 * 1024 };
/** Of zstd: 8 MiB, what every decoder should have (RFC 8878, 3.1.1.1.2); a frame that asks for more is refused. */
const ZSTD_WINDOW_LOG = 23;

/** From Node 22.15 on; what types there are don't know it. */
interface Zstd {
  readonly createZstdDecompress?: (options: object) => Transform;
  readonly constants: { readonly ZSTD_d_windowLogMax?: number };
}
const { createZstdDecompress, constants } = zlib as unknown as Zstd;

/** What a request may be encoded in, as Accept-Encoding tells it. */
export const ACCEPTED_CODINGS = ['gzip', 'deflate', ...(createZstdDecompress ? ['zstd'] : []), 'identity'].join(', ');

/**
 * The coding that a Content-Encoding header names (RFC 9110, 8.4.1).
 * @throws BT_UNSUPPORTED_MEDIA_TYPE for others, and for several in one another
 */
export function contentCodingOf(header: string | undefined): ContentCoding {
  const coding = header?.trim().toLowerCase() || 'identity';
  switch (coding) {
    case 'identity':
    case 'gzip':
    case 'deflate':
      return coding;
    case 'x-gzip':
      return 'gzip';
    case 'zstd':
      if (createZstdDecompress) return coding;
      throw refused('zstd is read from Node 22.15 on, and this is an older one; gzip is read by all.');
    default:
      throw refused(`The content encoding must be one of these, and one only: ${ACCEPTED_CODINGS}.`);
  }
}

const refused = (message: string): BeTraceError => new BeTraceError('BT_UNSUPPORTED_MEDIA_TYPE', message);

/**
 * What undoes a coding, or undefined where there is nothing to undo.
 * @param first the body's first byte
 */
export function createDecoder(coding: ContentCoding, first: number): Transform | undefined {
  switch (coding) {
    case 'identity':
      return undefined;
    case 'gzip':
      return zlib.createGunzip(CHUNK);
    case 'deflate':
      // zlib's format as it should be (RFC 9110, 8.4.1.2), and bare, as some send it: that never begins so
      return (first & 0x0f) === 0x08 ? zlib.createInflate(CHUNK) : zlib.createInflateRaw(CHUNK);
    case 'zstd': {
      const params = { [constants.ZSTD_d_windowLogMax ?? 0]: ZSTD_WINDOW_LOG };
      return createZstdDecompress!({ ...CHUNK, params });
    }
  }
}
