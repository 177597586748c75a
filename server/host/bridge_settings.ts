import type { BridgeSettings } from '../bridge/messages';

const MEBIBYTE = 1024 * 1024;

/** The bridge's bounds: OTLP's recommended body limit, and memory for a machine of its own. */
export function bridgeSettings<Listen extends BridgeSettings['listen']>(
  { settleMs, maxTraceMs, evidence }: Pick<BridgeSettings, 'settleMs' | 'maxTraceMs' | 'evidence'>,
  listen: Listen,
): BridgeSettings & { readonly listen: Listen } {
  return {
    listen,
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
