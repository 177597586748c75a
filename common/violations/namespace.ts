import { sha256Hex } from './canonical';

const PLAIN = /^[a-z0-9_.]{1,80}$/;
/** A plain name that ends like one of ours with a hash is given a hash too, so that no two spaces ever meet. */
const LIKE_HASHED = /_[0-9a-f]{8}$/;

/**
 * The data stream namespace of a space. `default` stays `default`; a name that namespaces can't have (with `-`, upper case,
 * too long, …) is made fit and gets 8 hex digits of its hash, so that different spaces have different namespaces.
 */
export function namespaceOf(space: string): string {
  if (PLAIN.test(space) && !LIKE_HASHED.test(space)) return space;
  const fit = space
    .slice(0, 80)
    .toLowerCase()
    .replace(/[^a-z0-9_.]/g, '_');
  return `${fit}_${sha256Hex(space.replace(/\p{Surrogate}/gu, '\ufffd')).slice(0, 8)}`;
}

export const VIOLATIONS_DATASET = 'apm.betrace';
export const EVIDENCE_DATASET = 'betrace.evidence';
export const METRICS_DATASET = 'betrace.bridge';

/** The data stream that a space's violations are in. */
export const violationsStream = (space: string): string => `traces-${VIOLATIONS_DATASET}-${namespaceOf(space)}`;

/** The data stream that the evidence of a space's violations is in. */
export const evidenceStream = (space: string): string => `logs-${EVIDENCE_DATASET}-${namespaceOf(space)}`;

/** The data stream that says how many verdicts there were of a space; that of `default` also says how the bridge fares. */
export const metricsStream = (space: string): string => `metrics-${METRICS_DATASET}-${namespaceOf(space)}`;
