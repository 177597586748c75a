import { stat } from 'node:fs/promises';
import { BeTraceError } from '../../common/errors';
import type { TokenSettings } from './ingest_settings';
import type { Level } from './messages';
import type { Sender } from './sender';
import { readTokenKeys, secretTokenKey, type TokenKeys } from './token_keys';
import { type TokenFault, TokenVerifier, unauthenticated } from './token_verifier';
import { watchFiles } from './watched_files';

const TELL_EVERY_MS = 60_000;

/** Senders by their bearer tokens; the keys that verify them are read again when their files change. */
export class TokenAccess {
  private readonly told = new Map<TokenFault, number>();

  private constructor(
    private verifier: TokenVerifier,
    private readonly log: (level: Level, message: string, fields: Readonly<Record<string, unknown>>) => void,
    readonly stop: () => void,
  ) {}

  /** @throws BT_TOKEN_KEYS_INVALID where the keys can't be read */
  static async open(
    { keys: source, ...settings }: TokenSettings,
    log: (level: Level, message: string, fields: Readonly<Record<string, unknown>>) => void,
    everyMs?: number,
  ): Promise<TokenAccess> {
    const verifierOf = (keys: TokenKeys): TokenVerifier => new TokenVerifier(keys, settings);
    if ('secret' in source) {
      const keys = secretTokenKey(source.secret, settings.algorithms);
      return new TokenAccess(verifierOf(keys), log, () => undefined);
    }
    const { file } = source;
    let access: TokenAccess | undefined;
    let changed: TokenVerifier | undefined;
    const isFolder = await stat(file).then(
      (found) => found.isDirectory(),
      () => false,
    );
    const watched = await watchFiles({
      paths: [file],
      parse: (contents) => readTokenKeys(contents, settings.algorithms, isFolder),
      onChange(keys) {
        changed = verifierOf(keys);
        if (access) access.verifier = changed;
        log('info', 'The keys that verify tokens were changed', { file });
      },
      onTrouble: (error) => {
        const { code } = unusable(error);
        log('warn', "The changed keys for tokens can't be used; the former stay", {
          code,
          reason: unusable(error).message,
        });
      },
      ...(everyMs === undefined ? {} : { everyMs }),
    }).catch((error: unknown) => {
      throw unusable(error);
    });
    access = new TokenAccess(changed ?? verifierOf(watched.value), log, watched.stop);
    return access;
  }

  /**
   * The sender that an Authorization header names.
   * @throws BT_UNAUTHENTICATED, always in the same words; BT_FORBIDDEN where its credential names no space
   */
  identify(authorization: string | undefined): Sender {
    const sender = this.verifier.verify(authorization);
    if (typeof sender !== 'string') return sender;
    this.tell(sender);
    throw unauthenticated();
  }

  /** For the log, once a minute for each reason: who sends bad tokens can't flood it. */
  private tell(fault: TokenFault): void {
    const now = performance.now();
    if (now - (this.told.get(fault) ?? -Infinity) < TELL_EVERY_MS) return;
    this.told.set(fault, now);
    this.log('warn', 'Spans were refused for their credentials', { code: 'BT_UNAUTHENTICATED', reason: fault });
  }
}

const unusable = (error: unknown): BeTraceError =>
  error instanceof BeTraceError
    ? error
    : new BeTraceError(
        'BT_TOKEN_KEYS_INVALID',
        `The keys that verify tokens can't be read: ${(error as { code?: string }).code ?? (error as Error).message}.`,
      );
