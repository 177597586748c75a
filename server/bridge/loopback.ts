import { isIP } from 'node:net';

/** True where only programs on this machine can reach a listener at that host. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

/**
 * Whether a request was sent to us by a name that is ours. A page whose name was pointed at this machine (DNS rebinding)
 * names another; addresses are no names and can't be rebound.
 * @param header the Host header as sent, with or without a port
 */
export function isAllowedHost(header: string | undefined, allowed: ReadonlySet<string>): boolean {
  const match = /^(\[[0-9a-f:.]+\]|[^:[\]\s/]+)(:\d{1,5})?$/i.exec(header ?? '');
  if (!match?.[1]) return false;
  const name = match[1].toLowerCase().replace(/^\[|\]$/g, '');
  return isIP(name) !== 0 || allowed.has(name) || name.endsWith('.localhost');
}
