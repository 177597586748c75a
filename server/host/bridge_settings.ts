import type { IngestSettings } from '../bridge/ingest_settings';
import type { BridgeSettings } from '../bridge/messages';

const MEBIBYTE = 1024 * 1024;

/** What operators set; the rest is as it is. */
type GivenSettings = Pick<
  BridgeSettings,
  'settleMs' | 'rootSettleMs' | 'maxTraceMs' | 'lateMs' | 'evidence' | 'journal' | 'maxBodyBytes'
>;

/** The bridge's bounds: OTLP's recommended body limit, and memory for a machine of its own. */
export function bridgeSettings<Listen extends BridgeSettings['listen']>(
  { settleMs, rootSettleMs, maxTraceMs, lateMs, evidence, journal, maxBodyBytes }: GivenSettings,
  listen: Listen,
  ingest: IngestSettings,
): BridgeSettings & { readonly listen: Listen } {
  return {
    listen,
    ingest,
    evidence,
    settleMs,
    rootSettleMs,
    maxTraceMs,
    lateMs,
    ...(journal === undefined ? {} : { journal }),
    maxBodyBytes,
    maxInFlightBytes: Math.max(128 * MEBIBYTE, 2 * maxBodyBytes),
    maxOpenBytes: 256 * MEBIBYTE,
    maxSpansPerTrace: 100_000,
    maxUnacknowledged: 20_000,
  };
}
