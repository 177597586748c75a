import type { BridgeSettings } from '../bridge/messages';
import type { Config } from './config';

const MEBIBYTE = 1024 * 1024;

/** The bridge's bounds: OTLP's recommended body limit, and memory for a machine of its own. */
export function bridgeSettings(
  { settleMs, maxTraceMs, evidence }: Pick<Config, 'settleMs' | 'maxTraceMs' | 'evidence'>,
  socketPath: string,
): BridgeSettings & { readonly listen: { readonly path: string } } {
  return {
    listen: { path: socketPath },
    evidence,
    settleMs,
    maxTraceMs,
    maxBodyBytes: 64 * MEBIBYTE,
    maxInFlightBytes: 128 * MEBIBYTE,
    maxOpenBytes: 256 * MEBIBYTE,
    maxSpansPerTrace: 100_000,
    maxUnacknowledged: 20_000,
  };
}
