import { BeTraceError } from '../../common/errors';
import { decoderOf } from './decode';
import { type JournalFiles, openFolder } from './journal/files';
import { type Journal, reasonOf } from './journal/journal';
import { type Position, segmentOf } from './journal/position';
import type { RequestRecord, RuleRef, SettledRecord } from './journal/records';
import { openJournal, type OpenedJournal } from './journal/recovery';
import { type RecordedRules, recordedRules, recordRules } from './journal/rule_record';
import type { BridgeSettings, Level } from './messages';
import type { OtlpSpan } from './otlp_span';
import { OwnSpans } from './own_spans';
import { type SettledTrace, SettledTraces } from './settled_traces';
import { type Memory, prefixOf, type Recalled, type TraceBuffer } from './trace_buffer';
import type { WantedAttributes } from './wanted_attributes';

/** Of what is kept in memory of settled traces. */
const MAX_SETTLED_BYTES = 128 * 1024 * 1024;
/** From here on room is made in the journal. */
const CROWDED = 0.9;

export interface TraceMemoryOptions {
  readonly settings: Pick<BridgeSettings, 'lateMs' | 'maxOpenBytes' | 'ownInstance'> & {
    readonly journal: NonNullable<BridgeSettings['journal']>;
  };
  readonly seed: number;
  /** Tests put files in the place of the folder's that fail. */
  readonly files?: JournalFiles;
  now(): number;
  log(level: Level, message: string, fields: Readonly<Record<string, unknown>>): void;
}

/**
 * What the bridge keeps beyond a restart and beyond a verdict: the journal, and an index over it of the traces that were
 * judged lately.
 */
export class TraceMemory implements Omit<Memory, 'wanted'> {
  private readonly journal: Journal;
  private readonly settledTraces: SettledTraces;
  private notes: SettledRecord[] = [];
  private recording: Promise<void> = Promise.resolve();
  private tidiedFrom: Position | undefined;

  private readonly own: OwnSpans;

  private constructor(
    private readonly options: TraceMemoryOptions,
    private readonly files: JournalFiles,
    private readonly opened: OpenedJournal,
    /** The rules by which an earlier run judged; undefined where there was none. */
    readonly recorded: RecordedRules | undefined,
    readonly counters: { requestsReplayed: number; journalFaults: number },
  ) {
    this.journal = opened.journal;
    const { settings, seed } = options;
    this.own = new OwnSpans(settings.ownInstance);
    this.settledTraces = new SettledTraces(
      { keepMs: settings.lateMs, maxBytes: MAX_SETTLED_BYTES, seed },
      options.now(),
    );
  }

  /**
   * Opens the journal, made anew or left by an earlier run; `replay` then reads what that left.
   * @throws BT_JOURNAL_LOCKED, BT_JOURNAL_UNREADABLE, BT_JOURNAL_UNAVAILABLE
   */
  static async open(options: TraceMemoryOptions): Promise<TraceMemory> {
    const { journal: settings } = options.settings;
    const files = options.files ?? (await openFolder(settings.folder));
    const counters = { requestsReplayed: 0, journalFaults: 0 };
    const opened = await openJournal(settings.folder, {
      files,
      maxBytes: settings.maxBytes,
      onTrouble: (error) => reportTrouble(options, error),
      onFault: (message, fields) => {
        counters.journalFaults += 1;
        options.log('error', message, { code: 'BT_JOURNAL_DAMAGED', ...fields });
      },
    });
    return new TraceMemory(options, files, opened, await recordedRules(files), counters);
  }

  get journalBytes(): number {
    return this.journal.bytes;
  }

  /** Why nothing can be kept just now. */
  get trouble(): 'failing' | 'full' | undefined {
    if (this.journal.trouble !== undefined) return 'failing';
    return this.journal.isFull ? 'full' : undefined;
  }

  get settledCount(): number {
    return this.settledTraces.size;
  }

  get settledBytes(): number {
    return this.settledTraces.bytes;
  }

  /**
   * Puts into the buffer what an earlier run left: traces that may not have their verdicts in the store, and requests, each
   * step one, so that the caller can stop in between while the buffer is full.
   */
  *replay(buffer: TraceBuffer, wanted: () => WantedAttributes): Generator<void> {
    const now = this.options.now();
    const unsure = new Set<string>();
    for (const { kind, key, positions, violated } of this.opened.notes) {
      this.settledTraces.put(key, { positions, violated });
      buffer.remember(key);
      if (kind === 'judged') unsure.add(key);
      else unsure.delete(key);
    }
    for (const key of unsure) {
      const at = key.lastIndexOf(' ');
      buffer.reopen(key.slice(at + 1), JSON.parse(key.slice(0, at)) as string[], now);
    }
    for (const request of this.opened.requests) {
      this.counters.requestsReplayed += 1;
      const prefix = prefixOf(request.spaces);
      const { keys, generation } = wanted();
      const spans = this.decode(request, keys).filter(
        ({ traceId }) => !this.settledTraces.get(prefix + traceId)?.positions.includes(request.position),
      );
      buffer.add(request.spaces, spans, this.options.now(), { position: request.position, generation });
      yield;
    }
    const { requestsReplayed: requests } = this.counters;
    if (requests + unsure.size === 0) return;
    this.options.log('info', 'What an earlier run left in the journal was taken up again', {
      requests,
      traces: unsure.size,
    });
  }

  /** Resolves once the request survives a crash; see `Journal.append`. */
  append(request: RequestRecord): Promise<Position> {
    return this.journal.append(request);
  }

  /** Keeps the rules that are judged by from now on; resolves when they are, or can't be kept. */
  record(rules: RecordedRules): Promise<void> {
    this.recording = this.recording
      .then(() => recordRules(this.files, rules))
      .catch((error: unknown) => reportTrouble(this.options, error as Error));
    return this.recording;
  }

  settled(key: string): SettledTrace | undefined {
    return this.settledTraces.get(key);
  }

  refresh(key: string): boolean {
    return this.settledTraces.refresh(key);
  }

  recall(
    { traceId, spaces }: Recalled,
    positions: readonly Position[],
    keys: WantedAttributes['keys'],
  ): OtlpSpan[] | undefined {
    const found: OtlpSpan[] = [];
    const prefix = prefixOf(spaces);
    try {
      for (const position of positions) {
        const request = this.journal.read(position);
        if (request === undefined) return undefined;
        if (prefixOf(request.spaces) === prefix) found.push(...this.decode(request, keys, traceId));
      }
    } catch (error) {
      // an attribute that nobody wanted when it came, and that is no good
      if (error instanceof BeTraceError) return undefined;
      throw error;
    }
    return found;
  }

  /** A trace was judged; `possibly` are the violations that the store may have until it has the new verdicts. */
  judged(
    trace: { readonly key: string; readonly positions: readonly Position[] },
    violated: readonly RuleRef[],
    possibly: readonly RuleRef[] | undefined,
  ): void {
    const { key, positions } = trace;
    this.settledTraces.put(key, { positions, violated });
    if (possibly) this.journal.note('judged', [{ key, positions, violated: possibly }]);
  }

  /** The store has the verdicts of a trace, or there were none. */
  stored(key: string, positions: readonly Position[], violated: readonly RuleRef[]): void {
    this.notes.push({ key, positions, violated });
  }

  /** Resolves once what was judged is noted. */
  noted(): Promise<void> {
    return this.journal.noted();
  }

  /** Puts notes on disk and lets go of what nobody needs; `from` is the first request that is not settled. */
  tidy(from: Position): void {
    const { journal, settledTraces } = this;
    const now = this.options.now();
    settledTraces.expire(now);
    const first = Math.min(from, journal.end);
    if (this.isCrowded && settledTraces.firstSegment < segmentOf(first)) settledTraces.forgetOlder(now);
    // an idle bridge writes nothing
    if (this.notes.length > 0 || from !== this.tidiedFrom) {
      journal.note('settled', this.notes);
      this.notes = [];
      journal.noteProgress({ consumer: 'judge', from: first });
      this.tidiedFrom = from;
    }
    journal.release(Math.min(segmentOf(first), settledTraces.firstSegment));
    journal.flush();
  }

  /** The journal is nearly full, and can't let go of its oldest segment as it holds this request. */
  isCrowdedBy(position: Position): boolean {
    return this.isCrowded && segmentOf(position) === this.journal.firstSegment;
  }

  async close(): Promise<void> {
    this.journal.note('settled', this.notes);
    this.notes = [];
    await this.recording;
    await this.journal.close();
  }

  private get isCrowded(): boolean {
    return this.journal.bytes > CROWDED * this.options.settings.journal.maxBytes;
  }

  private decode(
    { body, type }: RequestRecord,
    wanted: WantedAttributes['keys'],
    onlyTrace?: string,
  ): readonly OtlpSpan[] {
    const { maxOpenBytes } = this.options.settings;
    const mayHoldOwn = this.own.mayBeIn(body);
    const limits = {
      maxDecodedBytes: maxOpenBytes,
      wanted: mayHoldOwn ? undefined : wanted,
      ...(onlyTrace === undefined ? {} : { onlyTrace }),
    };
    const { spans } = decoderOf(type)(body, limits);
    return mayHoldOwn ? this.own.without(spans) : spans;
  }
}

function reportTrouble({ log }: Pick<TraceMemoryOptions, 'log'>, error: Error | undefined): void {
  if (error === undefined) log('info', 'The journal is written again', {});
  else {
    const fields = { code: 'BT_JOURNAL_UNAVAILABLE', reason: reasonOf(error) };
    log('error', "The journal can't be written; no spans are taken", fields);
  }
}
