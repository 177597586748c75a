import { DEFAULT_SPACE } from '../../../common/space';
import { METRICS_DATASET, metricsStream, namespaceOf } from '../../../common/violations/namespace';
import type { BulkItem } from '../../violations/bulk';
import type { BridgeCounts } from './bridge_counts';
import type { SpaceVerdicts } from './space_counts';

export interface BridgeGauges {
  readonly open_traces: number;
  readonly journal_bytes: number;
  readonly index_pending: number;
}

/** Of how long, and whose, a document is. */
export interface Interval {
  readonly from: Date;
  readonly to: Date;
  /** By a clock that is not put right meanwhile. */
  readonly ms: number;
  /** Of this run of this host. */
  readonly instance: string;
  readonly version: string;
  /** Counts up with each interval of the instance. */
  readonly sequence: number;
}

/** What was found in one space; of others there is nothing in it. */
export const verdictsItem = (space: string, verdicts: Readonly<SpaceVerdicts>, interval: Interval): BulkItem =>
  item(space, interval, { scope: 'verdicts', space_id: space, verdicts });

/** How the bridge fared as a whole, in the stream of the space `default`. */
export const bridgeItem = (bridge: BridgeCounts & BridgeGauges, interval: Interval): BulkItem =>
  item(DEFAULT_SPACE, interval, { scope: 'bridge', bridge });

/** The id is the same however often the document is tried to be written. */
const item = (
  space: string,
  { from, to, ms, instance, version, sequence }: Interval,
  betrace: { readonly scope: string; readonly [field: string]: unknown },
): BulkItem => ({
  index: metricsStream(space),
  id: `${instance}-${betrace.scope}-${sequence}`,
  document: {
    '@timestamp': to.toISOString(),
    data_stream: { type: 'metrics', dataset: METRICS_DATASET, namespace: namespaceOf(space) },
    event: { kind: 'metric', start: from.toISOString() },
    service: { name: 'betrace', version, ephemeral_id: instance },
    betrace: { interval_ms: Math.round(ms), ...betrace },
  },
});
