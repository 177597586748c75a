import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { BridgeStatus } from '../bridge/messages';
import type { Pipeline } from '../host/pipeline';
import type { IndexerMetrics, IndexerStatus } from '../violations/indexer';
import { BRIDGE_COUNTERS, BRIDGE_GAUGES } from './bridge_metrics';

type MeasuredPipeline = Pick<Pipeline, 'bridge' | 'indexer' | 'tally' | 'emitted'>;

export interface Metrics {
  readonly registry: Registry;
  readonly indexer: IndexerMetrics;
  /** A request for spans that the host itself refused, before the bridge saw it. */
  ingestRefused(code: string): void;
}

/**
 * The host's own measures, and the bridge's as its worker last told them.
 * @param pipeline undefined until there is one
 */
export function createMetrics(pipeline: () => MeasuredPipeline | undefined): Metrics {
  const status = (): BridgeStatus | undefined => pipeline()?.bridge.status();
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'betrace_' });
  const registers = [registry];

  for (const [key, { name, help, label }] of Object.entries(BRIDGE_COUNTERS)) {
    new Counter({
      name: `betrace_bridge_${name}_total`,
      help,
      labelNames: label === undefined ? [] : [label],
      registers,
      collect() {
        this.reset();
        const value = status()?.counters[key as keyof BridgeStatus['counters']];
        if (typeof value === 'number') this.inc(value);
        else if (value && label) for (const [of, count] of Object.entries(value)) this.inc({ [label]: of }, count);
      },
    });
  }
  for (const [key, { name, help }] of Object.entries(BRIDGE_GAUGES)) {
    new Gauge({
      name: `betrace_bridge_${name}`,
      help,
      registers,
      collect() {
        const value = status()?.gauges[key as keyof BridgeStatus['gauges']];
        if (value === undefined) this.reset();
        else this.set(value);
      },
    });
  }
  new Gauge({
    name: 'betrace_bridge_up',
    help: "1 while the bridge's worker runs and is heard of.",
    registers,
    collect() {
      this.set(Number(pipeline()?.bridge.state === 'running'));
    },
  });
  new Counter({
    name: 'betrace_bridge_restarts_total',
    help: 'Times the worker was started again, by why: it died, or it hung.',
    labelNames: ['why'],
    registers,
    collect() {
      this.reset();
      const now = pipeline()?.bridge.restarts;
      if (now) for (const why of ['died', 'hung'] as const) this.inc({ why }, now[why]);
    },
  });
  new Counter({
    name: 'betrace_rule_verdicts_total',
    help: 'Verdicts that reached the host, by rule, of rules that found something; beyond 1,000 series `other`.',
    labelNames: ['rule', 'space', 'verdict'],
    registers,
    collect() {
      this.reset();
      const now = pipeline()?.tally().rules ?? [];
      for (const { ruleId: rule, space, verdict, count } of now) this.inc({ rule, space, verdict }, count);
    },
  });

  new Counter({
    name: 'betrace_emitted_spans_total',
    help: 'Violations that were to be sent as spans, by what became of them: sent, rejected, dropped.',
    labelNames: ['outcome'],
    registers,
    collect() {
      this.reset();
      const now = pipeline()?.emitted();
      if (now) for (const outcome of ['sent', 'rejected', 'dropped'] as const) this.inc({ outcome }, now[outcome]);
    },
  });
  new Gauge({
    name: 'betrace_emit_pending',
    help: 'Violations that wait to be sent as spans.',
    registers,
    collect() {
      this.set(pipeline()?.emitted()?.pending ?? 0);
    },
  });

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
        const now = pipeline()?.indexer();
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
