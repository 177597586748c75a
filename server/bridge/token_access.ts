import { stat } from 'node:fs/promises';
import { BeTraceError } from '../../common/errors';
import type { TokenSettings } from './ingest_settings';
import type { Level } from './messages';
import type { Sender } from './sender';
import { readTokenKeys, secretTokenKey, type TokenKeys } from './token_keys';
import { type TokenFault, TokenVerifier, unauthenticated } from './token_verifier';
import { watchFiles } from './watched_files';

const TELL_EVERY_MS = 60_000;

type Tell = (level: Level, message: string, fields: Readonly<Record<string, unknown>>) => void;

/** Senders by their bearer tokens; the keys that verify them are read again when their files change. */
export class TokenAccess {
  private verifier!: TokenVerifier;
  private readonly told = new Map<TokenFault, number>();
  private stopWatching: () => void = () => undefined;

  private constructor(
    private readonly settings: Omit<TokenSettings, 'keys'>,
    private readonly log: Tell,
  ) {}

  /** @throws BT_TOKEN_KEYS_INVALID where the keys can't be read */
  static async open({ keys, ...settings }: TokenSettings, log: Tell, everyMs?: number): Promise<TokenAccess> {
    const access = new TokenAccess(settings, log);
    if ('secret' in keys) access.use(secretTokenKey(keys.secret, settings.algorithms));
    else await access.follow(keys.file, everyMs);
    return access;
  }

  stop(): void {
    this.stopWatching();
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

  private use(keys: TokenKeys): void {
    this.verifier = new TokenVerifier(keys, this.settings);
  }

  private async follow(file: string, everyMs: number | undefined): Promise<void> {
    const { algorithms } = this.settings;
    try {
      const isFolder = (await stat(file)).isDirectory();
      const { value, stop } = await watchFiles({
        paths: [file],
        parse: (contents) => readTokenKeys(contents, algorithms, isFolder),
        onChange: (keys) => {
          this.use(keys);
          this.log('info', 'The keys that verify tokens were changed', { file });
        },
        onTrouble: (error) => {
          const { code, message: reason } = unusable(error);
          this.log('warn', "The changed keys for tokens can't be used; the former stay", { code, reason });
        },
        ...(everyMs === undefined ? {} : { everyMs }),
      });
      this.stopWatching = stop;
      this.use(value);
    } catch (error) {
      throw unusable(error);
    }
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
