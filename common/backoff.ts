export interface BackoffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** Waiting times that double up to a bound, each a random half to whole of itself, so that many don't come back at once. */
export class Backoff {
  private attempts = 0;

  constructor(
    private readonly options: BackoffOptions,
    private readonly random: () => number = Math.random,
  ) {}

  next(): number {
    const { firstMs, maxMs } = this.options;
    const full = Math.min(maxMs, firstMs * 2 ** Math.min(this.attempts, 30));
    this.attempts += 1;
    return Math.round(full * (0.5 + this.random() / 2));
  }

  reset(): void {
    this.attempts = 0;
  }
}
