import type { Replacement } from '../../common/engine';
import { BeTraceError } from '../../common/errors';
import type { Judge } from './judge';
import type { Ack, BridgeSettings, BridgeStatus, FromWorker, Level, ToWorker } from './messages';
import { Receiver } from './receiver';
import type { ClosedTrace } from './trace_buffer';
import { TraceBuffer } from './trace_buffer';
import { VerdictOutbox } from './verdict_outbox';

/** How long traces are judged before requests get their turn. */
const SLICE_MS = 20;
/** How long a new set of rules is made before traces and requests get their turn. */
const RULES_SLICE_MS = 5;
const STATUS_MS = 1_000;
const CLOSE_MS = 500;
const MAX_SETTLED_IDS = 500_000;

type Body<T> = T extends unknown ? Omit<T, 'v'> : never;

export interface BridgeOptions {
  readonly settings: BridgeSettings;
  readonly judge: Judge;
  post(message: FromWorker): void;
  /** Milliseconds of a clock that never runs backwards. */
  now(): number;
}

/**
 * The data plane: receiver, trace buffer, engine and the way out, all bounded. Under pressure it asks senders to wait; what
 * it has acknowledged it judges, and what it has judged it holds until the host has it in the store.
 */
export class Bridge {
  private readonly receiver: Receiver;
  private readonly buffer: TraceBuffer;
  private readonly outbox: VerdictOutbox;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly verdicts = { violated: 0, inconclusive: 0, satisfied: 0 };
  private tracesJudged = 0;
  private tracesFailed = 0;
  private verdictsRejected = 0;
  private rulesRevision = -1;
  private replacement: Replacement | undefined;
  private pumpIsDue = false;
  private draining: { readonly until: number } | undefined;
  private closed = false;

  constructor(private readonly options: BridgeOptions) {
    const { settings } = options;
    this.buffer = new TraceBuffer({
      ...settings,
      maxSettledIds: MAX_SETTLED_IDS,
      seed: Math.floor(Math.random() * 2 ** 32),
    });
    this.outbox = new VerdictOutbox((batch, items) => this.post({ t: 'verdicts', batch, items }));
    this.receiver = new Receiver({
      settings,
      refusal: () => this.refusal(),
      accept: (spaces, spans) => {
        this.buffer.add(spaces, spans, options.now());
        if (this.buffer.openBytes > settings.maxOpenBytes) this.pump();
      },
      onUnexpected: (error) => this.log('error', 'A request failed', { code: 'BT_INTERNAL', error: nameOf(error) }),
    });
  }

  async start(): Promise<void> {
    const address = await this.receiver.listen();
    const tickMs = Math.min(250, Math.max(5, this.options.settings.settleMs / 10));
    this.timers.push(setInterval(() => this.pump(), tickMs));
    this.timers.push(setInterval(() => this.post({ t: 'status', s: this.status() }), STATUS_MS));
    this.post({ t: 'ready', address });
  }

  handle(message: ToWorker): void {
    switch (message.t) {
      case 'rules':
        return this.replaceRules(message);
      case 'ack':
        return this.acknowledge(message.batch, message.results);
      case 'drain':
        return this.drain(message.ms);
    }
  }

  status(): BridgeStatus {
    const { receiver, buffer, outbox } = this;
    return {
      counters: {
        ...receiver.counters,
        refused: { ...receiver.counters.refused },
        spansDuplicate: buffer.counters.duplicates,
        tracesJudged: this.tracesJudged,
        tracesTruncated: buffer.counters.truncated,
        tracesEvicted: buffer.counters.evicted,
        tracesFailed: this.tracesFailed,
        lateSpans: buffer.counters.late,
        spansCapped: buffer.counters.capped,
        verdictsRejected: this.verdictsRejected,
        verdicts: { ...this.verdicts },
      },
      gauges: {
        openTraces: buffer.openTraces,
        openBytes: buffer.openBytes,
        inFlightBytes: receiver.inFlightBytes,
        unacknowledged: outbox.unacknowledged,
        rules: this.options.judge.size,
        rulesRevision: this.rulesRevision,
      },
    };
  }

  /** Stops at once: takes nothing more, judges nothing more. */
  async close(): Promise<void> {
    this.closed = true;
    for (const timer of this.timers) clearInterval(timer);
    await this.receiver.close();
  }

  private refusal(): BeTraceError | undefined {
    if (this.draining !== undefined || this.closed) {
      return new BeTraceError('BT_BRIDGE_UNAVAILABLE', 'The bridge is stopping; send again.');
    }
    if (this.buffer.openBytes > this.options.settings.maxOpenBytes) {
      return new BeTraceError('BT_OVERLOADED', 'Too many bytes of traces are open; send again later.');
    }
    if (this.outbox.unacknowledged >= this.options.settings.maxUnacknowledged) {
      return new BeTraceError('BT_OVERLOADED', 'Too many verdicts wait to be stored; send again later.');
    }
    return undefined;
  }

  private replaceRules({ rules, revision }: Extract<ToWorker, { t: 'rules' }>): void {
    this.replacement = this.options.judge.prepare(rules, revision);
    this.pump();
  }

  /** Goes on with the rules that are to replace those that traces are judged by meanwhile. */
  private advanceRules(): void {
    if (this.replacement === undefined || this.closed) return;
    const { now } = this.options;
    const until = now() + RULES_SLICE_MS;
    const rejected = this.replacement.advance(() => now() >= until);
    this.pumpSoon();
    if (rejected === undefined) return;
    const { revision } = this.replacement;
    this.replacement = undefined;
    this.rulesRevision = revision;
    for (const { id, space, problems } of rejected) {
      this.log('error', 'A rule has problems and is not judged', { rule: id, space, code: problems[0]?.code });
    }
    this.post({ t: 'rules_applied', revision, rejected });
  }

  private acknowledge(batch: number, results: readonly Ack[]): void {
    const reasons = this.outbox.acknowledge(batch, results);
    this.verdictsRejected += reasons.length;
    if (reasons.length > 0) {
      this.log('error', 'The store refused verdicts', { count: reasons.length, first: reasons[0] });
    }
    this.pump();
  }

  /** Judges what is due, for one slice at most; nothing is judged while the host is behind or has sent no rules. */
  private pump(): void {
    const { options, buffer, outbox } = this;
    const until = options.now() + SLICE_MS;
    while (!this.closed && this.rulesRevision >= 0 && outbox.unacknowledged < options.settings.maxUnacknowledged) {
      const now = options.now();
      if (now >= until) {
        this.pumpSoon();
        break;
      }
      const due = buffer.next(now, this.draining !== undefined);
      if (due === undefined) break;
      this.judge(due, now);
    }
    outbox.flush();
    this.advanceRules();
    this.finishDraining();
  }

  private pumpSoon(): void {
    if (this.pumpIsDue) return;
    this.pumpIsDue = true;
    setImmediate(() => {
      this.pumpIsDue = false;
      this.pump();
    });
  }

  private judge({ trace, openedAt }: ClosedTrace, now: number): void {
    try {
      const { judgements, satisfied } = this.options.judge.judge(trace, Math.round(now - openedAt));
      this.tracesJudged += 1;
      this.verdicts.satisfied += satisfied;
      for (const judgement of judgements) this.verdicts[judgement.verdict] += 1;
      this.outbox.add(judgements);
    } catch (error) {
      this.tracesFailed += 1;
      this.log('error', 'A trace could not be judged', {
        code: 'BT_INTERNAL',
        trace: trace.traceId,
        error: nameOf(error),
      });
    }
  }

  private drain(ms: number): void {
    if (this.draining !== undefined) return;
    this.draining = { until: this.options.now() + ms };
    this.timers.push(setInterval(() => this.finishDraining(), Math.min(50, Math.max(1, ms))));
    this.pump();
  }

  private finishDraining(): void {
    if (this.draining === undefined || this.closed) return;
    const unjudged = this.buffer.openTraces;
    const { unacknowledged } = this.outbox;
    if (unjudged + unacknowledged > 0 && this.options.now() < this.draining.until) return;
    this.closed = true;
    this.post({ t: 'status', s: this.status() });
    // A sender that is slow with its request must not hold up the end: it was not acknowledged and sends again.
    const late = new Promise((resolve) => setTimeout(resolve, CLOSE_MS));
    void Promise.race([this.close(), late]).finally(() => this.post({ t: 'drained', unacknowledged, unjudged }));
  }

  private log(level: Level, message: string, fields: Readonly<Record<string, unknown>>): void {
    this.post({ t: 'log', level, message, fields });
  }

  private post(message: Body<FromWorker>): void {
    this.options.post({ v: 1, ...message });
  }
}

/** Of an error only what can't hold data of users: its class and where it was thrown. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const where = error.stack?.split('\n').find((line) => line.trimStart().startsWith('at '));
  return `${error.name} ${where?.trim() ?? ''}`.trim();
}
