/** A setting that can't be used: one sentence that names it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
