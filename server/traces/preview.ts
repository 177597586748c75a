import type { Client } from '@elastic/elasticsearch';
import type { PreviewLine, PreviewMatch, PreviewProgress, PreviewRequest } from '../../common/api/preview';
import { type CompiledRule, compile, type Verdict } from '../../common/engine';
import { BeTraceError } from '../../common/errors';
import { isEntrySpan } from '../../common/trace/join';
import type { SpanView } from '../../common/trace/span';
import { serviceOf } from '../../common/trace/span';
import type { TraceView } from '../../common/trace/trace';
import { Histogram } from './histogram';
import { parseKql } from './kql';
import { isMovedByApm, isMovedByOtel } from './mapping';
import type { PreviewSlots } from './preview_slots';
import { TimeSlices } from './time_slices';
import { type Count, TraceReader, type TraceReading, type TraceReaderOptions } from './trace_reader';

const PROGRESS_MS = 250;
const MAX_MS = 5 * 60_000;
const DAY_MS = 86_400_000;
/** Of one match: a rule can have many witnesses. */
const MAX_WITNESSES = 100;

/** A preview that has begun: what it says, line by line. */
export type PreviewLines = AsyncGenerator<PreviewLine, void, undefined>;

export interface PreviewOptions extends Omit<TraceReaderOptions, 'client'> {
  readonly slots: PreviewSlots;
  /** Told of what should not happen; what is answered says nothing of our insides. */
  readonly onError: (error: unknown) => void;
}

/** Tries rules on stored traces, as the user who asks may read them. */
export class PreviewService {
  constructor(private readonly options: PreviewOptions) {}

  /**
   * Begins a preview; what is wrong with the request, or with who asks, is found here.
   * @param signal ends it, and its searches in Elasticsearch, whenever it is given; it must be given once nobody reads on
   * @throws BT_INVALID_RULE, BT_INVALID_KQL, BT_TRACES_FORBIDDEN, BT_TOO_MANY_PREVIEWS, BT_OVERLOADED, BT_STORE_UNAVAILABLE
   */
  async begin(
    request: PreviewRequest,
    { client, user }: { readonly client: Client; readonly user: string },
    signal: AbortSignal,
  ): Promise<PreviewLines> {
    const started = performance.now();
    const rule = ruleOf(request.dsl);
    const filter = parseKql(request.kql);
    const { slots, onError, ...reading } = this.options;
    const release = slots.take(user);
    try {
      const query = {
        from: new Date(request.from),
        to: new Date(request.to),
        filter,
        needs: rule.needs,
        attributes: [...rule.attributes],
        events: rule.features.has('events'),
      };
      const opened = await new TraceReader({ client, ...reading }).open(query, signal);
      const run = new PreviewRun(rule, request, opened, started);
      return told(run, signal, onError, async () => {
        release();
        await opened?.close();
      });
    } catch (error) {
      release();
      throw error;
    }
  }
}

function ruleOf(dsl: string): CompiledRule {
  const result = compile(dsl);
  if ('rule' in result) return result.rule;
  throw new BeTraceError('BT_INVALID_RULE', 'The rule has problems.', { problems: result.problems });
}

/** What goes wrong on the way becomes the last line; what holds a place or a search is given back in every case. */
async function* told(
  run: PreviewRun,
  signal: AbortSignal,
  onError: (error: unknown) => void,
  end: () => Promise<void>,
): PreviewLines {
  let hasEnded = false;
  const endOnce = (): Promise<void> => {
    if (hasEnded) return Promise.resolve();
    hasEnded = true;
    return end();
  };
  // who goes away before the first line has been read never starts this generator's own end
  const onAbort = (): void => void endOnce();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    yield* run.lines(signal);
  } catch (error) {
    if (signal.aborted) return;
    const known = error instanceof BeTraceError;
    if (!known) onError(error);
    const code = known ? error.code : 'BT_INTERNAL';
    const message = known ? error.message : 'Something went wrong; the log has it.';
    yield { kind: 'error', code, message };
  } finally {
    signal.removeEventListener('abort', onAbort);
    await endOnce();
  }
}

class PreviewRun {
  private readonly histogram: Histogram;
  private readonly counts = { judged: 0, spans: 0, violated: 0, inconclusive: 0, tooLarge: 0 };
  private shown = 0;

  constructor(
    private readonly rule: CompiledRule,
    private readonly request: PreviewRequest,
    private readonly reading: TraceReading | undefined,
    private readonly started: number,
  ) {
    this.histogram = new Histogram(new Date(request.from), new Date(request.to));
  }

  async *lines(signal: AbortSignal): PreviewLines {
    yield { kind: 'attributes', attributes: this.attributes() };
    yield { kind: 'progress', ...this.progress() };
    const slices = new TimeSlices();
    const until = this.started + MAX_MS;
    let toldAt = performance.now();
    let complete = true;
    for await (const trace of this.reading?.traces([]) ?? []) {
      if (signal.aborted) return;
      const match = this.judge(trace);
      if (match) yield { kind: 'match', match };
      const now = performance.now();
      if (now >= until) {
        complete = false;
        break;
      }
      if (now - toldAt >= PROGRESS_MS) {
        toldAt = now;
        yield { kind: 'progress', ...this.progress() };
      }
      await slices.pause();
    }
    yield { kind: 'done', ...this.summary(complete) };
  }

  private judge(trace: TraceView): PreviewMatch | undefined {
    const { rule, counts, request } = this;
    const verdict = rule.evaluate(trace);
    counts.judged += 1;
    counts.spans += trace.spans.length;
    if (trace.flags.truncated) counts.tooLarge += 1;
    if (verdict.kind === 'satisfied') return undefined;
    counts[verdict.kind] += 1;
    this.histogram.add(verdict.kind, trace.spans[0]?.startUs ?? 0);
    if (this.shown >= request.matches) return undefined;
    this.shown += 1;
    return matchOf(trace, verdict.kind, rule.explain(trace));
  }

  private attributes(): Extract<PreviewLine, { kind: 'attributes' }>['attributes'] {
    const found = this.reading?.survey.attributes;
    return [...this.rule.attributes].sort().map((key) => ({
      key,
      spans: found?.get(key) ?? 0,
      exact: !isMovedByApm(key) && !isMovedByOtel(key),
    }));
  }

  private progress(complete = false): PreviewProgress {
    const none: Count = { value: 0, exact: true };
    const { traces = none, candidates = none } = this.reading?.survey ?? {};
    const { judged, spans, violated, inconclusive } = this.counts;
    const { intervalMs, ...over } = this.histogram;
    return {
      traces: { ...traces, value: Math.max(traces.value, judged) },
      candidates: this.candidates(candidates, complete),
      ...{ judged, spans, violated, inconclusive },
      overTime: {
        from: new Date(this.request.from).toISOString(),
        intervalMs,
        violated: [...over.violated],
        inconclusive: [...over.inconclusive],
      },
      elapsedMs: Math.round(performance.now() - this.started),
    };
  }

  /** Where all traces are read, who of them is a candidate is not looked at by itself. */
  private candidates(surveyed: Count, complete: boolean): Count {
    if (this.reading?.readsAll) return surveyed;
    const { judged } = this.counts;
    return complete ? { value: judged, exact: true } : { ...surveyed, value: Math.max(surveyed.value, judged) };
  }

  private summary(complete: boolean): Omit<Extract<PreviewLine, { kind: 'done' }>, 'kind'> {
    const progress = this.progress(complete);
    const { from, to } = this.request;
    const { judged, traces, candidates } = progress;
    const all = this.reading?.readsAll ? traces : candidates;
    const share = complete || judged === 0 ? 1 : all.value / judged;
    const days = (Date.parse(to) - Date.parse(from)) / DAY_MS;
    const perDay = Math.round(((progress.violated * share) / days) * 100) / 100;
    return { ...progress, perDay, complete, tooLarge: this.counts.tooLarge };
  }
}

function matchOf(
  trace: TraceView,
  verdict: PreviewMatch['verdict'],
  { verdict: found, tree }: { readonly verdict: Verdict; readonly tree: PreviewMatch['explanation'] },
): PreviewMatch {
  const { spans } = trace;
  const known = new Set(spans.map(({ spanId }) => spanId));
  const root = spans.find((span) => isEntrySpan(span, (id) => known.has(id))) ?? spans[0];
  const startUs = spans[0]?.startUs ?? 0;
  const service = root && serviceOf(root);
  return {
    traceId: trace.traceId,
    verdict,
    message: found.message,
    source: trace.source === 'es_apm' ? 'es_apm' : 'es_otel',
    lossy: [...trace.flags.lossy],
    startUs,
    durationUs: endOf(spans) - startUs,
    spans: spans.length,
    rootName: root?.name ?? '',
    ...(service === undefined ? {} : { service }),
    witnesses: found.witnesses
      .slice(0, MAX_WITNESSES)
      .map(({ spanId, name, service: own, role, startUs: start, endUs }) => ({
        ...{ spanId, name, role, startUs: start, endUs },
        ...(own === undefined ? {} : { service: own }),
      })),
    absences: found.absences.map(({ looked_for, window }) => ({
      lookedFor: looked_for,
      window: window && { fromUs: window.fromUs, toUs: window.toUs },
    })),
    explanation: tree,
  };
}

const endOf = (spans: readonly SpanView[]): number => spans.reduce((end, { endUs }) => Math.max(end, endUs), 0);
