import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Client } from '@elastic/elasticsearch';
import type { Role } from '../../common/api/keys';
import { BeTraceError } from '../../common/errors';
import { API_KEYS_INDEX } from '../../ingest/indices';
import { DEFAULT_SPACES, spacesOf } from '../bridge/sender';
import { statusOf, withStore } from '../elasticsearch/errors';

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** Whose rules and violations it is for, and which spans sent with it belong to. */
  readonly spaces: string[];
  readonly createdAt: string;
  readonly createdBy: string;
}

interface KeyDocument {
  id: string;
  name: string;
  role: Role;
  /** Not in keys that were made before there were any. */
  spaces?: string[];
  /** SHA-256, in hex, of the secret; it has 256 random bits, so a slow hash would add nothing. */
  hash: string;
  created_at: string;
  created_by: string;
}

const FORM = /^ApiKey bt_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/i;
const BASIC = /^Basic ([A-Za-z0-9+/]{1,400}={0,2})$/i;
const FRESH_MS = 10_000;
/** While Elasticsearch is away a key that was known keeps working for so long, so that senders are not turned away. */
const STALE_MS = 15 * 60_000;
const MAX_MISSES = 10_000;

/** API keys of the standalone host, in `betrace-api-keys`. A revoked key stops working within ten seconds. */
export class ApiKeys {
  private readonly cache = new Map<string, { document: KeyDocument; at: number }>();
  /** Ids that are no key's, apart from the keys: whoever guesses can't push those out. */
  private readonly misses = new Map<string, number>();

  constructor(
    private readonly client: Client,
    private readonly now: () => number = Date.now,
  ) {}

  /** The key behind an Authorization header, or undefined where it is none of ours. */
  async authenticate(authorization: string | undefined): Promise<ApiKey | undefined> {
    const [, id, secret] = FORM.exec(fromBasic(authorization ?? '')) ?? [];
    if (!id || !secret) return undefined;
    const document = await this.lookUp(id.toLowerCase());
    if (!document || !timingSafeEqual(hash(secret), Buffer.from(document.hash, 'hex'))) return undefined;
    return toKey(document);
  }

  /** @returns the key itself too: this once, only its hash is kept */
  async create(
    name: string,
    role: Role,
    author: string,
    spaces: readonly string[] = DEFAULT_SPACES,
  ): Promise<ApiKey & { key: string }> {
    const id = randomBytes(8).toString('hex');
    const secret = randomBytes(32).toString('base64url');
    const document: KeyDocument = {
      id,
      name,
      role,
      spaces: spacesOf(spaces),
      hash: hash(secret).toString('hex'),
      created_at: new Date(this.now()).toISOString(),
      created_by: author,
    };
    await withStore(() => this.client.create({ index: API_KEYS_INDEX, id, document, refresh: true }));
    this.misses.delete(id);
    return { ...toKey(document), key: `bt_${id}_${secret}` };
  }

  async list(): Promise<ApiKey[]> {
    const answer = await withStore(() =>
      this.client.search<KeyDocument>({ index: API_KEYS_INDEX, size: 1_000, sort: [{ created_at: 'desc' }] }),
    );
    return answer.hits.hits.flatMap((hit) => (hit._source ? toKey(hit._source) : []));
  }

  async remove(id: string): Promise<void> {
    try {
      await withStore(() => this.client.delete({ index: API_KEYS_INDEX, id, refresh: true }));
    } catch (error) {
      if (statusOf(error) === 404) throw new BeTraceError('BT_NOT_FOUND', `There is no API key "${id}".`);
      throw error;
    }
    this.cache.delete(id);
  }

  private async lookUp(id: string): Promise<KeyDocument | undefined> {
    const cached = this.cache.get(id);
    const age = this.now() - (cached?.at ?? this.misses.get(id) ?? -Infinity);
    if (age < FRESH_MS) return cached?.document;
    try {
      const document = await this.read(id);
      this.remember(id, document);
      return document;
    } catch (error) {
      if (cached && age < STALE_MS) return cached.document;
      throw error;
    }
  }

  private remember(id: string, document: KeyDocument | undefined): void {
    if (document) {
      this.cache.set(id, { document, at: this.now() });
      return;
    }
    this.cache.delete(id);
    if (this.misses.size >= MAX_MISSES) this.misses.clear();
    this.misses.set(id, this.now());
  }

  private async read(id: string): Promise<KeyDocument | undefined> {
    try {
      return (await withStore(() => this.client.get<KeyDocument>({ index: API_KEYS_INDEX, id })))._source;
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  }
}

/** A browser's form of the key: the password of Basic, under whatever name. */
function fromBasic(authorization: string): string {
  const [, encoded] = BASIC.exec(authorization) ?? [];
  if (!encoded) return authorization;
  const text = Buffer.from(encoded, 'base64').toString('latin1');
  return `ApiKey ${text.slice(text.indexOf(':') + 1)}`;
}

const hash = (secret: string): Buffer => createHash('sha256').update(secret).digest();

const toKey = ({ id, name, role, spaces = [...DEFAULT_SPACES], created_at, created_by }: KeyDocument): ApiKey => ({
  id,
  name,
  role,
  spaces,
  createdAt: created_at,
  createdBy: created_by,
});
