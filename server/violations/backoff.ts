const FIRST_MS = 250;
const MAX_MS = 10_000;

/**
 * How long to wait before the next attempt: doubles from 250 ms to 10 s; half of it is left to chance, so that many hosts
 * don't come back all at once.
 * @param failures in a row, from 1
 * @param random from 0 to 1
 */
export function retryDelay(failures: number, random: number): number {
  const full = Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(16, Math.max(0, failures - 1)));
  return full / 2 + (full / 2) * random;
}
