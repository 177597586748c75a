import { BeTraceError } from '../../common/errors';
import { type Sender, senderAt } from '../bridge/sender';
import type { TokenAccess } from '../bridge/token_access';
import { unauthenticated } from '../bridge/token_verifier';
import type { ApiKeys } from './api_keys';
import { mayCall } from './roles';

export interface IngestAccessOptions {
  /** False where only this machine can send, and no keys for tokens are given. */
  readonly needed: boolean;
  readonly keys: Pick<ApiKeys, 'authenticate'>;
  readonly tokens: Pick<TokenAccess, 'identify'> | undefined;
}

/** Who sends spans to this host: by an API key that may, or by a token. */
export class IngestAccess {
  /** For WWW-Authenticate. */
  readonly challenge: string;

  constructor(private readonly options: IngestAccessOptions) {
    this.challenge = options.tokens ? 'ApiKey, Bearer realm="BeTrace"' : 'ApiKey';
  }

  /**
   * @param address of the connection
   * @throws BT_UNAUTHENTICATED, always in the same words; BT_FORBIDDEN where the credential may not send spans, or to no
   * space; BT_STORE_UNAVAILABLE where an API key can't be looked up
   */
  async identify(authorization: string | undefined, address: string | undefined): Promise<Sender> {
    const { needed, keys, tokens } = this.options;
    if (!needed) return senderAt(address);
    if (tokens && authorization && /^Bearer /i.test(authorization)) return tokens.identify(authorization);
    const key = await keys.authenticate(authorization);
    if (!key) throw unauthenticated();
    if (!mayCall(key.role, 'ingest')) {
      throw new BeTraceError('BT_FORBIDDEN', `This needs the role ingest; the API key has ${key.role}.`);
    }
    return { id: `key:${key.id}`, spaces: key.spaces };
  }
}
