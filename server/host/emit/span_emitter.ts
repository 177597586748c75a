import { setTimeout as sleep } from 'node:timers/promises';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { Backoff } from '../../../common/backoff';
import type { Log } from '../../../common/log';
import type { ViolationDocument } from '../../../common/violations/violation_document';
import type { EmitSettings } from './emit_settings';
import { type Span, ViolationSpans } from './violation_span';

const MAX_QUEUE = 10_000;
const MAX_BATCH = 500;
/** A little time for others to come along in the same request. */
const LINGER_MS = 100;
const TIMEOUT_MS = 10_000;
const RETRY = { firstMs: 500, maxMs: 30_000 };
const MAX_RETRY_AFTER_MS = 60_000;
/** What OTLP/HTTP says is worth another attempt; all else never will be. */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);

export interface EmitStatus {
  /** Waiting to be sent, or on their way. */
  readonly pending: number;
  readonly sent: number;
  /** Refused for good by the receiver. */
  readonly rejected: number;
  /** Pushed out by newer ones while the receiver was away, or left when the host stopped. */
  readonly dropped: number;
  /** Attempts that failed and were, or are, tried again. */
  readonly retried: number;
  /** Why nothing gets through at present. */
  readonly trouble: string | null;
}

/**
 * Sends violations as spans to an OTLP/HTTP endpoint, after they were written to Elasticsearch and without anything waiting for
 * it. What can't be sent is kept in memory up to a bound, from where the oldest go first.
 */
export class SpanEmitter {
  private readonly spans = new ViolationSpans();
  private readonly retries = new Backoff(RETRY);
  private readonly counts = { sent: 0, rejected: 0, dropped: 0, retried: 0 };
  private queue: Span[] = [];
  private inFlight = 0;
  private trouble: string | null = null;
  private running: Promise<void> | undefined;
  private readonly stopped = new AbortController();
  private stopping = false;

  constructor(
    private readonly settings: EmitSettings,
    private readonly log: Log,
  ) {}

  /** Returns at once; never throws. */
  emit(document: ViolationDocument): void {
    const span = this.stopping ? undefined : this.spans.spanOf(document);
    if (!span) return;
    this.queue.push(span);
    this.bound();
    this.running ??= this.run();
  }

  status(): EmitStatus {
    return { pending: this.queue.length + this.inFlight, ...this.counts, trouble: this.trouble };
  }

  /** Sends what is left, for so long. */
  async stop(ms: number): Promise<void> {
    this.stopping = true;
    const deadline = setTimeout(() => this.stopped.abort(), ms);
    await this.running;
    clearTimeout(deadline);
    this.counts.dropped += this.queue.length;
    this.queue = [];
  }

  private async run(): Promise<void> {
    await this.pause(LINGER_MS);
    while (this.queue.length > 0 && !this.stopped.signal.aborted) {
      const batch = this.queue.splice(0, MAX_BATCH);
      this.inFlight = batch.length;
      const { ok, reason, retryAfterMs, rejected = 0 } = await this.send(batch);
      this.inFlight = 0;
      if (ok) {
        this.counts.sent += batch.length - rejected;
        this.counts.rejected += rejected;
        this.succeed();
      } else if (retryAfterMs === undefined) {
        this.counts.rejected += batch.length;
        this.fail(reason);
      } else {
        this.counts.retried += 1;
        this.queue.unshift(...batch);
        this.bound();
        this.fail(reason);
        await this.pause(Math.max(this.retries.next(), retryAfterMs));
      }
    }
    this.running = undefined;
  }

  private async send(batch: readonly Span[]): Promise<Answer> {
    try {
      const answer = await fetch(this.settings.url, {
        method: 'POST',
        headers: { ...this.settings.headers, 'content-type': 'application/x-protobuf' },
        body: ProtobufTraceSerializer.serializeRequest([...batch]) as Uint8Array<ArrayBuffer>,
        redirect: 'error',
        signal: AbortSignal.any([this.stopped.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      const body = new Uint8Array(await answer.arrayBuffer());
      const { status } = answer;
      if (answer.ok) return { ok: true, rejected: Math.min(rejectedOf(answer, body), batch.length) };
      const reason = `HTTP ${status}`;
      if (!RETRYABLE.has(status)) return { ok: false, reason };
      return { ok: false, reason, retryAfterMs: retryAfterOf(answer.headers.get('retry-after')) };
    } catch (error) {
      return { ok: false, reason: reasonOf(error), retryAfterMs: 0 };
    }
  }

  private bound(): void {
    const over = this.queue.length + this.inFlight - MAX_QUEUE;
    if (over <= 0) return;
    this.queue.splice(0, over);
    this.counts.dropped += over;
  }

  private fail(reason = 'unknown'): void {
    if (this.trouble !== null) return;
    this.trouble = reason;
    this.log.warn({ reason }, 'Violations can not be sent as spans; they are in Elasticsearch all the same');
  }

  private succeed(): void {
    this.retries.reset();
    if (this.trouble === null) return;
    this.trouble = null;
    this.log.info({}, 'Violations are sent as spans again');
  }

  private async pause(ms: number): Promise<void> {
    if (this.stopping && ms === LINGER_MS) return;
    await sleep(ms, undefined, { signal: this.stopped.signal }).catch(() => undefined);
  }
}

interface Answer {
  readonly ok: boolean;
  readonly reason?: string;
  /** Undefined: not worth another attempt. */
  readonly retryAfterMs?: number;
  /** Of a request that was taken, spans that were not. */
  readonly rejected?: number;
}

/** How many spans of an accepted request were not taken; nothing where the answer can't be read. */
function rejectedOf({ headers }: Response, body: Uint8Array): number {
  if (body.length === 0 || !headers.get('content-type')?.includes('protobuf')) return 0;
  try {
    return Number(ProtobufTraceSerializer.deserializeResponse(body).partialSuccess?.rejectedSpans ?? 0);
  } catch {
    return 0;
  }
}

const retryAfterOf = (header: string | null): number =>
  header !== null && /^\d+$/.test(header) ? Math.min(Number(header) * 1_000, MAX_RETRY_AFTER_MS) : 0;

/** A code, and no address: what fetch says of itself is only that it failed. */
function reasonOf(error: unknown): string {
  const { name, cause } = error as { name?: string; cause?: { code?: string; name?: string } };
  return cause?.code ?? (name === 'TimeoutError' ? 'no answer in time' : (cause?.name ?? name ?? 'unknown'));
}
