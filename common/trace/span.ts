import type { SpanDoubts } from './doubt';
import type { Attributes, Value } from './value';

export const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const;
export type Kind = (typeof KINDS)[number];
export const STATUSES = ['UNSET', 'OK', 'ERROR'] as const;
export type Status = (typeof STATUSES)[number];

export interface Scope {
  readonly name: string;
  readonly version: string;
}

export interface SpanEvent {
  readonly name: string;
  readonly timeUs: number;
  readonly attributes: Attributes;
}

export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Attributes;
}

/** How many of each the SDK dropped before it sent the span. */
export interface Dropped {
  readonly attributes: number;
  readonly events: number;
  readonly links: number;
}

export interface SpanFields {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** 16 lower-case hex digits. */
  readonly spanId: string;
  /** `null` where none, empty or all zero was sent. */
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly kind: Kind;
  readonly status: Status;
  readonly statusMessage: string;
  /** Whole microseconds since the epoch, floored from OTLP's nanoseconds. */
  readonly startUs: number;
  /** As `startUs`; equal to it where no end was sent. */
  readonly endUs: number;
  /** OTLP `flags`: W3C trace flags in the low byte, bit 8 has-is-remote, bit 9 is-remote (of the parent). */
  readonly flags: number;
  /** The span's own attributes. */
  readonly attributes: Attributes;
  readonly resource: Attributes;
  readonly scope: Scope;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
  readonly dropped: Dropped;
  /** Of spans that were read back: what their source has not kept. */
  readonly doubts?: SpanDoubts;
}

/** A span as rules see it; the same for spans received by OTLP and spans read back from Elasticsearch. */
export interface SpanView extends SpanFields {
  /** The span's own attribute, else its resource's, else undefined. */
  attribute(key: string): Value | undefined;
}

class PlainSpan implements SpanView {
  declare readonly traceId: string;
  declare readonly spanId: string;
  declare readonly parentSpanId: string | null;
  declare readonly name: string;
  declare readonly kind: Kind;
  declare readonly status: Status;
  declare readonly statusMessage: string;
  declare readonly startUs: number;
  declare readonly endUs: number;
  declare readonly flags: number;
  declare readonly attributes: Attributes;
  declare readonly resource: Attributes;
  declare readonly scope: Scope;
  declare readonly events: readonly SpanEvent[];
  declare readonly links: readonly SpanLink[];
  declare readonly dropped: Dropped;
  declare readonly doubts?: SpanDoubts;

  constructor(fields: SpanFields) {
    Object.assign(this, fields);
  }

  attribute(key: string): Value | undefined {
    const own = this.attributes.get(key);
    return own === undefined ? this.resource.get(key) : own;
  }
}

export const createSpan = (fields: SpanFields): SpanView => new PlainSpan(fields);

/** `service.name` of the span's resource, where it is a string. */
export function serviceOf(span: Pick<SpanFields, 'resource'>): string | undefined {
  const name = span.resource.get('service.name');
  return typeof name === 'string' ? name : undefined;
}
