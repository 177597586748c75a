import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { BridgeStatus } from '../bridge/messages';
import type { IndexerMetrics, IndexerStatus } from '../violations/indexer';

export interface Metrics {
  readonly registry: Registry;
  readonly indexer: IndexerMetrics;
  /** A request for spans that the host itself refused, before the bridge saw it. */
  ingestRefused(code: string): void;
}

/**
 * The host's own measures, and the bridge's as its worker last told them.
 * @param status undefined until the worker has spoken
 * @param indexer undefined until there is one
 */
export function createMetrics(
  status: () => BridgeStatus | undefined,
  indexer: () => IndexerStatus | undefined,
): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'betrace_' });
  const registers = [registry];

  const counter = (name: string, help: string, read: (s: BridgeStatus['counters']) => number): void => {
    new Counter({
      name: `betrace_bridge_${name}_total`,
      help,
      registers,
      collect() {
        this.reset();
        const now = status();
        if (now) this.inc(read(now.counters));
      },
    });
  };
  const gauge = (name: string, help: string, read: (s: BridgeStatus['gauges']) => number): void => {
    new Gauge({
      name: `betrace_bridge_${name}`,
      help,
      registers,
      collect() {
        const now = status();
        if (now) this.set(read(now.gauges));
      },
    });
  };
  const labelled = (
    name: string,
    help: string,
    label: string,
    read: (s: BridgeStatus['counters']) => Readonly<Record<string, number>>,
  ): void => {
    new Counter({
      name: `betrace_bridge_${name}_total`,
      help,
      labelNames: [label],
      registers,
      collect() {
        this.reset();
        const now = status();
        if (now) for (const [value, count] of Object.entries(read(now.counters))) this.inc({ [label]: value }, count);
      },
    });
  };

  counter('requests', 'Export requests that were read.', (s) => s.requests);
  counter('spans_received', 'Spans that were accepted.', (s) => s.spansReceived);
  counter('spans_rejected', 'Spans that were refused within accepted requests.', (s) => s.spansRejected);
  counter('spans_duplicate', 'Spans that had been received before.', (s) => s.spansDuplicate);
  counter('spans_late', 'Spans of traces that had been judged before.', (s) => s.lateSpans);
  counter('traces_judged', 'Traces that were judged.', (s) => s.tracesJudged);
  counter(
    'traces_truncated',
    'Traces that were judged though something of them was missing.',
    (s) => s.tracesTruncated,
  );
  counter('traces_evicted', 'Traces that were judged early because memory was needed.', (s) => s.tracesEvicted);
  counter('traces_failed', 'Traces whose judging failed; the log has each.', (s) => s.tracesFailed);
  counter('spans_capped', 'Spans over the cap of spans in a trace, not kept.', (s) => s.spansCapped);
  counter('verdicts_rejected', 'Verdicts that Elasticsearch refused for good.', (s) => s.verdictsRejected);
  labelled('requests_refused', 'Export requests that were refused, by code.', 'code', (s) => s.refused);
  labelled('verdicts', 'Verdicts, of one rule on one trace each.', 'verdict', (s) => s.verdicts);
  gauge('open_traces', 'Traces that have not settled.', (s) => s.openTraces);
  gauge('open_bytes', 'Bytes that open traces hold.', (s) => s.openBytes);
  gauge('in_flight_bytes', 'Bytes of request bodies being read or decoded.', (s) => s.inFlightBytes);
  gauge('unacknowledged', 'Verdicts that are not yet known to be stored.', (s) => s.unacknowledged);
  gauge('rules', 'Rules that traces are judged by.', (s) => s.rules);

  const refused = new Counter({
    name: 'betrace_ingest_refused_total',
    help: 'Export requests that the host refused before the bridge saw them, by code.',
    labelNames: ['code'],
    registers,
  });
  const host = (name: string, help: string, read: (s: IndexerStatus) => number): void => {
    new Gauge({
      name: `betrace_${name}`,
      help,
      registers,
      collect() {
        const now = indexer();
        if (now) this.set(read(now));
      },
    });
  };
  host('index_pending', 'Findings that are not known to be in Elasticsearch.', (s) => s.pending);
  host('dead_letters', 'Refused documents that the dead-letter file holds.', (s) => s.deadLetters.kept);
  host('dead_letters_lost', 'Refused documents that it does not hold, of this run.', (s) => s.deadLetters.lost);
  host('dead_letters_full', '1 where the dead-letter file takes no more.', (s) => Number(s.deadLetters.full));

  const judgements = new Counter({
    name: 'betrace_judgements_total',
    help: 'Judgements that reached the host, by severity and by what became of them.',
    labelNames: ['severity', 'outcome'],
    registers,
  });
  const seconds = new Histogram({
    name: 'betrace_index_seconds',
    help: 'Time that Elasticsearch took for a batch of violations.',
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 30],
    registers,
  });
  return {
    registry,
    ingestRefused: (code) => refused.inc({ code }),
    indexer: {
      count: (outcome, severity) => judgements.inc({ outcome, severity }),
      batch: (took) => seconds.observe(took),
    },
  };
}
