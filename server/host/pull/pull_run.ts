import type { Client } from '@elastic/elasticsearch';
import { compile, createRuleSet, type RuleSet } from '../../../common/engine';
import type { ActiveRule } from '../../../common/rules/rule';
import type { TraceView } from '../../../common/trace/trace';
import type { Ack } from '../../../common/violations/ack';
import type { EvidenceMode } from '../../../common/violations/evidence_document';
import type { Finding } from '../../../common/violations/finding';
import { revise } from '../../bridge/revise';
import { parseKql } from '../../traces/kql';
import type { StoredPatterns } from '../../traces/stored_traces';
import { TimeSlices } from '../../traces/time_slices';
import { TraceReader } from '../../traces/trace_reader';
import type { ViolationStore } from '../../violations/store';

const BATCH_TRACES = 200;
const BATCH_SPANS = 5_000;

export interface PullCounts {
  traces: number;
  violations: number;
  inconclusive: number;
}

export interface PullRunOptions {
  readonly space: string;
  readonly kql: string;
  /** Reads traces as whoever switched pull mode on. */
  readonly client: Client;
  readonly where: StoredPatterns;
  /** Of the space. */
  readonly rules: readonly ActiveRule[];
  readonly evidence: EvidenceMode;
  readonly violations: Pick<ViolationStore, 'standingOf'>;
  accept(findings: readonly Finding[]): Promise<Ack[]>;
}

/**
 * Judges stored traces by a space's rules. What was found before and holds is found again, which writes nothing; what no
 * longer holds, as spans came in between, is retracted. Only what was found in stored traces is ever retracted here.
 */
export class PullRun {
  readonly counts: PullCounts = { traces: 0, violations: 0, inconclusive: 0 };
  private readonly set: RuleSet;
  private readonly readsEvents: boolean;

  constructor(private readonly options: PullRunOptions) {
    this.set = createRuleSet(options.evidence);
    this.set.replace(options.rules, 0);
    this.readsEvents = options.rules.some(({ dsl }) => {
      const result = compile(dsl);
      return 'rule' in result && result.rule.features.has('events');
    });
  }

  /**
   * Judges the traces whose last span starts in `[from, to)`: each trace is in one such window, however windows are cut.
   * @returns once all that was found is in the store
   */
  async judge(from: Date, to: Date, signal: AbortSignal): Promise<void> {
    const { client, where, kql, space, rules } = this.options;
    if (rules.length === 0 || from >= to) return;
    const query = { from, to, filter: parseKql(kql), needs: [], events: this.readsEvents };
    const reading = await new TraceReader({ client, ...where }).open(query, signal);
    if (reading === undefined) return;
    const slices = new TimeSlices();
    let [batch, spans]: [TraceView[], number] = [[], 0];
    try {
      for await (const trace of reading.traces([space])) {
        signal.throwIfAborted();
        if (!isLastWithin(trace, from, to)) continue;
        batch.push(trace);
        spans += trace.spans.length;
        if (batch.length >= BATCH_TRACES || spans >= BATCH_SPANS) {
          await this.judgeBatch(batch, slices);
          [batch, spans] = [[], 0];
        }
      }
      await this.judgeBatch(batch, slices);
    } finally {
      await reading.close();
    }
  }

  private async judgeBatch(traces: readonly TraceView[], slices: TimeSlices): Promise<void> {
    const { rules, space, violations, accept } = this.options;
    const standing = await violations.standingOf(
      traces.map(({ traceId }) => traceId),
      space,
    );
    const findings: Finding[] = [];
    for (const trace of traces) {
      const violated = standing
        .filter(({ traceId }) => traceId === trace.traceId)
        .map(({ ruleId: id, ruleVersion: version }) => ({ space, id, version }));
      const earlier = violated.length > 0 ? { violated } : undefined;
      const { judgements } = this.set.judge(trace);
      const revised = revise({ trace, earlier, lateSpans: 0, unsure: false }, judgements, 0, ({ id, version }) =>
        rules.find((rule) => rule.id === id && rule.version === version),
      );
      findings.push(...revised.findings);
      await slices.pause();
    }
    const acks = await accept(findings);
    this.counts.traces += traces.length;
    findings.forEach(({ verdict }, at) => {
      if (verdict === 'inconclusive') this.counts.inconclusive += 1;
      else if (verdict === 'violated' && acks[at] === 'created') this.counts.violations += 1;
    });
  }
}

function isLastWithin({ spans }: TraceView, from: Date, to: Date): boolean {
  const lastMs = (spans.at(-1)?.startUs ?? -Infinity) / 1000;
  return lastMs >= from.getTime() && lastMs < to.getTime();
}
