import type { IngestSettings } from '../bridge/ingest_settings';
import type { BridgeSettings } from '../bridge/messages';

const MEBIBYTE = 1024 * 1024;

type Chosen = 'settleMs' | 'maxTraceMs' | 'evidence' | 'maxBodyBytes';

/** The bridge's bounds: what is set, and memory for a machine of its own. */
export function bridgeSettings<Listen extends BridgeSettings['listen']>(
  { settleMs, maxTraceMs, evidence, maxBodyBytes }: Pick<BridgeSettings, Chosen>,
  listen: Listen,
  ingest: IngestSettings,
): BridgeSettings & { readonly listen: Listen } {
  return {
    listen,
    ingest,
    evidence,
    settleMs,
    maxTraceMs,
    maxBodyBytes,
    maxInFlightBytes: Math.max(128 * MEBIBYTE, 2 * maxBodyBytes),
    maxOpenBytes: 256 * MEBIBYTE,
    maxSpansPerTrace: 100_000,
    maxUnacknowledged: 20_000,
  };
}
