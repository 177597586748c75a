import { setTimeout as sleep } from 'node:timers/promises';
import { createRuleSet } from '../../common/engine';
import type { ActiveRule } from '../../common/rules/rule';
import { joinTrace } from '../../common/trace/join';
import { createSpan, type SpanView } from '../../common/trace/span';
import { NO_ATTRIBUTES } from '../../common/trace/value';

const SENDERS = 6;
const NAMES = ['charge', 'fraud.check', 'login', 'audit', 'work', 'work'];
const MAX_SPANS = 5;

interface Sent {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly startMs: number;
}

export interface LoadOptions {
  readonly random: () => number;
  /** How long after the others a part of a trace is sent at most. */
  readonly lateMs: number;
  /** The share of the parts that are. */
  readonly lateShare: number;
  /** The share of spans that are never sent. */
  readonly lostShare?: number;
}

/**
 * Sends spans of random traces as SDKs do, each part again and again until it is acknowledged, and remembers which were:
 * what the traces violate follows from these alone.
 */
export class AcknowledgedLoad {
  readonly acknowledged: Sent[] = [];
  readonly lost: Sent[] = [];
  attempts = 0;
  private readonly underway = new Set<Promise<void>>();
  private running = true;
  private traces = 0;

  constructor(
    private readonly url: string,
    private readonly options: LoadOptions,
  ) {}

  start(): void {
    for (let sender = 0; sender < SENDERS; sender += 1) this.follow(this.run());
  }

  /** Begins no more traces, and waits until everything that was begun is acknowledged. */
  async stop(): Promise<void> {
    this.running = false;
    while (this.underway.size > 0) await Promise.all(this.underway);
  }

  get traceCount(): number {
    return this.traces;
  }

  /** Which rules the traces violate, by all that was acknowledged: `<rule id> <trace id>`, sorted. */
  violations(rules: readonly ActiveRule[], spans: readonly Sent[] = this.acknowledged): string[] {
    const set = createRuleSet();
    set.replace(rules, 1);
    const byTrace = new Map<string, SpanView[]>();
    for (const span of spans) {
      const spans = byTrace.get(span.traceId) ?? [];
      byTrace.set(span.traceId, spans);
      spans.push(viewOf(span));
    }
    return [...byTrace]
      .flatMap(([traceId, spans]) => {
        const whole = {
          traceId,
          spaces: ['default'],
          source: 'otlp' as const,
          truncated: false,
          split: false,
          lossy: [],
        };
        return set.judge(joinTrace({ ...whole, spans })).judgements;
      })
      .filter(({ verdict }) => verdict === 'violated')
      .map(({ rule, traceId }) => `${rule.id} ${traceId}`)
      .sort();
  }

  private follow(work: Promise<void>): void {
    this.underway.add(work);
    void work.finally(() => this.underway.delete(work));
  }

  private async run(): Promise<void> {
    const { random, lateMs, lateShare, lostShare = 0 } = this.options;
    while (this.running) {
      const all = this.makeTraces(1 + Math.floor(random() * 3));
      const lost = all.filter(() => random() < lostShare);
      this.lost.push(...lost);
      const parts = all.filter((part) => !lost.includes(part));
      const late = parts.filter(() => random() < lateShare);
      await this.send(parts.filter((part) => !late.includes(part)));
      for (const part of late) this.follow(sleep(random() * lateMs).then(() => this.send([part])));
      await sleep(random() * 60);
    }
  }

  private makeTraces(count: number): Sent[] {
    const { random } = this.options;
    return Array.from({ length: count }, () => {
      this.traces += 1;
      const traceId = hex(random, 32);
      const startMs = Date.now();
      const ids = Array.from({ length: 1 + Math.floor(random() * MAX_SPANS) }, () => hex(random, 16));
      return ids.map((spanId, at) => ({
        traceId,
        spanId,
        parentSpanId: at === 0 ? '' : ids[Math.floor(random() * at)]!,
        name: NAMES[Math.floor(random() * NAMES.length)]!,
        startMs: startMs + at,
      }));
    }).flat();
  }

  private async send(spans: readonly Sent[]): Promise<void> {
    if (spans.length === 0) return;
    const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: spans.map(toOtlp) }] }] });
    const headers = { 'content-type': 'application/json' };
    for (;;) {
      this.attempts += 1;
      const answer = await fetch(this.url, { method: 'POST', headers, body }).catch(() => undefined);
      await answer?.arrayBuffer().catch(() => undefined);
      if (answer?.status === 200) break;
      if (answer !== undefined && answer.status !== 503 && answer.status !== 502) {
        throw new Error(`The bridge answered ${answer.status}.`);
      }
      await sleep(20 + this.options.random() * 50);
    }
    this.acknowledged.push(...spans);
  }
}

const hex = (random: () => number, digits: number): string =>
  Array.from({ length: digits }, () => Math.floor(random() * 15.99 + 0.01).toString(16))
    .join('')
    .replace(/^0+/, (zeros) => '1'.repeat(zeros.length));

const toOtlp = ({ traceId, spanId, parentSpanId, name, startMs }: Sent): object => ({
  ...{ traceId, spanId, parentSpanId, name, kind: 1 },
  startTimeUnixNano: `${startMs}000000`,
  endTimeUnixNano: `${startMs + 1}000000`,
});

const viewOf = ({ traceId, spanId, parentSpanId, name, startMs }: Sent): SpanView =>
  createSpan({
    ...{ traceId, spanId, parentSpanId: parentSpanId || null, name, kind: 'INTERNAL', status: 'UNSET' },
    ...{ statusMessage: '', startUs: startMs * 1_000, endUs: (startMs + 1) * 1_000, flags: 0 },
    ...{ attributes: NO_ATTRIBUTES, resource: NO_ATTRIBUTES, scope: { name: '', version: '' }, events: [], links: [] },
    dropped: { attributes: 0, events: 0, links: 0 },
  });
