const { imul } = Math;

/** Two 32-bit halves of a hash; the low one is never 0, so that 0, 0 can mean "none". */
export interface Fingerprint {
  high: number;
  low: number;
}

/**
 * cyrb53's mixing with both halves kept, into `into`: no allocation on the path of every trace.
 * @param seed random, so that senders can't know which texts share a slot
 */
export function fingerprint(key: string, seed: number, into: Fingerprint): void {
  let high = 0xdeadbeef ^ seed;
  let low = 0x41c6ce57 ^ seed;
  for (let at = 0; at < key.length; at += 1) {
    const unit = key.charCodeAt(at);
    high = imul(high ^ unit, 0x9e3779b1);
    low = imul(low ^ unit, 0x5f356495);
  }
  high = imul(high ^ (high >>> 16), 0x85ebca6b) ^ imul(low ^ (low >>> 13), 0xc2b2ae35);
  low = imul(low ^ (low >>> 16), 0x85ebca6b) ^ imul(high ^ (high >>> 13), 0xc2b2ae35);
  into.high = high >>> 0;
  into.low = low >>> 0 || 1;
}
