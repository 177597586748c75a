import { getHeapStatistics } from 'node:v8';
import type { Replacement } from '../../common/engine';
import { BeTraceError } from '../../common/errors';
import type { ActiveRule } from '../../common/rules/rule';
import type { JournalFiles } from './journal/files';
import type { Judge } from './judge';
import { KnownRules } from './known_rules';
import type { Ack, BridgeSettings, BridgeStatus, FromWorker, Level, ToWorker } from './messages';
import { type AcceptedRequest, Receiver } from './receiver';
import { revise } from './revise';
import type { ClosedTrace } from './trace_buffer';
import { TraceBuffer } from './trace_buffer';
import { TraceMemory } from './trace_memory';
import { VerdictOutbox } from './verdict_outbox';
import { ALL_ATTRIBUTES, wantMore } from './wanted_attributes';

/** How long traces are judged before requests get their turn. */
const SLICE_MS = 20;
/** How long a new set of rules is made before traces and requests get their turn. */
const RULES_SLICE_MS = 5;
const STATUS_MS = 1_000;
const TIDY_MS = 250;
const CLOSE_MS = 500;
const MAX_SETTLED_IDS = 500_000;
/** So many traces at most are judged early at a time to make room in the journal. */
const MAX_HURRIED = 1_000;

type Body<T> = T extends unknown ? Omit<T, 'v'> : never;

export interface BridgeOptions {
  readonly settings: BridgeSettings;
  readonly createJudge: () => Judge;
  post(message: FromWorker): void;
  /** Milliseconds of a clock that never runs backwards. */
  now(): number;
  /** In place of the journal's folder, for tests. */
  readonly files?: JournalFiles;
}

/**
 * The data plane: receiver, journal, trace buffer, engine and the way out, all bounded. Under pressure it asks senders to
 * wait; what it has acknowledged it judges, after a crash too, and what it has judged it holds until the host has it in the
 * store.
 */
export class Bridge {
  private readonly receiver: Receiver;
  private readonly buffer: TraceBuffer;
  private readonly outbox: VerdictOutbox;
  private readonly current: Judge;
  private readonly known: KnownRules;
  /** Judges what an earlier run began, by the rules of then. */
  private former: Judge | undefined;
  private memory: TraceMemory | undefined;
  private wanted = ALL_ATTRIBUTES;
  /** Of an earlier run; undefined once all is read. */
  private replay: Iterator<void> | undefined;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly verdicts = { violated: 0, inconclusive: 0, satisfied: 0 };
  private readonly counters = {
    tracesJudged: 0,
    tracesFailed: 0,
    tracesRejudged: 0,
    retractions: 0,
    verdictsRejected: 0,
  };
  private rulesRevision = -1;
  private permittedUntil = -Infinity;
  private replacement: { readonly rules: readonly ActiveRule[]; readonly made: Replacement } | undefined;
  private pumpIsDue = false;
  private draining: { readonly until: number } | undefined;
  private closed = false;

  constructor(private readonly options: BridgeOptions) {
    const { settings } = options;
    this.current = options.createJudge();
    this.known = new KnownRules(2 * settings.lateMs + settings.maxTraceMs);
    this.buffer = new TraceBuffer({
      ...settings,
      maxSettledIds: MAX_SETTLED_IDS,
      seed: newSeed(),
      ...(settings.journal === undefined ? {} : { memory: this.memoryOfTraces() }),
      isHeld: (key) => this.outbox.has(key),
    });
    this.outbox = new VerdictOutbox(
      (batch, items) => this.post({ t: 'verdicts', batch, items }),
      settings.journal && (() => this.memory!.noted()),
    );
    this.receiver = new Receiver({
      settings,
      refusal: () => this.refusal(),
      accept: (request) => this.accept(request),
      wanted: () => this.wanted,
      log: (level, message, fields) => this.log(level, message, fields),
      onUnexpected: (error) => this.log('error', 'A request failed', { code: 'BT_INTERNAL', error: nameOf(error) }),
    });
  }

  /** @throws where the journal can't be used, or the port not be listened at */
  async start(): Promise<void> {
    const { settings } = this.options;
    if (settings.journal !== undefined) await this.openMemory({ ...settings, journal: settings.journal });
    const address = await this.receiver.listen();
    const tickMs = Math.min(250, Math.max(5, settings.rootSettleMs / 10));
    this.timers.push(setInterval(() => this.pump(), tickMs));
    this.timers.push(setInterval(() => this.tidy(), TIDY_MS));
    this.timers.push(setInterval(() => this.post({ t: 'status', s: this.status() }), STATUS_MS));
    this.post({ t: 'ready', address });
  }

  handle(message: ToWorker): void {
    switch (message.t) {
      case 'rules':
        return void this.takeRules(message);
      case 'ack':
        return this.acknowledge(message.batch, message.results);
      case 'permit':
        this.permittedUntil = this.options.now() + message.ms;
        return;
      case 'drain':
        return this.drain(message.ms);
    }
  }

  status(): BridgeStatus {
    const { receiver, buffer, outbox, memory } = this;
    return {
      counters: {
        ...receiver.counters,
        refused: { ...receiver.counters.refused },
        spansDuplicate: buffer.counters.duplicates,
        ...this.counters,
        tracesTruncated: buffer.counters.truncated,
        tracesEvicted: buffer.counters.evicted,
        lateSpans: buffer.counters.late,
        spansCapped: buffer.counters.capped,
        requestsReplayed: memory?.counters.requestsReplayed ?? 0,
        journalFaults: memory?.counters.journalFaults ?? 0,
        verdicts: { ...this.verdicts },
      },
      gauges: {
        openTraces: buffer.openTraces,
        openBytes: buffer.openBytes,
        inFlightBytes: receiver.inFlightBytes,
        unacknowledged: outbox.unacknowledged,
        journalBytes: memory?.journalBytes ?? 0,
        journalFailing: memory?.trouble === 'failing' ? 1 : 0,
        settledTraces: memory?.settledCount ?? 0,
        settledBytes: memory?.settledBytes ?? 0,
        heapBytes: getHeapStatistics().used_heap_size,
        rules: this.current.size,
        rulesRevision: this.rulesRevision,
      },
    };
  }

  /** Stops at once: takes nothing more, judges nothing more. */
  async close(): Promise<void> {
    this.closed = true;
    for (const timer of this.timers) clearInterval(timer);
    await this.receiver.close();
    await this.memory?.close();
  }

  private memoryOfTraces(): ConstructorParameters<typeof TraceBuffer>[0]['memory'] {
    return {
      settled: (key) => this.memory?.settled(key),
      refresh: (key) => this.memory?.refresh(key) ?? false,
      wanted: () => this.wanted,
      recall: (trace, positions, keys) => this.memory?.recall(trace, positions, keys),
    };
  }

  private async openMemory(
    settings: BridgeSettings & { readonly journal: NonNullable<BridgeSettings['journal']> },
  ): Promise<void> {
    const { now, createJudge, files } = this.options;
    this.memory = await TraceMemory.open({
      settings,
      ...(files === undefined ? {} : { files }),
      seed: newSeed(),
      now,
      log: (level, message, fields) => this.log(level, message, fields),
    });
    this.replay = this.memory.replay(this.buffer, () => this.wanted);
    const { recorded } = this.memory;
    if (recorded === undefined) return;
    this.former = createJudge();
    this.former.replace(recorded.rules, recorded.revision);
    this.known.addRetired(recorded.rules, now());
    this.wantAttributes();
  }

  /** With a journal only what rules read is decoded: the rest can be had from there. */
  private wantAttributes(): void {
    if (this.memory === undefined || this.options.settings.evidence === 'all') return;
    const read = [...this.current.attributes(), ...(this.former?.attributes() ?? [])];
    this.wanted = wantMore(this.wanted, new Set(read));
  }

  private async accept({ spaces, type, body, spans, wanted }: AcceptedRequest): Promise<void> {
    if (spans.length === 0) return;
    const position = await this.memory?.append({ receivedAt: Date.now(), type, spaces, body });
    const source = position === undefined ? undefined : { position, generation: wanted.generation };
    this.buffer.add(spaces, spans, this.options.now(), source);
    if (this.buffer.openBytes > this.options.settings.maxOpenBytes) this.pump();
  }

  private refusal(): BeTraceError | undefined {
    if (this.draining !== undefined || this.closed) {
      return new BeTraceError('BT_BRIDGE_UNAVAILABLE', 'The bridge is stopping; send again.');
    }
    if (this.options.settings.byPermit && this.options.now() >= this.permittedUntil) {
      return new BeTraceError('BT_BRIDGE_STANDBY', "Another Kibana's bridge takes the spans; send again.");
    }
    if (this.replay !== undefined) {
      return new BeTraceError('BT_BRIDGE_UNAVAILABLE', 'The bridge reads its journal; send again.');
    }
    if (this.buffer.openBytes > this.options.settings.maxOpenBytes) {
      return new BeTraceError('BT_OVERLOADED', 'Too many bytes of traces are open; send again later.');
    }
    if (this.outbox.unacknowledged >= this.options.settings.maxUnacknowledged) {
      return new BeTraceError('BT_OVERLOADED', 'Too many verdicts wait to be stored; send again later.');
    }
    switch (this.memory?.trouble) {
      case 'failing':
        return new BeTraceError('BT_JOURNAL_UNAVAILABLE', 'The disk does not take what is sent; send again later.');
      case 'full':
        return new BeTraceError('BT_JOURNAL_FULL', 'The journal is full; send again later.');
      case undefined:
        return undefined;
    }
  }

  /** What is judged from now on is kept first: after a crash it is finished by these rules. */
  private async takeRules(message: Extract<ToWorker, { t: 'rules' }>): Promise<void> {
    await this.memory?.record(message);
    this.replaceRules(message);
  }

  private replaceRules({ rules, revision }: Extract<ToWorker, { t: 'rules' }>): void {
    this.replacement = { rules, made: this.current.prepare(rules, revision) };
    this.pump();
  }

  /** Goes on with the rules that are to replace those that traces are judged by meanwhile. */
  private advanceRules(): void {
    if (this.replacement === undefined || this.closed) return;
    const { rules, made } = this.replacement;
    const { now } = this.options;
    const until = now() + RULES_SLICE_MS;
    const rejected = made.advance(() => now() >= until);
    this.pumpSoon();
    if (rejected === undefined) return;
    const { revision } = made;
    this.replacement = undefined;
    this.known.replace(rules, now());
    this.wantAttributes();
    this.rulesRevision = revision;
    for (const { id, space, problems } of rejected) {
      this.log('error', 'A rule has problems and is not judged', { rule: id, space, code: problems[0]?.code });
    }
    this.post({ t: 'rules_applied', revision, rejected });
  }

  private acknowledge(batch: number, results: readonly Ack[]): void {
    const reasons = this.outbox.acknowledge(batch, results);
    this.counters.verdictsRejected += reasons.length;
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
    this.replayUntil(until);
    outbox.flush();
    this.advanceRules();
    this.finishDraining();
  }

  /** Goes on reading what an earlier run left, while there is room for it. */
  private replayUntil(until: number): void {
    const { buffer, options } = this;
    buffer.recovering = true;
    while (this.replay !== undefined && !this.closed && buffer.openBytes <= options.settings.maxOpenBytes) {
      if (this.replay.next().done) this.replay = undefined;
      else if (options.now() >= until) {
        this.pumpSoon();
        break;
      }
    }
    buffer.recovering = false;
  }

  private pumpSoon(): void {
    if (this.pumpIsDue) return;
    this.pumpIsDue = true;
    setImmediate(() => {
      this.pumpIsDue = false;
      this.pump();
    });
  }

  private judge(closed: ClosedTrace, now: number): void {
    const { key, trace, positions, earlier, openedAt } = closed;
    if (closed.unchanged) {
      this.memory?.judged(closed, earlier!.violated, undefined);
      this.memory?.stored(key, positions, earlier!.violated);
      return;
    }
    try {
      const waitedMs = Math.round(now - openedAt);
      const judge = closed.recovered ? (this.former ?? this.current) : this.current;
      const { judgements, satisfied } = judge.judge(trace, waitedMs);
      const revised = revise(closed, judgements, waitedMs, (ref) => this.known.get(ref));
      this.counters.tracesJudged += 1;
      if (earlier) this.counters.tracesRejudged += 1;
      this.verdicts.satisfied += satisfied;
      for (const { verdict } of revised.findings) {
        if (verdict === 'retracted') this.counters.retractions += 1;
        else this.verdicts[verdict] += 1;
      }
      this.consign(closed, revised);
    } catch (error) {
      this.counters.tracesFailed += 1;
      this.log('error', 'A trace could not be judged', {
        code: 'BT_INTERNAL',
        trace: trace.traceId,
        error: nameOf(error),
      });
      this.memory?.stored(key, positions, earlier?.violated ?? []);
    }
  }

  /**
   * Sends findings on their way. What the store may be changed by is noted before; so is a trace that was judged early as
   * the bridge stops, for the next run to judge it whole.
   */
  private consign(
    { key, positions, why }: ClosedTrace,
    { findings, violated, possibly }: ReturnType<typeof revise>,
  ): void {
    const { memory, outbox } = this;
    const isFinal = why !== 'drained';
    memory?.judged({ key, positions }, violated, possibly.length > 0 || !isFinal ? possibly : undefined);
    const onStored = (): void => {
      if (isFinal) memory?.stored(key, positions, violated);
    };
    if (findings.length === 0) onStored();
    else outbox.add({ key, findings, firstPosition: positions[0] ?? Infinity, onStored });
  }

  private tidy(): void {
    const { memory, buffer, outbox, options } = this;
    this.known.expire(options.now());
    if (memory === undefined || this.replay !== undefined) return;
    for (let left = MAX_HURRIED; left > 0 && memory.isCrowdedBy(buffer.firstPosition); left -= 1) {
      const oldest = this.rulesRevision < 0 ? undefined : buffer.closeOldest(options.now());
      if (oldest === undefined) break;
      this.judge(oldest, options.now());
    }
    outbox.flush();
    memory.tidy(Math.min(buffer.firstPosition, outbox.firstPosition));
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

const newSeed = (): number => Math.floor(Math.random() * 2 ** 32);

/** Of an error only what can't hold data of users: its class and where it was thrown. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const where = error.stack?.split('\n').find((line) => line.trimStart().startsWith('at '));
  return `${error.name} ${where?.trim() ?? ''}`.trim();
}
