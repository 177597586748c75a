import type { BridgeSettings } from '../bridge/messages';

const MEBIBYTE = 1024 * 1024;

/** What operators set; the rest is as it is. */
type GivenSettings = Pick<
  BridgeSettings,
  'settleMs' | 'rootSettleMs' | 'maxTraceMs' | 'lateMs' | 'evidence' | 'journal'
>;

/** The bridge's bounds: OTLP's recommended body limit, and memory for a machine of its own. */
export function bridgeSettings<Listen extends BridgeSettings['listen']>(
  { settleMs, rootSettleMs, maxTraceMs, lateMs, evidence, journal }: GivenSettings,
  listen: Listen,
): BridgeSettings & { readonly listen: Listen } {
  return {
    listen,
    evidence,
    settleMs,
    rootSettleMs,
    maxTraceMs,
    lateMs,
    ...(journal === undefined ? {} : { journal }),
    maxBodyBytes: 64 * MEBIBYTE,
    maxInFlightBytes: 128 * MEBIBYTE,
    maxOpenBytes: 256 * MEBIBYTE,
    maxSpansPerTrace: 100_000,
    maxUnacknowledged: 20_000,
  };
}
