import { isIP } from 'node:net';
import { BeTraceError } from '../../common/errors';
import { DEFAULT_SPACE, MAX_SPACES, SPACE_NAME } from '../../common/space';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of spans: known before anything else of the request is looked at. */
    sender: Sender | undefined;
  }
}

/** Who sends spans, and to which spaces these belong. */
export interface Sender {
  /** Of a credential, or of an address where none is needed; quotas are kept by it. */
  readonly id: string;
  /** In order, each once; never empty. */
  readonly spaces: readonly string[];
}

/** Where no credential names others. */
export const DEFAULT_SPACES: readonly string[] = [DEFAULT_SPACE];

/**
 * The host in front of a worker says by it who sends; the host never hands through what a client puts there, and a worker
 * that listens for clients itself never looks at it.
 */
export const SENDER_HEADER = 'x-betrace-sender';

/** The sender of a request that needs no credential: whoever is at that address; a whole /64 of IPv6 is one. */
export const senderAt = (address: string | undefined): Sender => ({
  id: `address:${networkOf(address ?? '')}`,
  spaces: DEFAULT_SPACES,
});

/**
 * The spaces that a credential names, in order and each once.
 * @param named a list of names, or names with spaces in between, from whoever made the credential
 * @throws BT_FORBIDDEN where it names none, too many, or one that can't be
 */
export function spacesOf(named: unknown): string[] {
  const names: unknown[] =
    typeof named === 'string' ? named.split(' ').filter(Boolean) : Array.isArray(named) ? named : [];
  const spaces = [...new Set(names)].sort();
  if (spaces.length > 0 && spaces.length <= MAX_SPACES && spaces.every(isSpace)) return spaces;
  throw new BeTraceError('BT_FORBIDDEN', 'The credential names no space that spans can belong to.');
}

const isSpace = (name: unknown): name is string => typeof name === 'string' && SPACE_NAME.test(name);

export const writeSender = ({ id, spaces }: Sender): string =>
  Buffer.from(JSON.stringify([id, ...spaces])).toString('base64url');

/** @returns undefined for what `writeSender` has not written */
export function readSender(header: string | string[] | undefined): Sender | undefined {
  if (typeof header !== 'string') return undefined;
  try {
    const [id, ...spaces] = JSON.parse(Buffer.from(header, 'base64url').toString()) as unknown[];
    return typeof id === 'string' && id !== '' ? { id, spaces: spacesOf(spaces) } : undefined;
  } catch {
    return undefined;
  }
}

function networkOf(address: string): string {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  if (mapped) return mapped;
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.toLowerCase().split('%', 1)[0]!.split('::');
  const groups = head.split(':').filter(Boolean);
  const after = tail?.split(':').filter(Boolean) ?? [];
  const zeroes = new Array<string>(Math.max(0, 8 - groups.length - after.length)).fill('0');
  return `${[...groups, ...zeroes, ...after].slice(0, 4).join(':')}::/64`;
}
