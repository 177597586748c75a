import { createHash } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { BeTraceError } from '../../common/errors';
import { BoundedMap } from './bounded_map';
import type { TokenSettings } from './ingest_settings';
import { type Sender, spacesOf } from './sender';
import type { TokenKeys } from './token_keys';

const BEARER = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/i;
const MAX_BYTES = 8 * 1024;
const MAX_REMEMBERED = 10_000;

interface Verified {
  readonly sender: Sender;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** Why a token was refused, for the log: its sender is told only that it was. */
export type TokenFault = 'none' | 'malformed' | 'unknown_key' | 'refused' | 'expired' | 'no_expiry';

/** Verifies JSON Web Tokens by one set of keys, and remembers which were good until they expire. */
export class TokenVerifier {
  private readonly remembered = new BoundedMap<string, Verified>(MAX_REMEMBERED);

  constructor(
    private readonly keys: TokenKeys,
    private readonly settings: Omit<TokenSettings, 'keys'>,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * The sender that an Authorization header's bearer token names, or why it is refused.
   * @throws BT_FORBIDDEN for a good token that names no space
   */
  verify(authorization: string | undefined): Sender | TokenFault {
    if (authorization === undefined || authorization.length > MAX_BYTES) return authorization ? 'malformed' : 'none';
    const [, token] = BEARER.exec(authorization) ?? [];
    if (token === undefined) return 'malformed';
    const digest = createHash('sha256').update(token).digest('base64');
    const known = this.remembered.get(digest);
    if (known !== undefined && this.now() < known.until) return known.sender;
    const verified = this.check(token);
    if (typeof verified === 'string') return verified;
    this.remembered.set(digest, verified);
    return verified.sender;
  }

  private check(token: string): Verified | TokenFault {
    const { issuers, audiences, clockToleranceSeconds, spacesClaim } = this.settings;
    const header = headerOf(token);
    // RFC 7515, 4.1.11: extensions that must be understood; there are none that are
    if (header === undefined || header.crit !== undefined) return 'malformed';
    const key = this.keys.find(header.kid);
    if (key === undefined) return 'unknown_key';
    let claims: jwt.JwtPayload | string;
    try {
      claims = jwt.verify(token, key.key, {
        algorithms: [...key.algorithms],
        ...(issuers.length > 0 && { issuer: [...issuers] as [string, ...string[]] }),
        audience: [...audiences] as [string, ...string[]],
        clockTolerance: clockToleranceSeconds,
        clockTimestamp: Math.floor(this.now() / 1000),
      });
    } catch (error) {
      return error instanceof jwt.TokenExpiredError ? 'expired' : 'refused';
    }
    if (typeof claims === 'string') return 'malformed';
    if (claims.exp === undefined) return 'no_expiry';
    const spaces = spacesOf(Object.hasOwn(claims, spacesClaim) ? claims[spacesClaim] : undefined);
    const name = JSON.stringify([claims.iss ?? '', claims.sub ?? token]);
    const id = `token:${createHash('sha256').update(name).digest('base64url')}`;
    return { sender: { id, spaces }, until: (claims.exp + clockToleranceSeconds) * 1000 };
  }
}

/** What every refusal says, whatever was wrong. */
export const unauthenticated = (): BeTraceError =>
  new BeTraceError('BT_UNAUTHENTICATED', 'Send credentials that may send spans, as the header `authorization`.');

interface Header {
  readonly kid: string | undefined;
  readonly crit: unknown;
}

function headerOf(token: string): Header | undefined {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.split('.', 1)[0]!, 'base64url').toString());
    if (typeof header !== 'object' || header === null) return undefined;
    const { kid, crit } = header as { kid?: unknown; crit?: unknown };
    return kid === undefined || typeof kid === 'string' ? { kid, crit } : undefined;
  } catch {
    return undefined;
  }
}
