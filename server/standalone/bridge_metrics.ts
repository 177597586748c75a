import type { BridgeStatus } from '../bridge/messages';

interface Measure {
  /** After `betrace_bridge_`; a counter's is followed by `_total`. */
  readonly name: string;
  readonly help: string;
}

type Counters = BridgeStatus['counters'];

/** Of a counter that is kept by something: by what. */
type CounterOf<Key extends keyof Counters> = Counters[Key] extends number
  ? Measure & { readonly label?: undefined }
  : Measure & { readonly label: string };

/** A metric for each counter that the bridge's worker tells. */
export const BRIDGE_COUNTERS: { readonly [Key in keyof Counters]: CounterOf<Key> } = {
  requests: { name: 'requests', help: 'Export requests that came, also those that were refused.' },
  spansReceived: { name: 'spans_received', help: 'Spans that were accepted.' },
  spansRejected: { name: 'spans_rejected', help: 'Spans that were refused within accepted requests.' },
  spansDuplicate: { name: 'spans_duplicate', help: 'Spans that had been received before.' },
  spansOwn: { name: 'spans_own', help: "The host's own spans, which are never judged by itself." },
  refused: { name: 'requests_refused', help: 'Export requests that were refused, by error code.', label: 'code' },
  tracesJudged: { name: 'traces_judged', help: 'Traces that were judged, each time that they were.' },
  tracesTruncated: {
    name: 'traces_truncated',
    help: 'Traces that were judged though something of them was missing.',
  },
  tracesEvicted: { name: 'traces_evicted', help: 'Traces that were judged early because memory was needed.' },
  tracesFailed: { name: 'traces_failed', help: 'Traces whose judging failed; the log has each.' },
  tracesRejudged: { name: 'traces_rejudged', help: 'Traces that were judged again as spans came late.' },
  lateSpans: { name: 'spans_late', help: 'Spans of traces that had been judged before.' },
  retractions: { name: 'retractions', help: 'Violations that no longer hold, by spans that came late.' },
  requestsReplayed: { name: 'requests_replayed', help: 'Requests of an earlier run that were read from the journal.' },
  journalFaults: {
    name: 'journal_faults',
    help: 'Records of the journal that could not be read, and segments that could not be deleted.',
  },
  spansCapped: { name: 'spans_capped', help: 'Spans over the cap of spans in a trace, not kept.' },
  verdictsRejected: { name: 'verdicts_rejected', help: 'Verdicts that Elasticsearch refused for good.' },
  verdicts: {
    name: 'verdicts',
    help: 'Verdicts, of one rule on one trace each: violated, inconclusive or satisfied.',
    label: 'verdict',
  },
};

/** A metric for each gauge that the bridge's worker tells. */
export const BRIDGE_GAUGES: { readonly [Key in keyof BridgeStatus['gauges']]: Measure } = {
  openTraces: { name: 'open_traces', help: 'Traces that have not settled.' },
  openBytes: { name: 'open_bytes', help: 'Bytes that open traces hold.' },
  inFlightBytes: { name: 'in_flight_bytes', help: 'Bytes of request bodies being read or decoded.' },
  unacknowledged: { name: 'unacknowledged', help: 'Verdicts that are not yet known to be stored.' },
  journalBytes: { name: 'journal_bytes', help: 'Bytes of the journal on disk.' },
  journalFailing: { name: 'journal_failing', help: '1 while the disk takes nothing.' },
  settledTraces: { name: 'settled_traces', help: 'Judged traces that late spans may still join.' },
  settledBytes: { name: 'settled_bytes', help: 'Bytes that they take in memory.' },
  heapBytes: { name: 'heap_bytes', help: "Bytes of the worker's heap in use, without buffers." },
  rules: { name: 'rules', help: 'Rules that traces are judged by.' },
  rulesRevision: { name: 'rules_revision', help: 'Counts up with each change of the rules; -1 before the first.' },
};
