import { BeTraceError } from '../../common/errors';
import type { Dropped, Kind, Scope, SpanEvent, SpanLink, SpanView, Status } from '../../common/trace/span';
import type { Attributes, Value } from '../../common/trace/value';
import { NO_ATTRIBUTES } from '../../common/trace/value';

/** OTLP `SpanKind` and `Status.StatusCode` by number; numbers that are not there are read as the first. */
const KINDS: readonly Kind[] = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const STATUSES: readonly Status[] = ['UNSET', 'OK', 'ERROR'];
export const kindOf = (code: number): Kind => KINDS[code] ?? 'UNSPECIFIED';
export const statusOf = (code: number): Status => STATUSES[code] ?? 'UNSET';

/** Spans with attribute values nested deeper than this are turned away. */
export const MAX_DEPTH = 64;

export const NO_DROPPED: Dropped = { attributes: 0, events: 0, links: 0 };
export const NO_SCOPE: Scope = { name: '', version: '' };
const NONE: readonly never[] = [];

/**
 * Bytes on V8's heap (64 bit, no pointer compression) of what decoding makes; a test measures a real heap against them.
 * A short string is charged to the span that brought it, not to those that share it (`StringCache`).
 */
export const SIZES = {
  span: 336,
  scope: 80,
  attributes: 80,
  pair: 16,
  map: 120,
  mapEntry: 56,
  list: 48,
  item: 12,
  number: 16,
  event: 64,
  link: 176,
} as const;

/** What all spans of one resource and scope share. */
export interface Origin {
  readonly resource: Attributes;
  readonly scope: Scope;
  /** Dropped from the resource: each of its spans may miss them. */
  readonly dropped: number;
  /** Whether the resource has a value nested too deep. */
  readonly tooDeep?: boolean;
  /** What resource and scope take on the heap, about. */
  readonly bytes: number;
}

/** A span that was received; written by the decoders field by field, then handed on as a `SpanView`. */
export class OtlpSpan implements SpanView {
  traceId = '';
  spanId = '';
  parentSpanId: string | null = null;
  name = '';
  kind: Kind = 'UNSPECIFIED';
  status: Status = 'UNSET';
  statusMessage = '';
  startUs = 0;
  endUs = 0;
  flags = 0;
  attributes: Attributes = NO_ATTRIBUTES;
  events: readonly SpanEvent[] = NONE;
  links: readonly SpanLink[] = NONE;
  dropped: Dropped = NO_DROPPED;

  constructor(readonly origin: Origin) {}

  get resource(): Attributes {
    return this.origin.resource;
  }

  get scope(): Scope {
    return this.origin.scope;
  }

  attribute(key: string): Value | undefined {
    const own = this.attributes.get(key);
    return own === undefined ? this.origin.resource.get(key) : own;
  }
}

export interface Decoded {
  /** The spans with good ids. */
  readonly spans: readonly OtlpSpan[];
  /** Spans whose ids are of a wrong length, no hex or all zero, or with values too deep; the reason is for the sender. */
  readonly rejected: { readonly count: number; readonly reason: string };
  /** What the spans take on the heap, about, with what they share. */
  readonly bytes: number;
}

export interface DecodeLimits {
  /** Of the decoded form; a request above it can't be held and is refused whole (BT_BODY_TOO_LARGE). */
  readonly maxDecodedBytes: number;
  /** Spans of other traces are passed over. */
  readonly onlyTrace?: string;
  /** The attributes of spans, events and links that are decoded; the others are passed over. Resources are whole. */
  readonly wanted?: ReadonlySet<string> | undefined;
  /** Of one request, the rejected ones included; with more it is refused whole (BT_TOO_MANY_SPANS). */
  readonly maxSpans?: number | undefined;
}

/** An id field as it was sent: hex where it has the right form, '' where it is missing or all zero, else undefined. */
export type SentId = string | undefined;

/** Gathers the spans of one request, turns away those with bad ids and keeps account of the memory. */
export class Harvest {
  private readonly spans: OtlpSpan[] = [];
  private rejected = 0;
  private firstFault = '';
  private count = 0;
  bytes = 0;
  /** Set by who meets a value nested too deep, looked at and put back by who knows to which spans it belongs. */
  tooDeep = false;

  constructor(private readonly limits: DecodeLimits) {}

  charge(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes > this.limits.maxDecodedBytes) {
      throw new BeTraceError(
        'BT_BODY_TOO_LARGE',
        `The spans of the request would take more than ${this.limits.maxDecodedBytes} bytes of memory; send fewer at a time.`,
      );
    }
  }

  /** At the start of each span. */
  begin({ tooDeep = false }: Origin): void {
    this.charge(SIZES.span);
    this.tooDeep = tooDeep;
    this.count += 1;
    const { maxSpans } = this.limits;
    if (maxSpans !== undefined && this.count > maxSpans) {
      throw new BeTraceError('BT_TOO_MANY_SPANS', `The request has more than ${maxSpans} spans; send fewer at a time.`);
    }
  }

  /** Small integers take nothing but the slot they stand in. */
  chargeNumber(value: Value): void {
    if (typeof value !== 'number' || (value | 0) !== value) this.charge(SIZES.number);
  }

  /** Keeps the span where its ids are good. A parent that can't be read would make a false root: such a span is turned away too. */
  add(span: OtlpSpan, traceId: SentId, spanId: SentId, parentSpanId: SentId): void {
    const fault = !traceId
      ? 'trace_id'
      : !spanId
        ? 'span_id'
        : parentSpanId === undefined
          ? 'parent_span_id'
          : this.tooDeep
            ? `a value nested deeper than ${MAX_DEPTH}`
            : undefined;
    if (fault !== undefined) {
      this.rejected += 1;
      this.firstFault ||= fault;
      return;
    }
    if (this.limits.onlyTrace !== undefined && traceId !== this.limits.onlyTrace) return;
    span.traceId = traceId!;
    span.spanId = spanId!;
    span.parentSpanId = parentSpanId || null;
    this.spans.push(span);
  }

  done(): Decoded {
    const count = this.rejected;
    const reason =
      count === 0
        ? ''
        : `${count} span(s) rejected: trace_id must be 16 bytes, span_id and parent_span_id 8 bytes (hex in JSON), ` +
          `the first two not all zero, and values at most ${MAX_DEPTH} deep; the first fault was in ${this.firstFault}`;
    return { spans: this.spans, rejected: { count, reason }, bytes: this.bytes };
  }
}
