/** What a receiver asks of senders beyond the form of a request. Plain data: it is handed to the worker. */
export interface IngestSettings {
  /** Spans of one request; more are refused whole (BT_TOO_MANY_SPANS). */
  readonly maxSpans?: number;
  readonly quota?: QuotaSettings;
  readonly cors?: CorsSettings;
  readonly tls?: TlsFiles;
  /** Where they are given, every request needs a token. */
  readonly tokens?: TokenSettings;
}

/** What each sender may send. Zero is no bound. */
export interface QuotaSettings {
  readonly spansPerSecond: number;
  /** Of bodies after inflating. */
  readonly bytesPerSecond: number;
  /** How many seconds' worth may come at once. */
  readonly burstSeconds: number;
}

export interface CorsSettings {
  /** Exact ones such as `https://shop.example`, or `*` alone. */
  readonly origins: readonly string[];
  /** How long a browser may remember the answer to a preflight. */
  readonly maxAgeSeconds: number;
}

/** PEM files; they are read again when they change. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** Who signs the certificates that clients must show; without it they need none. */
  readonly clientCaFile?: string | undefined;
}

/** How JSON Web Tokens (RFC 7519) of senders are verified. */
export interface TokenSettings {
  readonly keys: TokenKeySource;
  /** Of RFC 7518; none: the usual one for each key. */
  readonly algorithms: readonly string[];
  /** `iss` must be one of these; none: anybody's. */
  readonly issuers: readonly string[];
  /** `aud` must hold one of these. */
  readonly audiences: readonly string[];
  readonly clockToleranceSeconds: number;
  /** The claim that names the spaces: a list, or names with spaces in between. */
  readonly spacesClaim: string;
}

/** A file with a PEM public key, a JSON Web Key Set or a secret, a folder of such (`<kid>.<any ending>`), or a secret itself. */
export type TokenKeySource = { readonly file: string } | { readonly secret: string };
